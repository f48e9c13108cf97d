# Two commands for a newcomer: `make demo` and `make test`. Needs python3 (3.11 or newer) with venv, make and a package registry.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Taken from PATH when it is there; otherwise the installed step below brings it into the environment.
UV := $(shell command -v uv 2>/dev/null || echo $(CURDIR)/$(BIN)/uv)

FACES ?=

.PHONY: docs demo test coverage lint hostile mutants format bench bench-faces schemas pins pictures constraints clean

demo: $(READY)
	$(BIN)/meu-data demo build/demo

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(COVERAGE)

# The same with its coverage, which takes longer.
coverage:
	$(MAKE) test COVERAGE="--cov --cov-report=term --cov-fail-under=85"

# Trainers read what `export` writes. Each gets an environment below .cache/trainers, 6 GB together, on first use.
.PHONY: test-trainers
test-trainers: $(READY)
	$(BIN)/python -m pytest -m trainers tests/trainers

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# Ten thousand spoilt inputs at every door; a few hundred of them are part of `make test`.
hostile: $(READY)
	$(BIN)/python -m tests.hostile

# Plants faults in the tables and thresholds of a copy, and fails if the tests do not mind one of them.
mutants: $(READY)
	$(BIN)/python -m tests.mutants

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)
	$(BIN)/python -m benchmarks

# FACES=DIR: any folder of portraits, one face each.
bench-faces: $(READY)
	$(BIN)/python -m benchmarks.faces $(FACES)

schemas: $(READY)
	$(BIN)/python -m tests.write_schemas

# After a change of the code behind a version in meu_data/store/made_from.py.
pins: $(READY)
	$(BIN)/python -m tests.write_pins

# The site of docs/, below build/site; it needs no network once its packages are there.
docs: $(READY)
	$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --group docs
	$(BIN)/python -m tests.write_docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

pictures: $(READY)
	$(BIN)/python -m tests.write_pictures

# The versions everyone tests with: names and versions only, so that any registry may serve them.
constraints: $(READY)
	$(UV) pip compile --quiet --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--all-extras --group dev --group docs --upgrade pyproject.toml --output-file constraints.txt

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -x "$(UV)" || $(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	$(UV) pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[cluster,demo,evaluation,gemini,labelstudio,openai,splits,tables,video]' --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist .cache
