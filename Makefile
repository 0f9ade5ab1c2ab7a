# What a developer types. `make help` lists it; docs/development.md explains it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON3 ?= python3
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
# What a stranger runs first: no root, no server process, no browser.
PLAIN := not server and not postgres and not browser and not slow and not root and not machine and not long
# Each process takes one half of the modules, so that what a module shares is made once.
HALVES := -n 2 --dist worksteal
# Says at its end what a line of tests took: `$(call took,what) command`.
took = TIMEFORMAT='-- $(1): %0R s, %0U s of a core'; time
# What loads or changes the machine itself, or measures it: one at a time.
ALONE := (server or postgres or root)
# What never asks a database is not asked on a second one.
NO_DATABASE := --ignore=tests/agent --ignore=tests/tools --ignore=tests/machine
LOCK := ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header
# Checks leave the state of a running installation alone.
CHECK_STATE := build/check
# What Python compiled once is not compiled again by every process that a test starts.
unexport PYTHONDONTWRITEBYTECODE

# ------------------------------------------------------------------ run

.PHONY: demo
demo: base assets compiled ## Run a fictional workshop on http://127.0.0.1:8000 (or PORT=…)
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0
	@BASE_URL=$${BASE_URL:-http://127.0.0.1:$${PORT:-8000}} exec $(PYTHON) -m backoffice.demo

# ------------------------------------------------------------------ test

.PHONY: test
test: dev assets compiled ## Test on SQLite: no root, no server, no browser
	$(call took,SQLite) $(PYTEST) $(HALVES) -m "$(PLAIN)"

.PHONY: test-postgres
test-postgres: dev assets compiled ## The same tests on a PostgreSQL server of their own
	$(call took,PostgreSQL) $(PYTHON) -m tools.postgres --no-fsync -- \
		$(PYTEST) $(HALVES) -m "$(PLAIN)" $(NO_DATABASE)

.PHONY: test-live
test-live: test-alone test-browser test-slow test-machines ## Real processes, faults, load, a browser, emulated machines

.PHONY: test-alone
test-alone: dev assets compiled
	$(call took,alone) $(PYTEST) -m "$(ALONE) and not machine"

.PHONY: test-browser
test-browser: dev assets compiled
	$(call took,browser) $(PYTEST) $(HALVES) tests/browser

.PHONY: test-slow
test-slow: dev assets compiled
	$(call took,slow) $(PYTEST) $(HALVES) -m "slow and not ($(ALONE) or machine)"

.PHONY: test-machines
test-machines: dev assets compiled
	$(call took,machines) $(PYTEST) -n 2 --dist loadfile -m "machine and not long"

.PHONY: test-long
test-long: dev assets compiled ## Every ready environment, in emulated machines (in no other target)
	$(PYTEST) -n 0 -m long

.PHONY: test-all
test-all: test test-postgres test-live ## Everything

.PHONY: bench
bench: dev assets compiled ## Measure speed and memory (docs/benchmarks.md)
	$(PYTHON) -m tests.benchmarks

.PHONY: bench-apart
bench-apart: dev assets compiled ## Eighty agents for five minutes; an inventory, emulated; erasure
	$(PYTHON) -m tests.load
	$(PYTHON) -m tests.benchmarks.proposal
	$(PYTHON) -m tests.benchmarks.erasure
	$(PYTHON) -m tests.benchmarks.environments
	$(PYTHON) -m tests.machine.speed

# ------------------------------------------------------------------ check

.PHONY: check
check: lint types layers migrations deployment templates messages-check conventions ## Every check that runs nothing

check lint types layers migrations deployment templates messages-check conventions: export STATE_DIR := $(CHECK_STATE)

.PHONY: lint
lint: dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

.PHONY: types
types: dev
	$(PYTHON) -m mypy

.PHONY: layers
layers: dev
	.venv/bin/lint-imports

.PHONY: migrations
migrations: dev
	$(PYTHON) manage.py makemigrations --check --dry-run

.PHONY: deployment
deployment: dev assets
	BASE_URL=https://rebond.exemple.test ALLOWED_HOSTS=rebond.exemple.test \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

.PHONY: templates
templates: dev
	.venv/bin/djlint --lint --quiet backoffice inventory provisioning lending

.PHONY: messages-check
messages-check: dev
	$(PYTHON) -m tools.messages check

.PHONY: conventions
conventions: dev
	$(PYTEST) -q tests/test_conventions.py tests/test_docs.py

# ------------------------------------------------------------------ make

.PHONY: base
base:
	@$(PYTHON3) tools/environment.py base

.PHONY: dev
dev:
	@$(PYTHON3) tools/environment.py dev

.PHONY: assets
assets: base ## Build the theme, scripts, fonts and icons
	@$(PYTHON) tools/assets.py

.PHONY: compiled
compiled: base
	@$(PYTHON) -m tools.messages compile

.PHONY: messages
messages: base ## Bring the catalogues in line with the sources, then compile them
	$(PYTHON) -m tools.messages extract
	$(PYTHON) -m tools.messages compile

.PHONY: deb
deb: dev ## Build the Debian package of the agent in build/
	$(PYTHON) -m tools.deb

.PHONY: image
image: dev ## Build the bench image in build/image: ISO and network boot
	$(PYTHON) -m tools.image $(if $(SUITE),--suite $(SUITE)) $(if $(FIRMWARE),--firmware)

.PHONY: docs-screenshots
docs-screenshots: dev assets compiled ## Take the pictures of the user guides again
	$(PYTHON) -m tools.screenshots
	PICTURES=1 $(PYTEST) -n 0 tests/browser/test_lending_story.py

.PHONY: format
format: dev ## Format Python
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

.PHONY: lock
lock: dev ## Lock the dependencies of requirements/*.in, with hashes
	cd requirements && $(LOCK) base.in -o base.txt
	cd requirements && $(LOCK) s3.in -o s3.txt
	cd requirements && $(LOCK) -c base.txt -c s3.txt dev.in -o dev.txt
	cd requirements && $(LOCK) node.in -o node.txt

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 20
