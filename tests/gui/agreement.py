"""Whether spec, widgets and plots agree, whatever was done and undone.

One tab is driven at random; another one of its kind is told where that has led. Both must show the
same to the last number. Whatever is undone completely, brings the first picture back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from unittest.mock import patch

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QEventLoop, QThread, QTimer
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QVBoxLayout, QWidget
from restless_tabs import HANDS, tiny
from showing import Shown, differences, shown

from engine.spec import Spec, from_builtins, to_builtins
from gui.settings import Settings
from gui.tabs import TABS

LONGEST_S = 30.0
#: What is done in one sequence, and how often a second tab begins anew.
FEWEST, MOST_EDITS, FRESH_EVERY = 3, 9, 25
#: How often a sequence begins on another page or scene.
TURN_SHARE = 0.4
#: How often what is redone is looked at as well; the spec is compared always.
REDONE_SHARE = 0.3
SIZE = (1280, 680)
#: Pauses for the hand to come to rest, which no hand needs here.
PAUSES = {
    "gui.tabs.expressivity.function_scene.CURVE_AFTER_MS": 0,
    "gui.tabs.expressivity.function_scene.ERRORS_AFTER_MS": 0,
    "gui.tabs.expressivity.function_scene.LARGEST_N": 60,
    "gui.tabs.expressivity.grid_scene.REST_MS": 0,
    "gui.tabs.initialization.measuring.REST_MS": 0,
    "gui.tabs.training.run_control.PREPARE_AFTER_MS": 0,
    "gui.tabs.backprop.training_control.PREPARE_AFTER_MS": 0,
    "gui.mail_timer.LOOK_EVERY_MS": 5,
    "gui.latest.DRAIN_EVERY_MS": 5,
}


@dataclass
class Report:
    """How many sequences ran, and where they did not agree."""

    sequences: int = 0
    edits: int = 0
    disagreements: list[str] = field(default_factory=list)


class Stand:
    """A tab of a kind in a window of its own."""

    def __init__(self, key: str) -> None:
        kind = next(tab for tab in TABS if tab.key == key).load()
        self.window = QWidget()
        self.tab = kind(QUndoStack(self.window), Settings(), None)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tab)
        self.window.resize(*SIZE)
        self.window.show()
        self.window.setUpdatesEnabled(False)  # what is held is compared, not how it is painted
        self.tab.start("2")

    @property
    def spec(self) -> Spec:
        return self.tab.store.spec

    def show(self, spec: Spec) -> None:
        """Set the spec itself, validated as from a file; nothing to undo."""
        self.tab.store.apply(from_builtins(type(spec), to_builtins(spec)), "", is_undoable=False)

    def under_way(self) -> list[str]:
        """The jobs that go on, and whatever is still to be shown."""
        threads = [t for t in self.tab.findChildren(QThread) if t.isRunning()]
        timers = [t for t in self.tab.findChildren(QTimer) if t.isActive()]
        found = [f"{type(o).__name__} of {type(o.parent()).__name__}" for o in threads + timers]
        return found if self.tab.is_at_rest else [*found, "the tab"]

    def close(self) -> None:
        self.tab.stop()
        self.window.close()
        self.window.deleteLater()


def wait(under_way: Callable[[], list[str]]) -> None:
    """Let the windows live until nothing is under way."""
    clock = QElapsedTimer()
    clock.start()
    calm = 0
    while calm < 3:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        calm = 0 if under_way() else calm + 1
        if not calm:
            QThread.usleep(500)
        if clock.elapsed() > 1000 * LONGEST_S:
            raise TimeoutError(f"Not at rest after {LONGEST_S:g} s: {under_way()}")


class Pair:
    """A tab that is driven, and one that is told."""

    def __init__(self, key: str, rng: Random) -> None:
        self.key, self.rng = key, rng
        self.driven, self.told = Stand(key), Stand(key)
        self.hands = HANDS[key](self.driven.tab, rng)
        start = tiny(self.driven.spec)
        for stand in (self.driven, self.told):
            stand.show(start)
        self.base = self.picture(self.driven)
        self.deeds: list[str] = []

    def picture(self, stand: Stand) -> Shown:
        """What a tab shows when it has come to rest."""
        wait(stand.under_way)
        found = shown(stand.tab)
        return {k: v for k, v in found.items() if not k.endswith(self.hands.by_design)}

    def sequence(self, report: Report) -> None:
        """Edit, undo and redo at random, and compare."""
        stack = self.driven.tab.undo_stack
        if self.rng.random() < TURN_SHARE:
            self.hands.turn()
            self.base = self.picture(self.driven)
        first = self.driven.spec
        self.deeds = []
        for _ in range(self.rng.randint(FEWEST, MOST_EDITS)):
            self.deeds.append(self._deed())
            if self.rng.random() < 0.2:
                wait(self.driven.under_way)
        report.edits += len(self.deeds)
        last, seen = self.driven.spec, self.picture(self.driven)
        self.told.show(last)
        assert self.told.spec == last
        found = differences(seen, self.picture(self.told))
        found += self._undone(first, last, seen, stack)
        report.sequences += 1
        if found:
            report.disagreements.append(f"{self.key} after {self.deeds}: " + "; ".join(found[:6]))
            self._begin_anew()
            seen = self.picture(self.driven)
        self.base = seen
        self.driven.tab.undo_stack.clear()
        if report.sequences % FRESH_EVERY == 0:
            self.told.close()
            self.told = Stand(self.key)

    def _begin_anew(self) -> None:
        """One disagreement is not to be told again and again."""
        self.driven.close()
        self.driven = Stand(self.key)
        self.hands = HANDS[self.key](self.driven.tab, self.rng)
        self.driven.show(tiny(self.driven.spec))

    def _deed(self) -> str:
        stack, dice = self.driven.tab.undo_stack, self.rng.random()
        if dice < 0.2 and stack.canUndo():
            stack.undo()
            return "undo"
        if dice < 0.3 and stack.canRedo():
            stack.redo()
            return "redo"
        return self.hands.edit()

    def _undone(self, first: Spec, last: Spec, seen: Shown, stack: QUndoStack) -> list[str]:
        """Everything undone is the first spec, apart from what is looked at; redone, the last."""
        index = stack.index()
        while stack.canUndo():
            stack.undo()
        left = set(first.differences(self.driven.spec))
        wrong = [f"undone, {name} is other than at first" for name in left - self.hands.looks]
        self.driven.show(first)
        wrong += [f"undone: {line}" for line in differences(self.base, self.picture(self.driven))]
        while stack.index() < index:
            stack.redo()
        left = set(last.differences(self.driven.spec))
        wrong += [f"redone, {name} is other than before" for name in left - self.hands.looks]
        self.driven.show(last)
        if self.rng.random() < REDONE_SHARE:
            wrong += [f"redone: {line}" for line in differences(seen, self.picture(self.driven))]
        return wrong

    def close(self) -> None:
        for stand in (self.driven, self.told):
            stand.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def impatient() -> Iterator[None]:
    """No pauses for hands, while tabs are made and driven."""
    patches = [patch(name, value) for name, value in PAUSES.items()]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def agree(key: str, sequences: int, seed: int = 0) -> Report:
    """Run random sequences on the tab `key`."""
    report = Report()
    with impatient():
        pair = Pair(key, Random(f"{key} {seed}"))
        try:
            for _ in range(sequences):
                pair.sequence(report)
        except TimeoutError as error:
            error.add_note(f"{key}, sequence {report.sequences}, after {pair.deeds}")
            raise
        finally:
            pair.close()
    return report
