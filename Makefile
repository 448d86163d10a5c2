# Two commands on a fresh machine (python3 >= 3.11, pip and make): `make site` and `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help site serve test unit check fix bench coverage mutants fuzz hostile faults reproduce schema audit sbom lock clean

help:  ## list these targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Evibrief needs Python 3.11 or newer; this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

# The stamps say which lock file the environment was made from.
$(VENV)/site.stamp: requirements/site.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/test.stamp: requirements/test.lock $(VENV)/site.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	touch $@

site: $(VENV)/site.stamp  ## set up, then publish the whole site into public/
	$(BIN)/evibrief build

serve: $(VENV)/site.stamp  ## live preview while you edit
	$(BIN)/evibrief serve

test: $(VENV)/test.stamp  ## set up, then run every check and every test
	scripts/install-browser
	scripts/install-language-server
	$(MAKE) --no-print-directory check
	$(BIN)/pytest -n auto

unit: $(VENV)/test.stamp  ## the tests without a browser or an editor
	$(BIN)/pytest -n auto -m 'not browser and not editor'

check: $(VENV)/test.stamp  ## formatting, lint, types, and the records themselves
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy benchmarks
	$(BIN)/evibrief check

fix: $(VENV)/test.stamp  ## let ruff format and mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/test.stamp  ## measure; ratios within one run, written to benchmarks/
	$(BIN)/python -m benchmarks.run

# What the files in pyproject.toml under coverage need to be run whole; the rest of the tests adds nothing.
COVERING := tests/records tests/checks tests/statistics tests/pages tests/exchange tests/hostile \
	tests/publishing/test_security_policy.py tests/test_message_catalogue.py
coverage: $(VENV)/test.stamp  ## lines and branches of reading, statistics, checks and escaping, which must be run whole
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n auto -m 'not browser' $(COVERING)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

MUTANTS ?= 150
SEED ?= 1
mutants: $(VENV)/test.stamp  ## change the linter and pooling in small places; tests must notice (MUTANTS=n, SEED=n)
	$(BIN)/python scripts/mutants.py checks --count $(MUTANTS) --seed $(SEED)
	$(BIN)/python scripts/mutants.py pooling --count $(MUTANTS) --seed $(SEED)

CASES ?= 1000000
fuzz: $(VENV)/test.stamp  ## read a million mutants of our records (CASES=n)
	$(BIN)/python scripts/fuzz_reader.py $(CASES)

hostile: $(VENV)/test.stamp  ## try every hostile file; what is refused, how fast, with how much memory
	$(BIN)/python scripts/try_hostile.py

KILLS ?= 100
faults: $(VENV)/test.stamp  ## break builds, a hundred by killing them (KILLS=n); the site must stay whole
	$(BIN)/python scripts/faults.py $(KILLS)

reproduce: $(VENV)/site.stamp  ## build in two different surroundings and compare every byte
	$(BIN)/python scripts/reproduce.py

schema: $(VENV)/site.stamp  ## renew the committed schemas, after a change of what records or data.json hold
	$(BIN)/python -c 'import sys; from evibrief.exchange.data_json import data_schema; sys.stdout.buffer.write(data_schema())' \
		> generator/evibrief/exchange/schema/summary-data.schema.json
	$(BIN)/evibrief schema study > schema/study.schema.json
	$(BIN)/evibrief schema summary > schema/summary.schema.json
	cp schema/study.schema.json site/docs/schema/

# What looks from outside has an environment of its own.
AUDIT := .venv-audit
$(AUDIT)/stamp: requirements/audit.lock
	$(PYTHON) -m venv --clear $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.lock
	touch $@

# pip-audit asks the index, and services with known weaknesses, for what each lock pins; zizmor reads workflows offline.
audit: $(AUDIT)/stamp sbom  ## look for known weaknesses of what is locked, and of workflows
	$(AUDIT)/bin/zizmor --offline --persona=pedantic --quiet .github/dependabot.yml .github/workflows/*.yml generator/evibrief/exchange/project_template/dot-github/workflows/*.yml
	$(AUDIT)/bin/python scripts/validate_sbom.py dist/sbom.cdx.json
	for lock in site test audit; do \
		$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/$$lock.lock || exit 1; \
	done

sbom: $(BIN)/python  ## list what is locked, with hashes, as CycloneDX, in dist/
	$(BIN)/python scripts/sbom.py dist/sbom.cdx.json

lock:  ## renew the locks (needs uv)
	uv pip compile pyproject.toml --group build --generate-hashes --no-header --python-version 3.11 --universal --upgrade -q -o requirements/site.lock
	uv pip compile pyproject.toml --group dev -c requirements/site.lock --generate-hashes --no-header --python-version 3.11 --universal --upgrade -q -o requirements/test.lock
	uv pip compile --group pyproject.toml:audit --generate-hashes --no-header --python-version 3.11 --universal --upgrade -q -o requirements/audit.lock

clean:  ## remove the environment, the site and every cache
	rm -rf $(VENV) $(AUDIT) dist public .public-* .mypy_cache .ruff_cache .pytest_cache .hypothesis
