# One word per habit: setup, demo, test, check, faults, soak, bench, fmt. Only git, make and Python 3.11 or newer are needed beforehand.
PYTHON ?= python3
ARGS ?=
JOB ?=
NAME ?=
BIN := .venv/bin
RUN := .venv/.ready-to-run
DEV := .venv/.ready-to-develop
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: help setup demo test check faults soak bench fmt migration lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    live a rep's day in the browser: no account needed"
	@echo "make setup   the environment for development, in .venv"
	@echo "make test    the suite within five minutes; ARGS=--everything: all of it, on SQLite and PostgreSQL"
	@echo "make check   style, types, import contracts and the laws of the house"
	@echo "make faults  kills, cut lines, refusals, floods: what must be survived, as a table (ARGS=--short)"
	@echo "make soak    a company at work while everything around it goes wrong (ARGS=\"--hours 24\")"
	@echo "make bench   the figures beside their limits (JOB=mail.durable for one)"
	@echo "make fmt     format the sources"
	@echo "make migration NAME=\"Add deals\"   a migration from the models"
	@echo "make lock    lock the dependencies anew"

setup: $(DEV)
	@echo "Ready: $(BIN)/touchline --help"

demo: $(RUN)
	@$(BIN)/python -m sandbox $(ARGS)

test: $(DEV)
	@$(BIN)/python -m tests.suite $(ARGS)

check: $(DEV)
	@$(BIN)/python -m tests.laws $(ARGS)

faults: $(DEV)
	@$(BIN)/python -m tests.faults $(ARGS)

soak: $(DEV)
	@$(BIN)/python -m tests.soak $(ARGS)

bench: $(DEV)
	@$(BIN)/python -m benchmarks $(JOB) $(ARGS)

fmt: $(DEV)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format .

migration: $(DEV)
	@test -n "$(NAME)" || { echo "say what it does: make migration NAME=\"Add deals\"" >&2; exit 2; }
	@$(BIN)/python -m storage.migrations "$(NAME)"

lock: $(DEV)
	@$(PIP) uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra demo pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --extra demo --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv build artefacts .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "Python cannot make an environment: install its venv module (Debian: apt install python3-venv)" >&2; exit 1; }

# The product and the demo's stand-ins: locked, hashed, wheels only; dkimpy is published as pure Python source alone.
$(RUN): requirements.txt | $(BIN)/python
	@echo "Installing what Touchline needs into .venv (once) ..."
	@$(PIP) --require-hashes --only-binary :all: --no-binary dkimpy -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing the development environment into .venv (once) ..."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(RUN)
