# The commands of this project. `make help` lists them; each builds the environment it needs, once.

PYTHON ?= python3
SHELL := /bin/bash
CACHE := $(CURDIR)/.cache
READY := .venv/.ready

# What the tools remember stays in this folder: only pip's cache lies outside it. (pip is not run through IN.)
IN := env \
	XDG_CACHE_HOME="$(CACHE)/xdg" XDG_CONFIG_HOME="$(CACHE)/xdg-config" XDG_DATA_HOME="$(CACHE)/xdg-data" \
	MPLCONFIGDIR="$(CACHE)/matplotlib" IPYTHONDIR="$(CACHE)/ipython" \
	JUPYTER_CONFIG_DIR="$(CACHE)/jupyter/config" JUPYTER_DATA_DIR="$(CACHE)/jupyter/data" \
	JUPYTER_RUNTIME_DIR="$(CACHE)/jupyter/runtime" JUPYTERLAB_SETTINGS_DIR="$(CACHE)/jupyter/lab-settings" \
	JUPYTERLAB_WORKSPACES_DIR="$(CACHE)/jupyter/lab-workspaces" \
	PRE_COMMIT_HOME="$(CACHE)/pre-commit" DASK_CONFIG="$(CACHE)/dask" HYPOTHESIS_STORAGE_DIRECTORY="$(CACHE)/hypothesis" \
	VIRTUAL_ENV="$(CURDIR)/.venv" PATH="$(CURDIR)/.venv/bin:$$PATH"

.DEFAULT_GOAL := help
.PHONY: help report test notebooks lab check clean-data docs bench airflow hooks pre-commit lock

help: ## list these commands
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-12s %s\n' "$$name" "$$text"; done

report: $(READY) ## clean the raw tables and write every report of reports/plan.yaml
	@$(IN) inl-evidence clean
	@$(IN) inl-evidence report

test: $(READY) clean-data ## lint, check types, run the tests, run every notebook against its stored outputs
	@echo "== ruff" && $(IN) ruff check . && $(IN) ruff format --check .
	@echo "== mypy" && $(IN) mypy
	@echo "== pytest" && $(IN) pytest -q
	@echo "== nbval" && $(IN) pytest -q --nbval --nbval-current-env --nbval-cell-timeout=300 \
		-o addopts= -o filterwarnings=default notebooks/*.ipynb

notebooks: $(READY) clean-data ## run every notebook again and store its outputs
	@$(IN) inl-evidence refresh

lab: $(READY) clean-data ## open JupyterLab on notebooks/start_here.ipynb
	@$(IN) jupyter lab --allow-root --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/start_here.ipynb \
		--LabApp.app_settings_dir=src/analysis/jupyter/lab --LabApp.extension_manager=readonly

check: $(READY) ## look for mistakes in the raw tables; nothing is written
	@$(IN) inl-evidence check

clean-data: $(READY) ## write the clean tables to data/processed
	@$(IN) inl-evidence clean

docs: $(READY) ## write the data dictionary, the indicators and the assumptions log anew
	@$(IN) inl-evidence docs

bench: $(READY) ## measure: run every tests/benchmarks/bench_*.py, beside frictionless in an environment of its own
	@test -x "$(CACHE)/frictionless/bin/frictionless" || { $(PYTHON) -m venv --clear "$(CACHE)/frictionless" && \
		"$(CACHE)/frictionless/bin/python" -m pip install -qq --disable-pip-version-check frictionless; }
	@for file in tests/benchmarks/bench_*.py; do echo "== $$file"; \
		$(IN) FRICTIONLESS="$(CACHE)/frictionless/bin/python" python "$$file" || exit 1; done

airflow: $(READY) ## load and run the Airflow DAG with a real Airflow, in an environment of its own
	@test -x "$(CACHE)/airflow/bin/airflow" || { $(PYTHON) -m venv --clear "$(CACHE)/airflow" && \
		"$(CACHE)/airflow/bin/python" -m pip install -qq --disable-pip-version-check \
			"apache-airflow>=3" apache-airflow-providers-papermill; }
	@$(IN) python tests/airflow/check_dag.py "$(CACHE)/airflow/bin/python"

hooks: $(READY) ## have every commit looked over before it is made: code, notebooks, raw tables
	@hook="$$(git rev-parse --git-path hooks)/pre-commit" && mkdir -p "$$(dirname "$$hook")" && \
		printf '#!/bin/sh\nexec make --no-print-directory pre-commit\n' > "$$hook" && chmod +x "$$hook" && \
		echo "wrote $$hook"

pre-commit: $(READY) ## look over what is about to be committed
	@$(IN) pre-commit run

lock: ## renew requirements.lock from pyproject.toml, for all platforms, with hashes
	@$(PYTHON) -m venv "$(CACHE)/lock" && "$(CACHE)/lock/bin/python" -m pip install -qq --disable-pip-version-check uv
	@"$(CACHE)/lock/bin/uv" pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
		--fork-strategy fewest --all-extras --group build --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --cache-dir "$(CACHE)/uv" --output-file requirements.lock

# One stamp: the environment is built once, and again only when what it is built from changes.
$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here: install Python 3.11 or newer, or name one with make PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$($(PYTHON) -V 2>&1), and 3.11 or newer is needed: name one with make PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: install its venv module (on Debian: apt-get install python3-venv)." >&2; exit 2; }
	@echo "Building the environment in .venv (some minutes, only once)"
	@.venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
