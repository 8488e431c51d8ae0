# Each target sets up what it needs by itself, in .venv/ and node_modules/; again is quick.
#   make demo   a PrimeHub sandbox and a notebook wired to it        make test   everything that can be checked
#   make lint   style only        make test-unit   the quick tests   make clean  forget all set-up and state
#   make matrix every Python that is installed, on every host        make proofs the long form of what is random or wide

# The first Python that starts and is new enough; 3.11 is the one most tried.
PYTHON ?= $(firstword $(foreach python,python3.11 python3 python3.12 python3.13 python3.10 python3.9,$(shell \
	$(python) -c 'import sys; sys.exit(sys.version_info < (3, 9))' </dev/null >/dev/null 2>&1 && echo $(python))))

.PHONY: help demo test lint test-unit matrix proofs shots states bench clean python

help:
	@sed -n '2,4s/^# *//p' Makefile

python:
	@test -n "$(PYTHON)" || { echo "No Python 3.9 or later was found. Install python3.11, then run make again."; exit 1; }

demo: python
	@$(PYTHON) dev/bootstrap.py demo
	@.venv/a/bin/jupyter-primehub sandbox --demo

test: python
	@$(PYTHON) dev/check.py all

lint: python
	@$(PYTHON) dev/check.py lint

test-unit: python
	@$(PYTHON) dev/check.py unit

matrix: python
	@$(PYTHON) dev/matrix.py

# All of them, even when one fails, and then the answer of all. RUNS=10 for so many of each, and the matrix's short form.
proofs: python
	@$(PYTHON) dev/bootstrap.py bench
	@status=0; for script in bench/bench_histories.py bench/bench_kill.py; do .venv/a/bin/python "$$script" $(RUNS) || status=1; done; \
		$(PYTHON) dev/matrix.py $(if $(RUNS),,--long) || status=1; exit $$status

shots: python
	@$(PYTHON) dev/bootstrap.py test
	@.venv/a/bin/python dev/help_page.py
	@.venv/a/bin/python dev/screenshots.py

# Every state that jobs can be seen in, at three widths, to be looked at: test-results/states.
states: python
	@$(PYTHON) dev/bootstrap.py test
	@.venv/a/bin/python dev/states.py

bench: python
	@$(PYTHON) dev/bootstrap.py bench
	@set -e; for script in bench/bench_*.py; do .venv/a/bin/python "$$script"; done

clean:
	rm -rf .venv node_modules .sandbox build dist test-results primehub_nbext.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .nox
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
