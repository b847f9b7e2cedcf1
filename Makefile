# On a machine with make and Python 3.11 to 3.13: `make demo`, `make test`. Everything else comes from the locks.

# The first interpreter that runs, is of a right version and can make environments; name another with PYTHON=...
RIGHT := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for name in python3.12 python3.11 python3.13 python3 python; do \
	$$name -c '$(RIGHT)' >/dev/null 2>&1 && { echo $$name; break; }; done),python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--python-version 3.11

# Where Python may not keep what it compiles beside the sources, it keeps it here: every process would compile PyTorch
# anew. Not so when installing: files that an installer compiles belong beside their sources.
KEEPING := $(if $(PYTHONDONTWRITEBYTECODE),env -u PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX="$(CURDIR)/.cache/bytecode")

# uv asks the same index, with the same certificates, that pip is set up for on this machine.
UV := index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null || true)}}"; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	[ -z "$${PIP_CERT:-}" ] || export SSL_CERT_FILE="$${SSL_CERT_FILE:-$$PIP_CERT}"; \
	export UV_HTTP_TIMEOUT="$${UV_HTTP_TIMEOUT:-180}"; $(BIN)/uv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test browser lint figures screenshots reference lock clean

help:  ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1|/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: $(STAMP)  ## install everything into .venv, once

demo: $(STAMP)  ## make the demo shop and go all the way with it, to the service and the report
	$(KEEPING) $(BIN)/shopgraph demo demo

# Every processor gets tests of its own, so libraries need not share one among threads; one process more than there are
# processors, for some tests wait for a browser or a server.
test: lint browser  ## all checks and tests
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		$(KEEPING) $(BIN)/python -m pytest --numprocesses $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) \
		--dist loadscope --no-loadscope-reorder

# The tests of the web pages walk them with Chromium, and need glyphs for Chinese; root on Debian gets both by itself.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && export DEBIAN_FRONTEND=noninteractive && \
		{ apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null 2>&1 || \
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null; }; }; } || \
		echo "no Chromium: the tests of the web pages need it (Debian, Ubuntu: sudo apt install chromium)"

lint: $(STAMP)  ## format, style and types, without changing a file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(KEEPING) $(BIN)/mypy --num-workers auto

figures: $(STAMP)  ## run the benchmarks and hold their figures against benchmarks/bounds.toml
	$(KEEPING) $(BIN)/python -m benchmarks.figures

screenshots: $(STAMP) browser  ## take the pictures of the web pages in docs/images anew
	SHOPGRAPH_SCREENSHOTS="$(CURDIR)/docs/images" $(BIN)/python -m pytest tests/e2e/web/test_pictures.py

reference: $(STAMP)  ## write docs/reference and the examples of queries anew from the code
	PYTHONPATH="$(CURDIR)" $(BIN)/python docs/build_examples.py
	PYTHONPATH="$(CURDIR)" $(BIN)/python docs/build_reference.py

lock: $(STAMP)  ## resolve the dependencies again, within pyproject.toml
	echo uv | $(COMPILE) - --upgrade -o requirements/bootstrap.lock
	$(COMPILE) pyproject.toml --group dev --extra neo4j-fast --extra vision --extra ocr --upgrade -o requirements/dev.lock
	$(COMPILE) pyproject.toml --extra neo4j-fast --constraint requirements/dev.lock --upgrade -o requirements/run.lock
	echo hatchling | $(COMPILE) - --constraint requirements/dev.lock --upgrade -o requirements/build.lock

clean:  ## remove what was made: environment, caches, demo
	rm -rf $(VENV) .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache build demo dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "shopgraph needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is not one. Name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. Install that part of it (Debian, Ubuntu: sudo apt install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements/bootstrap.lock requirements/dev.lock pyproject.toml | $(BIN)/pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	@echo "installing requirements/dev.lock (torch alone is some gigabytes)"
	@$(UV) pip install --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
