"""The replay on Apache Spark: landing, the server, the bridge back to DuckDB, a server to try.

What belongs here: everything that ``ENGINE=spark`` does and ``ENGINE=duckdb`` does not, outside
SQL. What differs within SQL does not: see ``dbt/macros/engine``. Nothing here is imported unless
Spark is asked for.
"""
