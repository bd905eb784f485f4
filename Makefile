# make serve [DB=papers.db] [PORT=8001]    make test    make test-next    make check    make bench

PYTHON ?= python3
VENV ?= .venv
# The release of Datasette to come, and an environment with it.
NEXT ?= datasette==1.0a41
NEXT_VENV ?= .venv-next
DB ?= papers.db
HOST ?= 127.0.0.1
PORT ?= 8001

export PATH := $(abspath $(VENV))/bin:$(PATH)
export DB HOST PORT

.PHONY: serve test test-next check format bench clean

# The tests that ask the portal; the others have nothing to do with Datasette.
SERVED = $(shell grep -lE 'portal|serving' tests/test_*.py)

# Counts beside the database save Datasette from counting; a copied or downloaded database has none yet.
COUNTS = $(dir $(DB))inspect-data.json

serve: $(VENV)/.serve $(DB)
	@test -e "$(COUNTS)" -a ! "$(COUNTS)" -ot "$(DB)" || datasette inspect "$(DB)" --inspect-file "$(COUNTS)"
	@echo "Carrel serves $(DB) on http://$(HOST):$(PORT) (stop with Ctrl-C)"
	@honcho start --no-prefix --no-colour

# Only a database that does not exist is made from the demo: yours stays as you loaded it.
$(DB): | $(VENV)/.serve
	carrel ingest "$(DB)" demo/papers.txt

test: $(VENV)/.test
	pytest

# What is served, on the Datasette to come. PATH is set anew: these tests start its `datasette`.
test-next: $(NEXT_VENV)/.test
	PATH="$(abspath $(NEXT_VENV))/bin:$$PATH" $(NEXT_VENV)/bin/python -m pytest $(SERVED)

check: $(VENV)/.test
	ruff check .
	ruff format --check .
	mypy

format: $(VENV)/.test
	ruff check --fix .
	ruff format .

bench: $(VENV)/.test
	python benchmarks/ingest.py

clean:
	rm -rf $(VENV) $(NEXT_VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Carrel needs Python 3.11 or newer: name one with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Cannot make a virtual environment: on Debian, apt install python3-venv"; exit 1; }

# The environment is made once; a change of pyproject.toml brings it up to date.
$(VENV)/.serve: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[serve]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $(VENV)/.serve $@

# pip says that Carrel asks for the Datasette of today: that is what is being tried.
$(NEXT_VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m venv $(NEXT_VENV)
	$(NEXT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	$(NEXT_VENV)/bin/python -m pip install --quiet --disable-pip-version-check '$(NEXT)' 2>/dev/null
	@touch $@
