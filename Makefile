# Daily jobs. Each makes the environment it needs, once: a stamp in it says what is installed.
# Another Python or another place for the environment: make test PYTHON=python3.12 VENV=../env

PYTHON ?= python3
VENV ?= .venv
PYTEST_ARGS ?= -n 2

BIN := $(abspath $(VENV))/bin
PACKAGE := setup.cfg pyproject.toml gvhdcalc/__init__.py
PIP_INSTALL := "$(BIN)/python" -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test lint bench reference docs dist clean
.DEFAULT_GOAL := help

help:  ## list these jobs
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(VENV)/.stamp-run  ## install the package and print the whole worked example
	@PATH="$(BIN):$$PATH" bash examples/seed.sh

test: $(VENV)/.stamp-test  ## install what the tests need and run them all (PYTEST_ARGS="-n 2")
	"$(BIN)/python" -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.stamp-lint  ## ruff, mypy --strict, and the direction of imports
	"$(BIN)/ruff" check .
	"$(BIN)/mypy" --strict gvhdcalc tools/check_imports.py
	"$(BIN)/python" tools/check_imports.py

bench: $(VENV)/.stamp-run  ## time gvhdcalc against peers in the same run; prints ratios
	@set -e; for script in bench/*.py; do echo "== $$script"; "$(BIN)/python" "$$script"; done

reference:  ## re-make the reference values with R (tests/reference/*.R)
	@command -v Rscript >/dev/null || { \
	  echo "make reference: Rscript not found. Install R (Debian and Ubuntu: apt-get install r-base) and these CRAN packages:" \
	    $$(sed -n 's/.*library(\([A-Za-z0-9.]*\)).*/\1/p' tests/reference/*.R | sort -u) \
	    "(Debian and Ubuntu: apt-get install r-cran- and the name in lower case)." >&2; exit 1; }
	@set -e; for script in $(filter-out %/common.R,$(sort $(wildcard tests/reference/*.R))); do echo "== $$script"; Rscript --vanilla "$$script"; done

docs: $(VENV)/.stamp-run  ## write the generated parts of README.md and docs/
	"$(BIN)/python" -m tools.make_docs

dist: $(VENV)/.stamp-dist  ## build the wheel and the source archive in dist/
	rm -rf build dist
	"$(BIN)/python" -m build

clean:  ## remove what these jobs made, .venv too
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. A half-made one has no stamp, so the next run makes it again.
$(VENV)/.stamp-venv:
	@$(PYTHON) -c 'import sys; sys.exit("gvhdcalc needs Python 3.10 or newer; $(PYTHON) is " + sys.version.split()[0] + \
	  ". Name another: make PYTHON=python3.12" if sys.version_info < (3, 10) else 0)'
	@"$(BIN)/python" -m pip --version >/dev/null 2>&1 || { \
	  echo "Making the environment $(VENV) ..." >&2; $(PYTHON) -m venv "$(VENV)"; }
	@touch $@

$(VENV)/.stamp-run: $(VENV)/.stamp-venv $(PACKAGE)
	@echo "Installing gvhdcalc and its dependencies in $(VENV) ..." >&2
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.stamp-test $(VENV)/.stamp-lint $(VENV)/.stamp-dist: $(VENV)/.stamp-%: $(VENV)/.stamp-run
	@echo "Installing what $* needs in $(VENV) ..." >&2
	@$(PIP_INSTALL) --editable '.[$*]'
	@touch $@
