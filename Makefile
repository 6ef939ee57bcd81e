PYTHON ?= python3
BIN := .venv/bin

# A worker takes whole files, the longest first, so that a file's tests share what they build.
SIDE_BY_SIDE = -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
PYTEST = $(BIN)/python -m pytest --durations=10 $(if $(ROOM),tests/$(ROOM))

.PHONY: run test test-slow test-spark dev lint proof benchmark spark lock clean

run: .venv/installed ## Publish the warehouse from the log
	@$(BIN)/inspections build

test: .venv/installed ## Run the tests, or those of one ROOM
	@$(PYTEST) $(SIDE_BY_SIDE) -m "not slow and not spark"

test-slow: .venv/installed ## Run the tests with servers, kills, browsers and other clients
	@$(PYTEST) $(SIDE_BY_SIDE) -m slow

test-spark: .venv/spark ## Run the tests that build on Spark
	@$(PYTEST) -m spark

dev: .venv/installed ## Open Dagster's own page, on PORT 3000 or another
	@exec $(BIN)/python -m dagster_project $(if $(PORT),-p $(PORT))

lint: .venv/installed ## Check style and types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
	@cd dbt && export BUILD_PATH=target/lint/build.duckdb && rm -f $$BUILD_PATH && ../$(BIN)/dbt --quiet seed \
		&& ../$(BIN)/sqlfluff lint --processes 0 models

proof: .venv/installed ## Compare the warehouse with the reference model on EXAMPLES random logs
	@PROOF_EXAMPLES=$${EXAMPLES:-2000} $(BIN)/python -m pytest -m "not slow" tests/dbt/test_proof.py

benchmark: $(if $(filter spark,$(ENGINE)),.venv/spark,.venv/installed) ## Measure a log of EVENTS rows; with ENGINE=spark on both engines
	@$(BIN)/python -m benchmarks.$(if $(filter spark,$(ENGINE)),engines,run) --events $${EVENTS:-1000000}

spark: .venv/spark ## Build on a Spark of this machine's own, and compare with DuckDB's build
	@$(BIN)/python -m inspections.spark

lock: .venv/installed ## Resolve requirements.lock anew
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header --upgrade -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --extra spark --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header -q -c requirements.lock \
		-o requirements-spark.lock

clean: ## Remove what can be made again, not the publication
	@rm -rf .venv dbt/target dbt/logs data/*build.duckdb* .pytest_cache .mypy_cache .ruff_cache

.venv/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, this is $$($(PYTHON) -V): install it, or name one with make PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python's venv module is missing: install it (Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Setting up .venv …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check $$(grep -o '^uv==[0-9.]*' requirements.lock)
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps -e .
	@touch $@

# Spark beside it, in the same environment: some 450 MB that nothing but ENGINE=spark needs.
.venv/spark: .venv/installed requirements-spark.lock
	@echo "Setting up Spark in .venv …"
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-spark.lock
	@touch $@
