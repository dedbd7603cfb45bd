# `make demo` and `make test` need Python 3.11 or 3.12 and nothing else. Everything is
# installed into .venv, once; it is installed again only when pyproject.toml changes.
# Without make (Windows): see "Without make" in the README.

PYTHON ?= $(shell for p in python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' \
	2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
ARGS ?=

.PHONY: demo test check train clip clean

demo: .venv/run.stamp
	@$(BIN)/facewire run --source demo $(ARGS)

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n 2

check: .venv/train.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The bundled clip, made again: make clip DATA=path/to/data
clip: .venv/dev.stamp
	$(BIN)/facewire-models data clip --data $(DATA)

.venv/run.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "facewire needs Python 3.11 or 3.12 on the PATH" \
	"(or make PYTHON=/path/to/python3.12)" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "setting up .venv (about a minute, once)"; \
	$(PYTHON) -m venv .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev.stamp: .venv/run.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--editable ".[dev]"
	@touch $@

# Everything that training needs: PyTorch is large (on Linux pip takes the CUDA build).
train: .venv/train.stamp

.venv/train.stamp: .venv/dev.stamp
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--editable ".[dev,train]"
	@touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
