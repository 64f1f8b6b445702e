"""The real window, brought to every page in every look, for a walk over its widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QEventLoop, QThread, QTimer
from PySide6.QtWidgets import QWidget
from restless_tabs import tiny
from walking import complaints

from engine.expressivity.tab_spec import GridPage, Show
from engine.initialization.tab_spec import Chosen
from gui.language import speak
from gui.main_window import MainWindow
from gui.theme import look

LONGEST_S = 30.0
LANGUAGES = ("en", "de")
SIZES = ((1280, 720), (1920, 1080))
#: Theme and zoom.
LOOKS = (("light", 1.0), ("projector", 1.0), ("light", 2.0))
PLAIN, LESSON, STAGE = MODES = ("plain", "lesson", "stage")
#: So many controls of each page stand on the stage's bar.
STAGE_CONTROLS = 3
#: What a lesson panel shows: a step with prose, formulas and a question.
LESSON_KEY = "1b"


@dataclass(frozen=True)
class Look:
    """How the window is shown."""

    size: tuple[int, int]
    theme: str
    zoom: float
    mode: str

    def __str__(self) -> str:
        return f"{self.size[0]}×{self.size[1]} {self.theme} {self.zoom:.0%} {self.mode}"


LOOKS_OF_ALL = [
    Look(size, theme, zoom, mode)
    for mode, (theme, zoom), size in product(MODES, LOOKS, SIZES)
    if not (mode == STAGE and zoom != 1.0)  # a stage has a size of type of its own
]


class Round:
    """A window in one language; `visit` brings a page to the front in a look and walks it."""

    def __init__(self, language: str) -> None:
        speak(language)
        self.language = language
        look().theme, look().zoom = "light", 1.0
        look().apply()
        self.window = MainWindow()
        self.window.resize(*SIZES[0])
        self.window.show()
        self.until(lambda: self.window.lecture is not None)
        self.window.tell_tabs(lambda tab: tab.start("2"))
        self.look: Look | None = None

    @property
    def lecture(self) -> Any:
        return self.window.lecture

    @staticmethod
    def until(is_so: Callable[[], bool]) -> None:
        """Let the window live until something is so, and for the turn after."""
        clock = QElapsedTimer()
        clock.start()
        calm = 0
        while calm < 3:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            calm = calm + 1 if is_so() else 0
            if not calm:
                QThread.usleep(500)
            if clock.elapsed() > 1000 * LONGEST_S:
                raise TimeoutError(f"Waited {LONGEST_S:g} s in vain.")

    def rest(self) -> None:
        """Until nothing in the tab in front is under way any more."""
        tab = self.window.tab(self.window.tab_key)
        self.until(lambda: tab.is_at_rest and not any(
            timer.isActive() for timer in tab.findChildren(QTimer)
        ))

    def take(self, wanted: Look) -> None:
        """Look like this from now on."""
        window, before = self.window, self.look
        if before == wanted:
            return
        presentation = self.lecture.presentation
        if presentation.is_on:
            presentation.stop()
        window.showNormal()
        look().zoom = wanted.zoom
        look().theme = wanted.theme
        look().window_height_px = wanted.size[1]
        look().apply()
        window.resize(*wanted.size)
        if wanted.mode == STAGE:
            presentation.start(wanted.theme)
            self.until(lambda: not presentation._settling.isActive())
            window.resize(*wanted.size)
        panel = self.lecture.panel
        if panel.isVisible() != (wanted.mode == LESSON):
            self.open_lesson()
        self.look = wanted
        self.until(lambda: (window.width(), window.height()) == wanted.size)

    def open_lesson(self) -> None:
        lecturer, panel = self.lecture.lecturer, self.lecture.panel
        if lecturer.lesson is None and not panel.isVisible():
            self.until(lambda: bool(lecturer.library.lessons))
            lecturer.open(LESSON_KEY)
            self.until(lambda: lecturer.lesson is not None)
        if panel.isVisible() is (self.look is not None and self.look.mode == LESSON):
            panel.action.trigger()

    def visit(self, page: Page, wanted: Look) -> list[str]:
        """What is wrong with a page in this look."""
        self.take(wanted)
        tab = self.window.show_tab(page.tab_key)
        spec = tiny(tab.store.spec).replaced(**page.changes)
        tab.store.apply(spec, "", is_undoable=False)
        if wanted.mode == STAGE:
            self.lecture.presentation.tick(tuple(tab.controls())[-STAGE_CONTROLS:])
        self.rest()
        where = f"{page.name}, {self.language}, {wanted}"
        return [f"{where}: {line}" for line in complaints(self.window)]

    def close(self) -> None:
        window: QWidget = self.window
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        speak("en")


@dataclass(frozen=True)
class Page:
    """A page or scene: what to set in its tab's spec."""

    tab_key: str
    name: str
    changes: dict[str, Any]


def all_pages(window: MainWindow) -> Iterator[Page]:
    """Every page and scene of every tab, with whatever can be opened opened."""
    for key in window.tab_keys:
        spec = window.tab(key).store.spec
        field = "scene" if "scene" in spec.__struct_fields__ else "page"
        extra = {
            "training": {"confusion_cell": (6, 0)},
            "expressivity": {"shown": (Show.BOXES, Show.TWIN)},
            "initialization": {"chosen": Chosen(0, 1), "derivation_step": 9},
            "backprop": {"step": 16},
        }[key]
        for place in type(getattr(spec, field)):
            if place.value == "dimensions":
                for sub in GridPage:
                    changes = {field: place, "grid_page": sub, **extra}
                    yield Page(key, f"{key} {place.value} {sub.value}", changes)
            else:
                yield Page(key, f"{key} {place.value}", {field: place, **extra})
