# `make run` and `make test` set everything up by themselves, in .venv; see README.md.

PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c "" 2>/dev/null && echo $$python && break; done)
python := .venv/bin/python
ready := .venv/ready
headless := QT_QPA_PLATFORM=offscreen
one_thread := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
xvfb := QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1920x1080x24"

.PHONY: run test lint bench soak tour screenshots libraries clean

run: $(ready)
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "There is no display here: rendering the demonstration into build/tour instead."; \
		$(headless) $(python) main.py tour --lesson hour --out build/tour; \
	else \
		$(python) main.py; \
	fi

# Two processes share the cores, one thread each; those of the window wait for what they need.
test: $(ready)
	$(one_thread) $(python) -m pytest -n 2 tests/engine
	$(headless) $(python) -m pytest -n 2 --ignore=tests/engine
	@if command -v xvfb-run >/dev/null; then \
		echo "Once more, on a real X server:"; \
		$(xvfb) $(python) -m pytest -m xvfb; \
	else \
		echo "There is no xvfb-run here: the tests marked xvfb ran without an X server only."; \
	fi

lint: $(ready)
	$(python) -m ruff check .
	$(python) -m mypy
	.venv/bin/lint-imports

bench: $(ready)
	$(headless) $(python) -m tests.bench

soak: $(ready)
	$(headless) $(python) -m tests.bench.agreement
	$(headless) $(python) -m tests.bench.clipped
	$(headless) $(python) -m tests.bench.soak

tour: $(ready)
	$(headless) $(python) main.py tour --out build/tour

screenshots: $(ready)
	$(headless) $(python) -m gui.screenshots --out resources/screenshots

libraries:
	@.ci/system-libraries

# A wrong Python is told so by main.py, before anything is made with it.
$(ready): pyproject.toml .ci/system-libraries
	@$(or $(PYTHON),$(error Chalknet needs Python 3.11 or newer; install it from python.org)) main.py --version
	@.ci/system-libraries
	$(PYTHON) -m venv .venv
	$(python) -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
