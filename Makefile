# `make help` lists the targets. Each sets up what it needs in .venv first, from requirements.lock.
PYTHON ?= python3
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
READY := .venv/.ready
BENCH := .venv-bench/bin
DOCS := .venv-docs/bin
FUZZ := .venv-fuzz/bin
SCALE := .venv-scale/bin
FUZZ_SECONDS ?= 600

# $(call venv,FOLDER,LOCK): a fresh environment with the lock's packages.
# The lock is complete, so pip need not resolve anything (older ones stumble over lxml's extras).
define venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "belta_spider needs Python 3.11 or newer, and $(PYTHON) is not: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "setting up $(1) from $(2)"
	@$(PYTHON) -m venv --clear $(1)
	@$(1)/bin/python -m pip install --quiet --no-deps --require-hashes -r $(2)
	@touch $(1)/.locked
endef

.PHONY: help
help:  ## list the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 12

.PHONY: crawl
crawl: $(READY)  ## replay fixtures/ into data/fixtures.jsonl; or ARGS="-a source=PATH -o X.jsonl"
	$(BIN)/scrapy crawl belta $(ARGS)

.PHONY: test
test: lint  ## lint, then all tests; or ARGS="-k dates"
	@$(MAKE) --no-print-directory .venv-archive/.locked || echo "no archive to test against: pywb cannot be installed here"
	@$(MAKE) --no-print-directory .venv-docs/.locked || echo "no site is built, no page checked with axe-core: requirements-docs.lock cannot be installed here"
	@# Some hundred tests start a program: without this each compiles the package, where PYTHONDONTWRITEBYTECODE is set.
	@$(BIN)/python -m compileall -q belta_spider
	$(BIN)/pytest -q -n auto $(ARGS)

# What runs on clusters and in object stores, with the engines and servers themselves.
ENGINES = $(SCALE)/pytest -q -o faulthandler_timeout=0 -p no:cacheprovider tests/scale
.PHONY: test-scale
test-scale: .venv-scale/.ready  ## Spark, datatrove and object stores: killed tasks, many files, broken answers
	$(ENGINES) -m "faults or not faults" $(ARGS)

.PHONY: lint
lint: $(READY)  ## ruff, mypy, and which room may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

.PHONY: golden
golden: $(READY)  ## compare the fixtures with their expected records; ARGS=--update rewrites these, for review with git diff
	$(BIN)/scrapy golden $(ARGS)

.PHONY: sensitivity
sensitivity: $(READY)  ## write docs/limits.md: which of the cleaner's numbers, moved by a fifth, change a golden record
	$(BIN)/python -m benchmarks sensitivity

.PHONY: faults
faults: $(READY)  ## the long tests: kills, full disks, cut connections; at once those with a live crawl and all others
ifeq ($(ARGS),)
	@$(MAKE) --no-print-directory --jobs=2 --keep-going faults-live faults-others
else
	$(LONG) $(ARGS)
endif

.PHONY: test-archives
test-archives: $(READY) .venv-archive/.locked  ## the long tests of archives: 400 articles out of pywb, kills
	$(LONG) tests/archives $(ARGS)

# A crawl keeps one core busy. Neither writes pytest's cache, which both would share.
LONG = $(BIN)/pytest -q -m faults -o faulthandler_timeout=0 -p no:cacheprovider
LIVE = live_crawl_that_is_killed
.PHONY: faults-live faults-others
faults-live: $(READY)
	$(LONG) -k $(LIVE)
faults-others: $(READY)
	$(LONG) -k "not $(LIVE)"

