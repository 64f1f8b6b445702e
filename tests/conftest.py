"""Tests open no window unless they are told to, as `make test` does under Xvfb.

What is the user's stays out of their way: settings, state and log lie in a folder of each test.
"""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test asserts on seconds, those of hypothesis included.
settings.register_profile("chalknet", deadline=None)
settings.load_profile("chalknet")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for settings, unfinished runs and the log."""
    home = tmp_path / "chalknet-home"
    monkeypatch.setenv("CHALKNET_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def own_hooks() -> Iterator[None]:
    """Whoever catches the uncaught in a test does so in that test only."""
    hooks = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hooks
