"""Watches the tab in front, and says when something noteworthy has happened in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.errors import SpecError
from engine.lessons.facts import Facts
from engine.lessons.hints import Found, find_hint, still_holding
from engine.words import language
from gui.actions import ActionInfo, Actions
from gui.latest import Latest
from gui.lecture.asking.card import Choice, Sheet
from gui.lecture.hints.line import HintLine

if TYPE_CHECKING:
    from gui.lecture.layer import Lecture

#: Nobody reads faster than that; and nothing is looked at where nothing has changed.
LOOK_EVERY_MS = 1000
#: Where the silenced hints are remembered.
SILENCED = "silenced_hints"

ACTIONS = (
    ActionInfo("hints_back", "All hints again", "Bring the hints back that were silenced."),
)


class Hints(QObject):
    """Owns the line in the header. Conditions are worked out in a worker, one at a time."""

    def __init__(self, lecture: Lecture) -> None:
        super().__init__(lecture)
        self._lecture, self.window = lecture, lecture.window
        self.actions_ = Actions(self.window, "Hints", ACTIONS)
        self.line = HintLine()
        self.found: Found | None = None
        #: Hints that were answered: they are not said again before they have ceased to hold.
        self._answered: frozenset[str] = frozenset()
        self._stamp: tuple[object, ...] = ()
        self._working = Latest(0, self)
        self._working.arrived.connect(self._on_arrived)
        self._beat = QTimer(self, interval=LOOK_EVERY_MS)
        self._beat.timeout.connect(self.look_again)
        self.window.add_header_widget(self.line)
        self.line.why_asked.connect(self.tell_why)
        self.line.show_asked.connect(self.show_me)
        self.line.silence_asked.connect(self.silence)
        self.actions_["hints_back"].triggered.connect(self._on_back)
        self.window.tab_bar.currentChanged.connect(self._on_tab_changed)
        lecture.tools_menu.menu.addSeparator()
        lecture.tools_menu.menu.addAction(self.actions_["hints_back"])
        self._show_action()
        self._beat.start()

    def stop(self) -> None:
        """The window closes."""
        self._beat.stop()
        self._working.stop()

    # --- looking --------------------------------------------------------------------------------

    @property
    def silenced(self) -> frozenset[str]:
        """The keys of the hints that this user does not want to see again."""
        return frozenset(self.window.settings.texts(SILENCED))

    @property
    def is_quiet(self) -> bool:
        """Whether this is no moment for a hint: somebody is predicting what it would tell."""
        predictor, lecturer = (
            getattr(self._lecture, name, None) for name in ("predictor", "lecturer")
        )
        if predictor is not None and predictor.is_open:
            return True
        if lecturer is None or lecturer.step is None:
            return False
        return lecturer.step.question is not None and not lecturer.place.is_revealed

    @property
    def is_busy(self) -> bool:
        """Whether something is being looked at."""
        return self._working.is_busy

    def look_again(self) -> None:
        """Look at the tab in front, if anything in it is other than the last time."""
        if self.is_quiet:
            self._show(None)
            self._stamp = ()
            return
        key = self.window.tab_key
        tab = self.window.tab(key)
        spec, results = tab.store.spec, tab.results()
        quiet = self.silenced | self._answered
        stamp = (key, spec, quiet, language(), *_marks(results))
        if self._working.is_busy or _are_same(stamp, self._stamp):
            return
        self._stamp, answered = stamp, self._answered

        def work() -> Iterator[object]:
            facts = Facts(key, spec, results)
            yield key, find_hint(facts, quiet), answered - still_holding(facts, answered)

        self._working.ask(work)

    def _on_arrived(self, items: list[tuple[str, Found | None, frozenset[str]]]) -> None:
        key, found, ceased = items[-1]
        self._answered -= frozenset(name for name in ceased if name.startswith(f"{key}/"))
        if key == self.window.tab_key and not self.is_quiet:
            self._show(found if found is None or found.hint.key not in self._answered else None)

    def _on_tab_changed(self) -> None:
        self._show(None)
        self.look_again()

    def _show(self, found: Found | None) -> None:
        self.found = found
        self.line.show_sentence(found.sentence if found is not None else "")

    # --- answering ------------------------------------------------------------------------------

    def tell_why(self) -> None:
        """The card with the hint in full, its reason, and what can be done."""
        found = self.found
        if found is None:
            return
        asking = self._lecture.asking
        choices = (
            Choice(found.show, self.tr("Show it, or mend it; undo takes it back."), self.show_me),
            *asking.more(found.hint.see),
            Choice(self.tr("Silence"), self.tr("Do not say this again."), self.silence),
        )
        asking.tell(Sheet(self.tr("Hint"), found.sentence, found.why, found.tex, "", choices),
                    self.line.bulb)

    def show_me(self) -> None:
        """What the hint shows or mends, as one change to undo."""
        found, key = self.found, self.window.tab_key
        self._lecture.asking.end()
        if found is None:
            return
        try:
            spec = found.hint.change(self.window.tab(key).store.spec)
        except SpecError as error:  # the spec has changed since
            self.window.notice.tell(str(error), is_problem=True)
            return
        self._answered |= {found.hint.key}
        self._show(None)
        self.window.apply_specs({key: spec}, found.show)

    def silence(self) -> None:
        """Do not say this again."""
        self._lecture.asking.end()
        if self.found is not None:
            self.window.settings.set_texts(SILENCED, sorted(self.silenced | {self.found.hint.key}))
            self._show_action()
            self._show(None)
            self.look_again()

    def _on_back(self) -> None:
        self.window.settings.set_texts(SILENCED, [])
        self._answered = frozenset()
        self._show_action()
        self.look_again()

    def _show_action(self) -> None:
        self.actions_["hints_back"].setEnabled(bool(self.silenced))


def _marks(results: object) -> tuple[object, ...]:
    """What results are known by: their parts, and of a part that grows how far it is."""
    if not dataclasses.is_dataclass(results) or isinstance(results, type):
        return (results,)
    parts = (getattr(results, field.name) for field in dataclasses.fields(results))
    return tuple(mark for part in parts for mark in _marks_of(part))


def _marks_of(part: object) -> tuple[object, ...]:
    if isinstance(part, float):
        return (round(part, 1),)
    if isinstance(part, tuple):
        return (len(part),)
    # A history is one object from the first step to the last.
    evaluations = getattr(part, "evaluations", None)
    growth = (len(evaluations), getattr(part, "ending", None)) if evaluations is not None else ()
    return (part, *growth)


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two stamps are alike; arrays and networks are compared by what they are."""
    if len(one) != len(other):
        return False
    plain = (str, int, float, frozenset)
    return all(a is b or (isinstance(a, plain) and a == b) for a, b in zip(one, other, strict=True))
