"""From a point of the window to what is asked about: the widget, its entry, its value now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtWidgets import QLabel, QWidget

from engine.errors import ChalknetError
from engine.help.texts import HelpText, HelpTexts
from engine.lessons.facts import Facts, field_at
from engine.lessons.filling import fill
from engine.spec import Knob
from engine.tabs import spec_class
from gui.lecture.asking.fields import paths_of
from gui.lecture.asking.names import keys_of
from gui.lecture.asking.parts import Part, part_at
from gui.lecture.asking.values import field_value, value_of
from gui.lecture.questions.cloth import is_covered
from gui.tab import Tab
from gui.widgets.card import Card
from gui.widgets.scene_notes import ScenePanel
from gui.widgets.scrub_field import ScrubField
from gui.widgets.spec_fields import Field

#: The value is one line of the card's; a longer one says no more there than in its view.
LONGEST_VALUE = 160


@dataclass(frozen=True)
class Asked:
    """What is asked about. `widget` is outlined, `spot` (of the widget) has a ring, if any.

    `title` and `value` are for the screen; `help` is what the field's own spec says of it. Of what
    `is_covered`, no more is said than its name: value and text might tell what is to be predicted.
    """

    widget: QWidget
    entry: HelpText
    title: str
    value: str = ""
    help: str = ""
    spot: QPointF | None = None
    is_covered: bool = False


class Pointer:
    """Finds what is asked about in one tab of a window."""

    def __init__(self, tab: Tab, key: str, texts: HelpTexts) -> None:
        self.tab, self.key, self.texts = tab, key, texts

    def at(self, root: QWidget, point: QPoint, without: QWidget | None = None) -> Asked | None:
        """What is under a point of `root`; `without` is looked through."""
        widget = deepest(root, point, without)
        return self.about(widget, root, point) if widget is not None else None

    def about(
        self, widget: QWidget, root: QWidget | None = None, point: QPoint | None = None
    ) -> Asked | None:
        """What there is to say about a widget, or about the nearest one that it stands in."""
        if isinstance(widget, QLabel) and widget.buddy() is not None:
            widget = widget.buddy()
        for one in _upwards(widget, root):
            local = None if point is None or root is None else QPointF(one.mapFrom(root, point))
            asked = self._about_one(one, local)
            if asked is not None:
                return asked
        return None

    def _about_one(self, widget: QWidget, point: QPointF | None) -> Asked | None:
        for found in (self._field(widget), self._number(widget)):
            if found is not None:
                return found
        part = part_at(widget, point) if point is not None else None
        found = self._view(widget, part)
        if found is None and isinstance(widget, Card):
            found = self._content(widget)
        return found

    def _field(self, widget: QWidget) -> Asked | None:
        """A field of the spec; its value comes from there."""
        if not isinstance(widget, Field | ScrubField):
            return None
        for path in paths_of(widget, spec_class(self.key)):
            entry = self.texts.find((path,))
            if entry is not None:
                knob: Knob = widget.knob
                value = field_value(knob, field_at(self.key, self.tab.store.spec, path))
                label = widget.label.text() if isinstance(widget, Field) else knob.label
                return Asked(widget, entry, label, value, widget.help_text)
        return None

    def _number(self, widget: QWidget) -> Asked | None:
        """A large number of the notes, by its name or by its value."""
        panel = widget.parentWidget()
        number = panel.number_of(widget) if isinstance(panel, ScenePanel) else None
        if number is None:
            return None
        entry = self.texts.find((f"number:{number.key}",))
        return None if entry is None else Asked(
            widget, entry, number.name, number.value, is_covered=is_covered(widget)
        )

    def _view(self, widget: QWidget, part: Part | None) -> Asked | None:
        """A view, or a part of it; what is covered says what it is, and not what it shows."""
        if is_covered(widget):
            entry = self.texts.find(list(keys_of(widget)))
            return None if entry is None else Asked(
                widget, entry, entry.title or widget.accessibleName(), is_covered=True
            )
        keys = list(keys_of(widget))
        parts = [f"{key}/{part.key}" for key in keys] if part is not None else []
        entry = self.texts.find(parts) or self.texts.find(keys)
        if entry is None:
            return None
        is_part = part is not None and "/" in entry.key
        value = part.value if part is not None else ""
        title = entry.title or (part.name if part is not None and is_part else "")
        return Asked(
            widget, entry, title or widget.accessibleName(),
            self._now(entry) or value or value_of(widget)[:LONGEST_VALUE],
            spot=part.spot if part is not None and is_part else None,
        )

    def _now(self, entry: HelpText) -> str:
        """The entry's own live numbers."""
        if not entry.now:
            return ""
        try:
            return fill(entry.now, Facts(self.key, self.tab.store.spec, self.tab.results()))
        except ChalknetError as error:  # the spec of the moment has no such value
            return str(error)

    def _content(self, card: Card) -> Asked | None:
        """A card is about what it holds."""
        for child in card.findChildren(QWidget):
            if child.isVisibleTo(card) and (found := self._view(child, None)) is not None:
                return replace(found, widget=card)
        return None


def _upwards(widget: QWidget, root: QWidget | None) -> Iterator[QWidget]:
    one: QWidget | None = widget
    while one is not None and one is not root:
        yield one
        one = one.parentWidget()


def deepest(root: QWidget, point: QPoint, without: QWidget | None = None) -> QWidget | None:
    """The innermost visible widget at a point of `root`, whether it is enabled or not.

    `QWidget.childAt` would find the sheet that lies over everything while one asks.
    """
    for child in reversed(root.children()):
        if (
            isinstance(child, QWidget) and child is not without and not child.isWindow()
            and child.isVisible() and child.geometry().contains(point)
        ):
            return deepest(child, child.mapFromParent(point), without) or child
    return None


def rect_in(root: QWidget, widget: QWidget) -> QRect:
    """Where a widget is to be seen in `root`: what a scroll area hides of it does not count."""
    rect = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not root:
        rect &= QRect(parent.mapTo(root, QPoint(0, 0)), parent.size())
        parent = parent.parentWidget()
    return rect

