# Two commands matter: `make demo` links an example, `make test` runs every check.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint types unit clean

demo: .venv/core
	@$(BIN)/xnorm link --lang es examples/letters_es.json --to table
	@$(BIN)/xnorm link --lang es examples/letters_es.json --to html -o demo.html --quiet
	@echo "demo.html shows the same with every reason and rival, to read in a browser"

test: lint types unit

lint: .venv/test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache

types: .venv/test
	$(BIN)/mypy

unit: .venv/test
	$(BIN)/python -m pytest

.venv/core: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	@touch $@

.venv/test: .venv/core
	$(PIP) --editable '.[test]' torch
	@touch $@

clean:
	rm -rf .venv build dist demo.html
