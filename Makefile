# Every target sets up what it needs; nothing but Python 3.11 or newer must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

help:  ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP)  ## Make the virtual environment, with every package pinned by its hash

$(STAMP): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

run: install  ## Open the playground at http://127.0.0.1:3000/ (no account needed)
	@$(BIN)/innkeeper playground

test: install  ## Run every test, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n auto --dist worksteal

check: install  ## Everything a change must pass: format, lint, types, import contracts, tests, coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered

bench: install  ## Measure, each figure beside its baseline; writes var/bench.json
	$(BIN)/python -m bench

scorecard: install  ## Diagnosis, answers and pasted secrets, scored; writes var/scorecard.json
	$(BIN)/python -m bench.scorecard

docs: install  ## Rewrite what is generated: the manifest, the diagram, the guides, the connectors' tables
	$(BIN)/python -m bot.manifest
	$(BIN)/python -m core.onboarding.diagram --write
	$(BIN)/python -m core.pms.guide_pages
	$(BIN)/python -m core.outbound.page --write
	$(BIN)/python -m tests.core.pms.quality --write

lock: install  ## Pin the newest allowed packages, by hash
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-annotate \
		--no-header pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-annotate \
		--no-header -c requirements/runtime.txt pyproject.toml --group dev -o requirements/dev.txt

.PHONY: help install run test check bench scorecard docs lock