.PHONY: wheels
wheels: $(READY)  ## build the wheels into dist/, pure and compiled for this platform, and run the tests on each as installed
	rm -rf dist build
	$(BIN)/python -m build --no-isolation --wheel --outdir dist
	@command -v $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_config_var("CC").split()[0])') >/dev/null || \
	  { echo "no C compiler, so no compiled wheel; on Debian and Ubuntu: apt install gcc python3-dev" >&2; exit 1; }
	@echo "compiling: some minutes"
	HATCH_BUILD_HOOKS_ENABLE=true $(BIN)/python -m build --no-isolation --outdir build/compiled
	mv build/compiled/*.whl dist/
	for wheel in dist/*.whl; do $(BIN)/python -m tests.installed "$$wheel" -n auto $(ARGS) || exit 1; done

.PHONY: metadata
metadata: $(READY) .venv-metadata/.locked  ## check CITATION.cff with cffconvert, and a dataset's Croissant with mlcroissant
	$(BIN)/pytest -q tests/house/test_metadata.py $(ARGS)

.PHONY: docs
docs: .venv-docs/.locked  ## build the documentation as a site into build/docs/, where each warning is an error
	$(DOCS)/python -m sphinx -W --keep-going -q docs build/docs -d build/docs-trees
	@echo "build/docs/index.html"

.PHONY: fuzz
fuzz: $(READY)  ## the long search for input that breaks cleaner, readers or repair; FUZZ_SECONDS=600 for each
	$(BIN)/pytest -q -m fuzz -o faulthandler_timeout=0 $(ARGS)
	@if $(MAKE) --no-print-directory .venv-fuzz/.locked; then \
	  for target in cleaner readers repair; do \
	    $(FUZZ)/python -m tests.faults.fuzzing $$target -max_total_time=$(FUZZ_SECONDS) || exit 1; \
	  done; \
	else echo "no search led by coverage: atheris cannot be installed here"; fi

.PHONY: bench
bench: .venv-bench/.locked  ## speed and memory, side by side with newspaper4k, news-please, resiliparse and trafilatura
	$(BENCH)/python -m benchmarks $(ARGS)

.PHONY: demo-live
demo-live: $(READY)  ## a live crawl to watch, of a small site on this machine that lives on until Ctrl-C
	$(BIN)/python -m tests.demo $(ARGS)

.PHONY: lock
lock:  ## pin all packages anew, with hashes (needs uv); ARGS=--upgrade takes the newest
	$(call pin,requirements.lock,--extra test --extra export --extra parquet --extra recipes --extra report)
	$(call pin,requirements-bench.lock,--extra bench)
	$(call pin,requirements-docs.lock,--extra docs $(addprefix --no-emit-package ,playwright greenlet pyee))
	$(call pin,requirements-fuzz.lock,--extra test --extra fuzz)
	$(call pin,requirements-metadata.lock,--extra metadata)
	$(call pin,requirements-scale.lock,--extra scale)
	$(call pin,requirements-archive.lock,--group archive)
pin = uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --custom-compile-command 'make lock' $(2) $(if $(findstring --group,$(2)),,pyproject.toml) -o $(1) $(ARGS)

.PHONY: clean
clean:  ## remove the environments and caches; data/ stays
	rm -rf .venv .venv-archive .venv-bench .venv-docs .venv-fuzz .venv-metadata .venv-scale .mypy_cache .pytest_cache .ruff_cache .hypothesis .scrapy build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.locked: requirements.lock
	$(call venv,.venv,$<)

.venv-archive/.locked: requirements-archive.lock
	$(call venv,.venv-archive,$<)

.venv-bench/.locked: requirements-bench.lock
	$(call venv,.venv-bench,$<)

.venv-docs/.locked: requirements-docs.lock
	$(call venv,.venv-docs,$<)

.venv-fuzz/.locked: requirements-fuzz.lock
	$(call venv,.venv-fuzz,$<)

.venv-metadata/.locked: requirements-metadata.lock
	$(call venv,.venv-metadata,$<)

.venv-scale/.locked: requirements-scale.lock
	$(call venv,.venv-scale,$<)

# This package, editable. Apart from the lock's stamp, as it needs no network: hatchling is in the lock.
.venv/.ready: .venv/.locked pyproject.toml belta_spider/version.py
	@$(BIN)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv-scale/.ready: .venv-scale/.locked pyproject.toml belta_spider/version.py
	@$(SCALE)/python -m pip install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
