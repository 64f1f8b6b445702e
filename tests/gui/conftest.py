"""Every test of the window starts in the light theme at normal size, and leaves nothing behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import RECIPE, Lab
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from engine.data import images, sources
from engine.training.recipe import Recipe
from gui import mail_timer
from gui.app import make_application
from gui.theme import look


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    """The application as `main.py` makes it."""
    return make_application


@pytest.fixture(autouse=True)
def plain_look(qapp: QApplication) -> Iterator[None]:
    """The light theme, before and after; and no window outlives its test."""
    windows = set(qapp.topLevelWidgets())
    set_look("light", 1.0)
    yield
    # Widgets that wait for their deletion would still be restyled by every change of look.
    flush_deletions()
    set_look("light", 1.0)
    left = [w for w in qapp.topLevelWidgets() if w not in windows and w.isVisible()]
    assert not left, f"the test left windows open: {left}"


@pytest.fixture(autouse=True)
def no_leaks(plain_look: None) -> Iterator[None]:
    """No thread or ticking timer outlives its test."""
    threads = set(threading.enumerate())
    yield
    flush_deletions()
    objects = alive(QThread, QTimer)
    running = [o for o in objects if isinstance(o, QThread) and o.isRunning()]
    assert not running, f"the test left threads running: {running}"
    ticking = [(o, o.parent()) for o in objects if isinstance(o, QTimer) and o.isActive()]
    assert not ticking, f"the test left timers ticking: {ticking}"
    new = {
        t for t in set(threading.enumerate()) - threads
        if t.is_alive() and not isinstance(t, threading._DummyThread)
    }
    assert not new, f"the test left threads running: {new}"


def alive(*kinds: type[QObject]) -> list[QObject]:
    """What Python knows of that Qt has not deleted; the window's own thread is not among it."""
    found = (o for o in gc.get_objects() if issubclass(type(o), kinds) and isValid(o))
    return [o for o in found if o is not QCoreApplication.instance().thread()]


def flush_deletions() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def set_look(theme: str, zoom: float) -> None:
    look().set_window_height(1080)
    look().theme, look().zoom = theme, zoom
    look().apply()


@pytest.fixture(autouse=True)
def only_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundled sample is found, and else only what a test names: no downloads, no packages."""
    monkeypatch.delenv(sources.ENVIRONMENT_VARIABLE, raising=False)

    def requested_roots(data_dir: Path | None = None) -> tuple[sources.Root, ...]:
        return tuple(root for root in sources.search_roots(data_dir) if root.requested)

    monkeypatch.setattr(images, "search_roots", requested_roots)


@pytest.fixture(scope="session")
def torch_is_there() -> None:
    """Imported once, on one thread; what came with it needs no visit by the garbage collector."""
    import torch

    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()


@pytest.fixture
def open_lab(qtbot, torch_is_there, monkeypatch) -> Iterator[Callable[..., Lab]]:
    """Opens the real window with a small recipe; it is ready to play.

    Its views follow the run five times as often as a person needs, so that tests wait less.
    """
    monkeypatch.setattr(mail_timer, "LOOK_EVERY_MS", 20)
    labs: list[Lab] = []

    def open_one(recipe: Recipe = RECIPE, *, ready: bool = True, **options) -> Lab:
        lab = Lab(qtbot, recipe, **options)
        labs.append(lab)
        if ready:
            lab.wait_ready()
        return lab

    yield open_one
    for lab in labs:
        lab.close()
        lab.window.deleteLater()


@pytest.fixture
def lab(open_lab) -> Lab:
    """The window with the small recipe, ready to play."""
    return open_lab()
