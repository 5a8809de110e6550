# On a machine with Python 3.11, make and git: `make preview`, then `make test`.
PYTHON ?= python3.11
BIN := .venv/bin
STACKS = $(patsubst stacks/Pulumi.%.yaml,%,$(wildcard stacks/Pulumi.*.yaml))

.DEFAULT_GOAL := preview
.PHONY: setup preview test test-policy test-languages soak check bench bench-large format lock snapshots \
  reference pictures clients browser outlines

# Compiled once, so that the command line starts fast where Python may not write beside the code.
setup: .venv/.installed
	$(BIN)/python -m compileall -q availability components sandbox

# The lock says all that is installed: pip resolves nothing, and builds nothing.
.venv/.installed: requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) here: name a Python from 3.11 on, like make PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing what requirements-dev.txt pins into .venv (once; it can take some minutes)"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
	  --require-hashes -r requirements-dev.txt
	$(BIN)/pip check --disable-pip-version-check
	touch $@

# Every stack on a real engine, against the Google Cloud that answers on this machine.
preview: setup
	$(BIN)/python -m sandbox preview $(STACKS)

# Neighbours run in one worker until the other has none left: what they share is made once, and the
# engine's tests, which wait for it, run beside others, which don't.
test: setup
	$(BIN)/python -m sandbox engine
	$(BIN)/pytest -n auto --dist worksteal

# The policy pack, in its own environment, and through the engine.
test-policy: setup policy/.venv/.installed
	$(BIN)/python -m sandbox engine
	$(BIN)/basedpyright -p policy
	$(BIN)/pytest tests/policy

policy/.venv/.installed: policy/requirements.txt
	$(PYTHON) -m venv policy/.venv
	policy/.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
	  --require-hashes -r policy/requirements.txt
	policy/.venv/bin/pip check --disable-pip-version-check
	touch $@

# The components in programs of other languages, on the real engine: Pulumi's host for YAML and an
# SDK in Go are built for it, which takes minutes on a machine that has built neither.
test-languages: setup
	$(BIN)/python -m sandbox engine
	$(BIN)/pytest -m languages tests/languages

# Every case where `make test` takes a sample: an hour.
soak: setup
	$(BIN)/python -m sandbox engine
	VERTEX_RESIDENCY_SOAK=1 $(BIN)/pytest -n auto --timeout 3600 -m 'soak or thorough'

check: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/basedpyright
	$(BIN)/basedpyright .ci/comment.py
	$(BIN)/zizmor --quiet --offline --pedantic --strict-collection .github
	$(BIN)/pytest --quiet tests/docs/test_links.py tests/docs/test_examples.py

# What the project costs, beside its goals and beside LiteLLM: under 15 minutes. No test depends on
# it. `python -m bench --write` also writes bench/results.json and bench/README.md.
bench: setup bench/.venv/.installed
	$(BIN)/python -m sandbox engine
	$(BIN)/python -m bench

# What 31, 32 and a thousand deployments cost, and a digest of every answer: an hour.
bench-large: setup
	$(BIN)/python -m sandbox engine
	$(BIN)/python -m bench engine-large
	$(BIN)/python -m bench.answers

bench/.venv/.installed: bench/requirements.txt
	$(PYTHON) -m venv bench/.venv
	bench/.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
	  --require-hashes -r bench/requirements.txt
	bench/.venv/bin/pip check --disable-pip-version-check
	touch $@

format: setup
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Pins every version and hash again, with the extras that are asked for: pip resolves an extra
# without a pin of its own to its newest release. Index addresses never enter the files.
lock:
	uv pip compile pyproject.toml --extra pulumi --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-strip-extras --custom-compile-command "make lock" --quiet -o requirements.txt
	uv pip compile pyproject.toml --extra pulumi --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-strip-extras --custom-compile-command "make lock" --quiet -o requirements-dev.txt
	uv pip compile policy/requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-strip-extras --custom-compile-command "make lock" --quiet \
	  -o policy/requirements.txt
	uv pip compile bench/requirements.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-strip-extras --custom-compile-command "make lock" --quiet \
	  -o bench/requirements.txt

# Makes every snapshot.json again from its source.
snapshots: setup
	$(BIN)/python -m availability.ingest

# Makes again what is generated: the keys in Pulumi.yaml, docs/configuration.md and docs/rules.md,
# and components/schema.json.
reference: setup
	$(BIN)/python -m availability.stack.reference
	$(BIN)/python -m components.package

# Draws the pictures of the README again, from what is printed now.
pictures: setup
	$(BIN)/python -m tests.docs.pictures

# Runs the clients that people call models with, from their registries, and writes the tables of
# docs/clients.md: some minutes. It needs uv and openssl; nothing is called but this machine.
clients: setup
	$(BIN)/python -m tests.clients

# Opens pages of the command `report` in Chromium (Debian: chromium) without a network, goes through
# them by keyboard, and lets axe look at them: some minutes. `SHOTS=FOLDER` keeps the screenshots.
browser: setup
	$(BIN)/python -m tests.browser $(SHOTS)

# Makes the outlines of the report's map again, from the npm package that has them.
outlines: setup
	$(BIN)/python -m tests.browser.outlines
