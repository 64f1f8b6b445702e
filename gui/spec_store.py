"""The spec of a tab, and the one way to change it: every change can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
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
        self._is_replaying = False

    @property
    def spec(self) -> Spec:
        """The spec now in force."""
        return self._spec

    def apply(
        self, spec: Spec, text: str, *, gesture: str = "", is_undoable: bool = True
    ) -> None:
        """Change to `spec`. `text` names the change in the undo menu.

        Changes in a row with the same `gesture`, such as the moves of one drag, undo as one. What
        only moves the eye, such as turning a page, is no change to be undone.
        """
        differences = self._spec.differences(spec)
        if not differences:
            return
        if is_undoable:
            self._undo_stack.push(_SpecChange(self, differences, text, gesture))
        else:
            self._set(differences)

    def take_over(self, other: SpecStore, retell: Callable[[str], str]) -> None:
        """Have another window's spec and its whole history; `retell` renews the changes' texts.

        What is shown changes once, to the spec; nothing of the history is done again.
        """
        history, self._is_replaying = other._undo_stack, True
        for place in range(history.count()):
            change = history.command(place)
            if isinstance(change, _SpecChange):
                self._undo_stack.push(change.copied(self, retell(change.text())))
        self._undo_stack.setIndex(history.index())
        self._is_replaying = False
        self._set(self._spec.differences(other.spec))

    def _set(self, values: dict[str, Any]) -> None:
        if self._is_replaying:
            return
        old = self._spec
        self._spec = msgspec.structs.replace(old, **values)
        self.changed.emit(old, self._spec)


class _SpecChange(QUndoCommand):
    """New values for some fields, and the ones before; other fields may move on meanwhile."""

    def __init__(
        self, store: SpecStore, after: dict[str, Any], text: str, gesture: str
    ) -> None:
        super().__init__(text)
        self.store, self.after, self.gesture = store, after, gesture
        self.before = {name: getattr(store.spec, name) for name in after}

    def copied(self, store: SpecStore, text: str) -> _SpecChange:
        """The same change of another store; no gesture goes on in it."""
        copy = _SpecChange(store, {}, text, "")
        copy.before, copy.after = dict(self.before), dict(self.after)
        return copy

    def redo(self) -> None:
        self.store._set(self.after)

    def undo(self) -> None:
        self.store._set(self.before)

    def id(self) -> int:
        return 1 if self.gesture else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _SpecChange):
            return False
        if other.store is not self.store or other.gesture != self.gesture:
            return False
        self.before = {**other.before, **self.before}
        self.after = {**self.after, **other.after}
        self.setObsolete(self.after == self.before)
        return True
