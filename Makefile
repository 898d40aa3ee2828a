# steppewise: what people and continuous integration run. Everything stays in .venv/ in this folder.
# Only relative paths, so that the folder may have a space in its name.
#
#   make demo PYTHON=python3.12   chooses a Python            make demo UV=   does without uv

PYTHON ?=
UV ?= $(shell command -v uv 2>/dev/null)
BIN := .venv/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help demo app test lint format coverage notebook engine bench bench-page clean env-demo env-test

help: ## Say what there is
	@echo "make demo      set up, run the baseline scenario, print where its report is"
	@echo "make app       set up, start the classroom page in a browser"
	@echo "make test      set up, check format, lint and types, run the tests"
	@echo "make lint      only the checks"
	@echo "make format    put the sources into shape"
	@echo "make coverage  run the tests and say which lines they do not reach"
	@echo "make notebook  run the notebook of the documents anew"
	@echo "make engine    build the engine that the package brings"
	@echo "make bench     measure speed and memory"
	@echo "make clean     remove what was made (results/ stay)"

demo: env-demo ## Set up and run the main job
	$(BIN)/steppewise run baseline

app: env-demo ## Set up and teach
	$(BIN)/steppewise app

test: lint ## Everything that must hold before a change lands
	$(BIN)/python -m pytest -n auto --maxprocesses 4

lint: env-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: env-test
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

coverage: env-test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --cov

notebook: env-test ## Run the notebook of the documents anew
	$(BIN)/python -m tests.notebooks

engine: env-test ## Build the engine from the Python source of the model; the tests compare it
	$(BIN)/python -m steppewise.engine.build

bench: env-test ## Measure speed and memory
	$(BIN)/python -m tests.bench

bench-page: env-test ## Measure the classroom page in a browser
	$(BIN)/python -m tests.measure_page

clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find model tests -type d -name __pycache__ -prune -exec rm -rf '{}' +

# ---------------------------------------------------------------------------------------------------
# The environment. `.venv/.made` says from what it was made: the folder, the two files and the kind
# (demo: what the model needs; test: everything). Equal to what is asked: nothing to do, and no network.
# `.venv/.unfinished` stands while something is being made: found at the start, the last call was broken
# off, and the environment is made anew. A package manager that fails by itself leaves things whole.

env-demo: EXTRAS := [app]
env-demo: KIND := demo
env-test: EXTRAS := [app,cluster,dev,fast,viz]
env-test: KIND := test

env-demo env-test:
	@set -eu; \
	asked="$$(pwd; cksum pyproject.toml constraints.txt)"; \
	works() { "$$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }; \
	made() { test -f ".venv/.made-$$1" && test "$$(cat ".venv/.made-$$1")" = "$$asked"; }; \
	moved() { test -f .venv/.folder && test "$$(cat .venv/.folder)" != "$$(pwd)"; }; \
	if test -d .venv; then \
	    if test -e .venv/.unfinished || moved || ! works $(BIN)/python; then \
	        echo "The environment in .venv was broken off, moved or lost its Python: making it anew."; \
	        rm -rf .venv; \
	    elif made test || made $(KIND); then \
	        exit 0; \
	    fi; \
	fi; \
	if ! test -x $(BIN)/python; then \
	    python=; \
	    set -- python3 python3.13 python3.12 python3.11; \
	    test -z "$(PYTHON)" || set -- "$(PYTHON)"; \
	    for name in "$$@"; do \
	        if works "$$name" && { test -n "$(UV)" || "$$name" -c 'import ensurepip, venv' >/dev/null 2>&1; }; then \
	            python="$$name"; break; \
	        fi; \
	    done; \
	    if test -z "$$python" && { test -n "$(PYTHON)" || test -z "$(UV)"; }; then \
	        echo "steppewise needs Python 3.11, 3.12 or 3.13 with its venv module; found: $$("$$1" --version 2>&1 || true)" >&2; \
	        echo "Install one (Debian, Ubuntu: apt install python3-venv), or name it:" >&2; \
	        echo "    make $(or $(MAKECMDGOALS),demo) PYTHON=/where/it/is/python3.12" >&2; \
	        exit 1; \
	    fi; \
	    mkdir .venv; : >.venv/.unfinished; \
	    if test -n "$(UV)"; then \
	        "$(UV)" venv --quiet --allow-existing --python "$${python:-3.12}" .venv; \
	    else \
	        "$$python" -m venv .venv; \
	    fi; \
	fi; \
	echo "Installing into .venv with $$($(BIN)/python --version) (once; some minutes the first time) ..."; \
	: >.venv/.unfinished; \
	if test -n "$(UV)"; then \
	    uv_add() { "$(UV)" pip install --quiet --python $(BIN)/python -c constraints.txt "$$@"; }; \
	    add() { uv_add --offline "$$@" 2>/dev/null || uv_add "$$@"; }; \
	else \
	    $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
	    add() { $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt "$$@"; }; \
	fi; \
	if add hatchling editables && add --no-build-isolation -e '.$(EXTRAS)'; then \
	    pwd >.venv/.folder; \
	    printf '%s\n' "$$asked" >".venv/.made-$(KIND)"; \
	    rm -f .venv/.unfinished; \
	else \
	    rm -f .venv/.unfinished; \
	    echo "The packages could not be installed (see above). With a network, make $(or $(MAKECMDGOALS),demo) again." >&2; \
	    exit 1; \
	fi
