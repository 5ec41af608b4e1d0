# make run    set up and run the main scenario
# make test   set up, check style, types and structure, run the tests
# make verify closed forms against the simulator, as a table
# make agree  engine against oracle, as a table of counts
# make calibrate fit what firms and prices do to 2010-2011, anew
# make docs   the manual, build/site/index.html; the tutorial is walked first, the notebook run
# make coverage which branches of sim/ the tests reach
# make mutants mistakes put into the day, one at a time: which does the quick net of tests miss? (hours)
# make test-slow, make bench: the long ones
# make package: the wheel alone, and with each extra by itself
# make test-lowest, make test-latest: the tests with the oldest dependencies that are allowed, and with the newest;
#   PYTHON=python3.13 takes another Python, TESTS=tests/test_cli.py some of the tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= scenarios/export_ban.yaml

.PHONY: run test test-slow test-lowest test-latest package verify agree calibrate docs lint bench coverage mutants clean

run: $(VENV)/.installed
	$(BIN)/sim run $(SCENARIO)

test: $(VENV)/.installed-dev lint
	$(BIN)/pytest -n 2

test-slow: $(VENV)/.installed-dev
	$(BIN)/pytest -n 2 -m slow

package: $(VENV)/.installed-dev
	$(BIN)/pytest -m slow tests/test_wheel.py

# What old libraries say of new ones is no error.
test-lowest: RESOLUTION := lowest-direct
test-lowest: WARNINGS := -W default::DeprecationWarning -W default::PendingDeprecationWarning -W default::FutureWarning
test-latest: RESOLUTION := highest
test-lowest test-latest: $(VENV)/.installed-dev
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) build/$@
	$(BIN)/uv pip install --quiet --python build/$@/bin/python --resolution $(RESOLUTION) -e '.[dev]'
	build/$@/bin/pytest -n 2 $(WARNINGS) $(TESTS)

verify: $(VENV)/.installed
	$(BIN)/python -m verification

agree: $(VENV)/.installed-dev
	$(BIN)/python -m verification.agree 600

calibrate: $(VENV)/.installed
	$(BIN)/python -m verification.calibrate

docs: $(VENV)/.installed-dev
	$(BIN)/pytest -m slow tests/test_tutorial.py
	$(BIN)/sphinx-build -W --keep-going -q -b html docs build/site

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.installed-dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --skip-covered --show-missing

mutants: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutants]'
	$(BIN)/mutmut run
	$(BIN)/mutmut results

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/run_time.py
	$(BIN)/python benchmarks/oracle.py
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/limit.py

clean:
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache mutants .coverage .coverage.*

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@ $(VENV)/.installed
