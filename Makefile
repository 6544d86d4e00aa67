# Visage. `make serve` and `make test` do all of their own set-up, and little when nothing has changed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/uv

# Nothing of an image may reach a disk: what does not fit into Ray's object store spills to memory too, and core dumps
# are off (`make serve` itself does both: serve_app/__main__.py). Ray's usage statistics are off.
export RAY_object_spilling_directory ?= /dev/shm/visage-$(shell id -u)/spill
export RAY_USAGE_STATS_ENABLED := 0
export PYTHONUNBUFFERED := 1
# Ray starts dozens of processes of Python, each of which would compile what it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve check check-first check-second test test-service test-clusters test-models test-rest lint docs weights bench load fuzz evaluate lock clean help ui ui-test ui-api page
.DEFAULT_GOAL := help

CLUSTERS := cluster or browser
# Modules with clusters of their own; all others on a cluster share one service.
OWN_CLUSTERS := $(patsubst %,tests/graph/test_%.py,jobs nodes placement start watched)
# All tests on clusters; to look through the others for their marks takes ten seconds.
CLUSTERED := $(addprefix tests/,e2e graph hostile)
MODELS := $(addprefix tests/,deployments parity training)
QUICK := not slow and not cluster and not browser and not node and not parity and not weights and not training
SPELLED := deployments serve_app load training tests configs docs .github ui/src ui/e2e ui/README.md $(wildcard *.md *.yaml *.toml)

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

serve: $(VENV)/.service weights page ## set up what is missing and start the service on http://127.0.0.1:8000
	exec $(BIN)/python -m serve_app serve_config.yaml

check: $(VENV)/.dev ## lint and the quick tests: no weights, no cluster, no Node.js; a minute
	$(MAKE) --no-print-directory -j2 --output-sync lint check-first check-second

# Two halves that take as long. No test of parity and training is quick, and the second half never imports torch.
FIRST_HALF := $(addprefix tests/,deployments load configs serve_app/cli)

check-first:
	@$(BIN)/python -m pytest -q -m "$(QUICK)" $(FIRST_HALF) $(PYTEST_ARGS)

check-second:
	@$(BIN)/python -m pytest -q -m "$(QUICK)" tests $(addprefix --ignore=,$(FIRST_HALF) tests/parity tests/training) $(PYTEST_ARGS)

test: $(VENV)/.dev weights ui ## lint, types and all tests: those on real clusters beside all others
	@mkdir -p "$$RAY_object_spilling_directory"
	$(BIN)/python -m deployments.models fetch realesrgan-x4plus-ncnn
	$(MAKE) --no-print-directory -j4 --output-sync test-service test-clusters test-models test-rest

# On clusters much time passes by waiting: for starts, for what was killed to come back. So two of them are at work, and
# all other tests give way to them, in two halves that have a core each once the clusters are done. Ray would start its
# workers at a niceness of 15.
test-service: export RAY_worker_niceness = 0
test-service:
	$(BIN)/python -m pytest -m "$(CLUSTERS)" $(CLUSTERED) $(addprefix --ignore=,$(OWN_CLUSTERS)) $(PYTEST_ARGS)

test-clusters: export RAY_worker_niceness = 0
test-clusters:
	$(BIN)/python -m pytest -m "$(CLUSTERS)" $(OWN_CLUSTERS) $(PYTEST_ARGS)

test-models:
	nice -n 10 $(BIN)/python -m pytest -m "not ($(CLUSTERS))" $(MODELS) $(PYTEST_ARGS)

test-rest:
	$(MAKE) --no-print-directory lint ui-test
	nice -n 10 $(BIN)/python -m pytest -m "not ($(CLUSTERS))" tests $(addprefix --ignore=,$(MODELS)) $(PYTEST_ARGS)

lint: $(VENV)/.dev ## format, lint, types, layers, spelling, and drift of what is generated
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml
	$(BIN)/codespell --check-hidden $(SPELLED)
	$(BIN)/python docs/generate.py --check
	$(BIN)/python configs/grafana/generate.py --check
	$(BIN)/python ui/scripts/api.py --check

