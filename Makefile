# make serve [DB=papers.db] [PORT=8001]    make test    make check    make bench

PYTHON ?= python3
VENV ?= .venv
DB ?= papers.db
HOST ?= 127.0.0.1
PORT ?= 8001

export PATH := $(abspath $(VENV))/bin:$(PATH)
export DB HOST PORT

.PHONY: serve test check format bench clean

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
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

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
