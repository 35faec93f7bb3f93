# make setup | demo | test | test-full | release | benchmark | clean
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready

.PHONY: setup demo test test-full release benchmark clean

setup: $(READY)

# torch is asked for first, and by its exact version: a plain `torch` brings several gigabytes of CUDA where a CPU build would do
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make setup PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt torch
	$(VENV)/bin/python -m pip install --quiet --constraint constraints.txt --editable '.[grading,cluster,postgres,test]'
	touch $(READY)

demo: $(READY)
	$(VENV)/bin/autograder demo

test: $(READY)
	$(VENV)/bin/python -m pytest --numprocesses 2 -m "not full"

test-full: $(READY)
	$(VENV)/bin/python -m pytest --numprocesses 2

release: $(READY)
	$(VENV)/bin/autograder release lecture1
	$(VENV)/bin/autograder release lecture2

benchmark: $(READY)
	$(VENV)/bin/python -m benchmarks.start
	$(VENV)/bin/python -m benchmarks.peers

clean:
	rm -rf $(VENV) .build demo
