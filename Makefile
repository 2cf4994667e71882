# Two commands do everything: make run, make test. Neither needs root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8600

.PHONY: run test check lint unit browser assets translations lock bench-live bench-panoramas

run: $(VENV)/run.done assets/built/manifest.json translations
	$(BIN)/python -m app demo --port $(PORT)

test: check browser

check: lint unit

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/test.done assets/built/manifest.json translations
	$(BIN)/python -m pytest -n 2 -m "not browser and not slow"

browser: $(VENV)/test.done assets/built/manifest.json translations tests/node_modules/.done
	$(BIN)/python -m pytest -n 2 -m "browser or slow"

$(VENV)/run.done: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/test.done: requirements-test.lock $(VENV)/run.done
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@