docs: $(VENV)/.service ## write the tables in docs/ anew
	$(BIN)/python docs/generate.py
	$(BIN)/python configs/grafana/generate.py

weights: $(VENV)/.service ## fetch and verify the models' weights
	@$(BIN)/python -m deployments.models fetch

UI_SOURCES := $(shell find ui/src ui/public ui/scripts -type f) ui/next.config.ts ui/postcss.config.mjs ui/tsconfig.json

ui: ui/out/index.html ## build the page (needs Node.js 20 or later)

ui-test: $(VENV)/.dev ui ## the page: drift from the API, lint, types, unit and component tests
	cd ui && npm run --silent api:check && npm run --silent lint && npm run --silent types && npm run --silent test

ui-api: $(VENV)/.service ui/node_modules/.installed ## write what the page derives from the API anew
	$(BIN)/python ui/scripts/api.py
	cd ui && npm run --silent api

page: # without Node.js the service starts all the same
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory ui; \
	else echo "Node.js (npm) is not installed: the service starts without its page, with the API alone."; fi

ui/node_modules/.installed: ui/package.json ui/package-lock.json
	@command -v npm >/dev/null || { echo "The page needs Node.js 20 or later, and npm was not found."; exit 1; }
	@echo "Installing the page's packages ..."
	@# Not `npm ci`: it demands the binaries for other systems in the lock, which were not to be had where that was made.
	cd ui && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save --no-progress
	@touch $@

ui/out/index.html: ui/node_modules/.installed $(UI_SOURCES)
	@echo "Building the page ..."
	cd ui && npm run --silent build
	@touch $@

bench: $(VENV)/.dev weights ## ours beside the official pipeline, and the goals: load/bench; twenty minutes
	@mkdir -p "$$RAY_object_spilling_directory"
	$(BIN)/python -m load.bench $(BENCH_ARGS)

load: $(VENV)/.dev ## an open-loop load test of a running service: make load LOAD_ARGS="http://127.0.0.1:8000 --rates 0.1 0.2"
	$(BIN)/python -m load.open_loop $(LOAD_ARGS)

fuzz: $(VENV)/.dev weights page ## what takes long: 10,000 mutated files, 500 films and one on all models, 500 photos, fifty in a browser; an hour
	@mkdir -p "$$RAY_object_spilling_directory"
	VISAGE_FUZZ=10000 $(BIN)/python -m pytest tests/hostile \
		tests/e2e/test_page.py::test_fifty_files_go_through_in_one_sitting $(PYTEST_ARGS)

evaluate: $(VENV)/.dev weights ## what becomes of difficult photographs, case by case, and a sheet to look at; minutes
	$(BIN)/python -m load.evaluate $(EVALUATE_ARGS)

$(VENV)/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 12))' || \
		{ echo "Visage's locked set-up needs Python 3.11; this is $$($(PYTHON) -V). Set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# The locks are complete and are installed as they stand, without resolving anything: see pyproject.toml, [tool.uv].
$(VENV)/.service: $(VENV)/.uv requirements.lock
	@echo "Installing the service's packages (about 6 GB with torch) ..."
	$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . # the command `visage`
	@touch $@

$(VENV)/.dev: $(VENV)/.service requirements-dev.lock
	$(UV) pip install --python $(BIN)/python --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

lock: ## resolve the dependencies anew and write the locks
	$(UV) pip compile --quiet pyproject.toml --extra headless --extra c2pa --extra jobs --extra s3 --extra tracing --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements.lock
	$(UV) pip compile --quiet pyproject.toml --extra headless --extra dev --extra training -c requirements.lock \
		--python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements-dev.lock
	echo 'uv==0.13.9' | $(UV) pip compile --quiet - --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" -o requirements-uv.lock

clean: ## remove the virtual environment and caches, not the weights
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
