"""A few controls by themselves, lent from the forms where they stand, and given back exactly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QGridLayout, QLabel, QWidget

from gui.theme import look
from gui.widgets.labelled import Labelled

Direction = QBoxLayout.Direction
#: What a control beside others takes of the width at most, in pixels at normal text.
WIDEST_PX = 400
#: A control in one line: its label, its value, and a slider; a value has at least this width.
MOST_COLUMNS, NARROWEST_PX = 4, 64


class LentFields(QWidget):
    """The widgets themselves, so that whatever they are connected to goes on working.

    One below the other, or side by side on a bar.
    """

    def __init__(self, direction: Direction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: tuple[Labelled, ...] = ()
        self._is_bar = direction is Direction.LeftToRight
        self._homes: list[tuple[Labelled, QBoxLayout, int, int]] = []
        self._lines: list[_OneLine] = []
        self._named: list[Labelled] = []
        #: What is chosen is to be read here; in the narrow form a tooltip has to do.
        self._boxes: list[tuple[QComboBox, QComboBox.SizeAdjustPolicy]] = []
        self._row = QBoxLayout(direction, self)
        self._row.addStretch(0 if self._is_bar else 1)
        if self._is_bar:
            self.setObjectName("bar")
            self.setProperty("edge", "top")
            self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        # A column is as wide as the form that it stands for.
        side, edge = (look().px(16), look().px(4)) if self._is_bar else (16, 12)
        self._row.setContentsMargins(side, edge, side, edge)
        self._row.setSpacing(look().px(28 if self._is_bar else 14))
        if self._is_bar:
            for field in self.fields:
                field.setMaximumWidth(look().px(WIDEST_PX))
        self._fit_lines()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_lines()

    def _fit_lines(self) -> None:
        """Where one line each would cut the labels, what belongs below stays there."""
        edges = self._row.contentsMargins()
        room = self.width() - edges.left() - edges.right()
        room -= self._row.spacing() * max(len(self.fields) - 1, 0)
        for line in self._lines:
            line.apply()
        if sum(field.sizeHint().width() for field in self.fields) > room:
            for line in self._lines:
                line.undo()

    def lend(self, fields: Sequence[Labelled]) -> None:
        """Take these widgets in, each out of a column of its form; others go home first."""
        if tuple(fields) == self.fields:
            return
        self.give_back()
        for place, field in enumerate(fields):
            home = _column_of(field)
            self._homes.append((field, home, home.indexOf(field), field.maximumWidth()))
            self._row.insertWidget(place, field, 1 if self._is_bar else 0)
            if self._is_bar:
                self._boxes += [(b, b.sizeAdjustPolicy()) for b in field.findChildren(QComboBox)]
                self._lines.append(_OneLine(field.grid))
                if field.label.isHidden() and not field.names_itself:
                    self._named.append(field)
                    field.label.show()
        for box, _ in self._boxes:
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.fields = tuple(fields)
        self.on_look_changed()

    def home_of(self, field: QWidget) -> QWidget | None:
        """What a widget was taken out of; None where it was not."""
        homes = (home for one, home, _, _ in self._homes if one is field)
        home = next(homes, None)
        return home.parentWidget() if home is not None else None

    def give_back(self) -> None:
        """Every widget stands again where it was taken from."""
        for line in self._lines:
            line.undo()
        for field in self._named:
            field.label.hide()
        for box, policy in self._boxes:
            box.setSizeAdjustPolicy(policy)
        for field, home, place, widest in reversed(self._homes):
            field.setMaximumWidth(widest)
            home.insertWidget(place, field)
        self._homes, self._lines, self._boxes, self._named = [], [], [], []
        self.fields = ()


class _OneLine:
    """What stands below a control's label stands beside it for a while; sentences stay below."""

    def __init__(self, grid: QGridLayout) -> None:
        self._grid = grid
        self._moved: list[tuple[QWidget, tuple[int, int, int, int]]] = []
        self._is_applied = False
        self._stretches = [grid.columnStretch(column) for column in range(MOST_COLUMNS)]
        for index in range(grid.count()):
            item = grid.itemAt(index)
            widget = item.widget() if item is not None else None
            place = grid.getItemPosition(index)
            assert isinstance(place, tuple)
            if widget is not None and place[0] > 0 and not isinstance(widget, QLabel):
                self._moved.append((widget, place))

    def apply(self) -> None:
        """In one line."""
        if self._is_applied:
            self._fit()
            return
        self._is_applied, grid = True, self._grid
        first = 1 if grid.itemAtPosition(0, 1) is None else 2
        for column, (widget, _) in enumerate(self._moved, first):
            grid.addWidget(widget, 0, column)
        for column in range(MOST_COLUMNS):
            is_used = grid.itemAtPosition(0, column) is not None
            grid.setColumnStretch(column, column if is_used else 0)
        self._fit()

    def _fit(self) -> None:
        """Take widths from the look."""
        for column in range(1, MOST_COLUMNS):
            is_used = self._grid.itemAtPosition(0, column) is not None
            self._grid.setColumnMinimumWidth(column, look().px(NARROWEST_PX) if is_used else 0)

    def undo(self) -> None:
        """As it was."""
        self._is_applied = False
        for widget, place in self._moved:
            self._grid.addWidget(widget, *place)
        for column, stretch in enumerate(self._stretches):
            self._grid.setColumnStretch(column, stretch)
            self._grid.setColumnMinimumWidth(column, 0)


def _column_of(field: QWidget) -> QBoxLayout:
    parent = field.parentWidget()
    layout = parent.layout() if parent is not None else None
    assert isinstance(layout, QBoxLayout)
    return layout
