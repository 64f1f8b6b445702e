"""The spec of a tab, and the one way to change it: every change can be undone."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.spec import Spec


class SpecStore(QObject):
    """Holds a spec; `changed(old, new)` follows every change, undo and redo included."""

    changed = Signal(object, object)

    def __init__(self, spec: Spec, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._undo_stack = undo_stack

    @property
    def spec(self) -> Spec:
        """The spec now in force."""
        return self._spec

    def apply(self, spec: Spec, text: str, *, gesture: str = "") -> None:
        """Change to `spec`. `text` names the change in the undo menu.

        Changes in a row with the same `gesture`, such as the moves of one drag, undo as one.
        """
        if spec != self._spec:
            self._undo_stack.push(_SpecChange(self, spec, text, gesture))

    def _set(self, spec: Spec) -> None:
        old, self._spec = self._spec, spec
        self.changed.emit(old, spec)


class _SpecChange(QUndoCommand):
    """A move from one spec to another."""

    def __init__(self, store: SpecStore, spec: Spec, text: str, gesture: str) -> None:
        super().__init__(text)
        self.store, self.before, self.after, self.gesture = store, store.spec, spec, gesture

    def redo(self) -> None:
        self.store._set(self.after)

    def undo(self) -> None:
        self.store._set(self.before)

    def id(self) -> int:
        return 1 if self.gesture else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        same = (
            isinstance(other, _SpecChange)
            and other.store is self.store
            and other.gesture == self.gesture
        )
        if same:
            self.after = other.after
            self.setObsolete(self.after == self.before)
        return same
