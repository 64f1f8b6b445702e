"""Formulas set in a worker: a long one takes 50 ms, which no frame can spare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from PySide6.QtCore import QObject, Signal

from gui.latest import Latest
from gui.widgets.math_label import MathLabel, typeset

#: A label, the formula that it is to show, and what screen readers say ("" is made from it).
Line = tuple[MathLabel, str, str]
#: What was set already, in this process; `typeset` itself keeps as many.
MOST_KNOWN = 400


class Typesetter(QObject):
    """Gives labels their formulas when these are set; of several requests the last one counts."""

    #: All labels of the last request show their formulas.
    done = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self._known: dict[str, None] = {}
        self._latest = Latest(0, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Whether a label still waits for its formula."""
        return self._latest.is_busy

    def show(self, lines: Sequence[Line], *, ahead: Sequence[Line] = ()) -> None:
        """Give each label its formula; `ahead` are those that will be asked for next."""
        self._lines = list(lines)
        self._show(self._known_first())
        if all(self._is_known(line) for line in lines):
            self._show_all()
            if all(self._is_known(line) for line in ahead):
                self._latest.cancel()
                return
        work = [line[1] for line in (*lines, *ahead) if not self._is_known(line)]
        self._latest.ask(lambda: _typeset_all(work))

    def stop(self) -> None:
        """End the worker."""
        self._latest.stop()

    def _is_known(self, line: Line) -> bool:
        return not line[1] or line[1] in self._known

    def _on_arrived(self, items: list[object]) -> None:
        for item in items:
            self._known[item] = None  # type: ignore[index]
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._show(self._known_first())

    def _known_first(self) -> list[Line]:
        """The lines up to the first one that is still to be set: they appear in their order."""
        return list(takewhile(self._is_known, self._lines))

    def _on_ended(self) -> None:
        # A formula that cannot be set stands there as plain text.
        self._show_all()

    def _show_all(self) -> None:
        self._show(self._lines)
        self.done.emit()

    @staticmethod
    def _show(lines: Sequence[Line]) -> None:
        for label, tex, plain in lines:
            label.set_formula(tex, plain)
            label.setVisible(bool(tex))


def _typeset_all(formulas: Sequence[str]) -> Iterator[str]:
    for tex in formulas:
        typeset(tex)
        yield tex
