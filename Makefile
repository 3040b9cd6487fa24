# Truther: `make help` lists what there is to do. Everything is installed into .venv and written under var/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run worker test test-quick lint types check lock demo clean

BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A process of tests per core, each with databases of its own; a file's tests stay together, with what they share.
CORES := -n auto --maxprocesses 4 --dist loadfile

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@bin/make-venv

# The stamps keep a copy of the lock they installed: nothing is installed again while it is the same.
.venv/installed.txt: $(BIN)/python requirements.txt
	@cmp -s requirements.txt $@ || $(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@cp requirements.txt $@

.venv/installed-dev.txt: .venv/installed.txt requirements-dev.txt
	@cmp -s requirements-dev.txt $@ || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@cp requirements-dev.txt $@

setup: .venv/installed.txt ## make .venv and install the locked requirements

run: setup ## serve everything on http://127.0.0.1:8000 (TRUTHER_PORT to change it)
	@exec $(BIN)/python manage.py serve

worker: setup ## only the workers, beside a web process that runs elsewhere
	@exec $(BIN)/python manage.py serve --only worker,train

test: lint types ## install what tests need, a browser included, and check everything
	@bin/need-for-tests
	$(BIN)/python -m pytest $(CORES) tests/unit tests/integration tests/processes tests/journeys tests/browser
	TRUTHER_TEST_DATABASE=mongodb $(BIN)/python -m pytest $(CORES) tests/integration tests/mongodb

test-quick: .venv/installed-dev.txt ## the pure tests, in seconds
	$(BIN)/python -m pytest tests/unit

lint: .venv/installed-dev.txt ## style, layers and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint

types: .venv/installed-dev.txt ## mypy, strict
	$(BIN)/mypy .

check: lint types test-quick ## what to run before a commit, in a minute

lock: .venv/installed-dev.txt ## compile requirements.txt and requirements-dev.txt anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt requirements.in
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt requirements-dev.in

demo: setup ## fill an empty installation with the demo, without serving
	$(BIN)/python manage.py serve --only setup --no-demo
	$(BIN)/python manage.py demo

clean: ## forget everything written at run time (var/), but not .venv
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
