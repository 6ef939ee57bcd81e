"""Tests of the replay on Apache Spark."""
