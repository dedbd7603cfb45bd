# `make demo` and `make test` need Python 3.11 to 3.14 and nothing else. Everything is
# installed into .venv, once; it is installed again only when pyproject.toml changes.
# Windows, without make: see "Install" in the README.

VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=

# The first Python on the PATH that will do. A version manager's placeholder for a
# version that is not installed is on the PATH too, so each is asked.
WILL_DO := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
ifndef PYTHON
PYTHON := $(shell for p in python3.13 python3.12 python3.14 python3.11 python3 python; do \
	$$p -c '$(WILL_DO)' 2>/dev/null && echo $$p && break; done)
endif

.PHONY: demo test test-all check train plugins docs clip clean

demo: $(VENV)/run.stamp
	@$(BIN)/facewire run --source demo $(ARGS)

test: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n 2 -m "not slow" $(ARGS)
	@echo "The slow tests were left out: make test-all runs them too."

test-all: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/train.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Everything that training needs: PyTorch is large (on Linux pip takes the CUDA build).
train: $(VENV)/train.stamp

# The plugins for engines, as files to install, in build/plugins.
plugins: $(VENV)/run.stamp
	@$(BIN)/facewire plugins

# The page that is written from the settings themselves.
docs: $(VENV)/run.stamp
	$(BIN)/python -m bridge.settings_page docs/settings.md

# The bundled clip, made again: make clip DATA=path/to/data
clip: $(VENV)/dev.stamp
	$(BIN)/facewire-models data clip --data $(DATA)

# pip's own words go to a file, which is shown where pip fails.
define install
	@echo "installing $(2) into $(VENV) ($(3), once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --editable "$(1)" \
	> $(VENV)/pip.log 2>&1 || { tail -n 20 $(VENV)/pip.log >&2; \
	echo "pip could not install $(2); all of its words are in $(VENV)/pip.log" >&2; \
	exit 1; }
	@touch $@
endef

$(VENV)/run.stamp: pyproject.toml
	@test -n "$(PYTHON)" || { echo "facewire needs Python 3.11 to 3.14 and found" \
	"none on the PATH: install one (python.org, brew install python@3.13, or" \
	"sudo apt install python3 python3-venv), or name one:" \
	"make PYTHON=/path/to/python3.13" >&2; exit 1; }
	@"$(PYTHON)" -c '$(WILL_DO)' 2>/dev/null || { echo "PYTHON=$(PYTHON) is not" \
	"Python 3.11, 3.12, 3.13 or 3.14, which facewire needs" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot" \
	"make an environment: install its venv module (Debian and Ubuntu:" \
	"sudo apt install python3-venv, or python3.13-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || "$(PYTHON)" -m venv $(VENV)
	$(call install,.,facewire,about a minute)

$(VENV)/dev.stamp: $(VENV)/run.stamp
	$(call install,.[dev],what the tests need,about a minute)

$(VENV)/train.stamp: $(VENV)/dev.stamp
	$(call install,.[dev$(comma)train],what training needs,some minutes)

comma := ,

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
