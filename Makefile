# `make` sets everything up and runs the main job; `make test` runs the tests.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt

.PHONY: check test test-all compat compat-oldest compat-newest bench paper docs wheel clean

# A refuted conjecture (exit status 3) is this job's success.
check: .venv/installed
	@$(BIN)/mesacircuits check minimal-circuits --set universe=few --fresh \
		--certificate minimal-circuits.json; \
	status=$$?; [ $$status -eq 3 ] || exit $$status
	@$(BIN)/mesacircuits verify minimal-circuits.json

# Less than five minutes on two cores. `make test-all` adds the tests marked slow, and all examples of
# properties: an hour or two.
test: TESTS := not slow
test test-all: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	# The largest kernels compile meanwhile, once and not in each process of the tests.
	$(BIN)/mesacircuits enumerate 'tt:2:6,8' --fresh > /dev/null & \
	$(BIN)/mypy; status=$$?; wait; exit $$status
	$(BIN)/pytest -n auto --dist worksteal -m '$(TESTS)'

# The quick tests in two fresh environments: the oldest releases that pyproject.toml declares with
# the oldest Python, and the newest of everything with a newer one. `COMPAT` is for pytest, such as
# `COMPAT=tests/cli`; types and lint are `make test`'s.
PYTHON311 ?= python3.11
PYTHON313 ?= python3.13
COMPAT ?=
compat: compat-oldest compat-newest

compat-oldest: OF = $(PYTHON311)
compat-oldest: PINS = .ci/oldest.py
compat-newest: OF = $(PYTHON313)
compat-newest: PINS = -c pass
compat-oldest compat-newest:
	rm -rf build/$@
	$(OF) -m venv build/$@
	$(OF) $(PINS) > build/$@/constraints.txt
	build/$@/bin/python -m pip install --quiet --disable-pip-version-check \
		-c build/$@/constraints.txt -e '.[dev]'
	XDG_CACHE_HOME=$(CURDIR)/build/$@/cache NUMBA_CACHE_DIR= \
		build/$@/bin/python -m pytest -n auto --dist loadfile -p no:cacheprovider $(COMPAT)

# Times and memory, side by side with a plain C loop, and with berkeley-abc and cirbo where they are
# installed: half an hour. `make bench BENCH="--quick"` takes minutes; `BENCH="peers five"` chooses.
# `BENCH="first --before PYTHON"` measures the first commands beside another installation.
bench: .venv/installed-dev
	$(BIN)/python tests/benchmarks/benchmark.py $(BENCH)

# The paper, its numbers and figures from the package; needs TeX Live (see papers/README.md).
paper: .venv/installed
	$(BIN)/python papers/generate.py papers/build
	cd papers/build && latexmk -pdf -interaction=nonstopmode -halt-on-error -quiet figure-*.tex
	cd papers && latexmk -pdf -interaction=nonstopmode -halt-on-error -quiet \
		-outdir=build mesacircuits.tex

# The documentation as one site, with the library's reference: open build/docs/index.html.
docs: .venv/installed
	$(PIP) -e '.[docs]'
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/docs

wheel: .venv/installed-dev
	$(BIN)/python -m build --wheel

# Also the compiled kernels in the user's cache folder. It asks no .venv, which may be gone or broken.
clean:
	-$(PYTHON) -I mesacircuits/cache_folders.py
	rm -rf .venv build dist *.egg-info minimal-circuits.json papers/build

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml .ci/constraints.txt | .venv/bin/python
	$(PIP) -e .
	@touch $@

.venv/installed-dev: pyproject.toml .ci/constraints.txt | .venv/bin/python
	$(PIP) -e '.[dev]'
	@touch $@ .venv/installed
