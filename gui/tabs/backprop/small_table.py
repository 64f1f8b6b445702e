"""The work of a small network line by line: formula, numbers, value, and what a student found."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from engine.backprop.pretty import pretty
from engine.backprop.small import SmallLine, SmallResult
from engine.errors import SpecError
from gui.theme import look

FORMULA, NUMBERS, VALUE, ANSWER, MARK = range(5)
#: The share of the width that formulas take at most.
WIDEST_FORMULA = 0.38
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class WorkModel(QAbstractTableModel):
    """The lines of a result. Typed answers go out as `answered(key, text)`; the spec decides."""

    answered = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: tuple[SmallLine, ...] = ()
        self._result: SmallResult | None = None
        self._answers: dict[str, str] = {}
        #: What is wrong with a text that is no number, by key.
        self._refused: dict[str, tuple[str, str]] = {}

    def show_result(self, result: SmallResult) -> None:
        """Other lines, or other values in the same ones."""
        same = tuple(line.key for line in result.lines) == tuple(line.key for line in self.lines)
        if not same:
            self.beginResetModel()
        self._result, self.lines = result, result.lines
        self._answers = dict(result.spec.answers)
        self._refused = {} if not same else {
            key: value for key, value in self._refused.items()
            if key not in self._answers or self._answers[key] != value[0]
        }
        if not same:
            self.endResetModel()
        else:
            last = self.index(len(self.lines) - 1, MARK)
            self.dataChanged.emit(self.index(0, 0), last)

    def refuse(self, key: str, text: str, sentence: str) -> None:
        """Keep a text that is no number where it was typed, with the reason beside it."""
        self._refused[key] = text, sentence
        row = next(i for i, line in enumerate(self.lines) if line.key == key)
        self.dataChanged.emit(self.index(row, 0), self.index(row, MARK))

    def is_shown(self, key: str) -> bool:
        """Whether the number of a line is to be seen."""
        spec = self._result.spec if self._result is not None else None
        return spec is not None and (spec.solutions or key in spec.revealed)

    def mark_of(self, key: str) -> tuple[bool | None, str]:
        """Whether an answer is right, None where there is none, and a sentence."""
        if key in self._refused:
            return False, self._refused[key][1]
        if self._result is None or key not in self._answers:
            return None, ""
        try:
            mark = self._result.mark(key, self._answers[key])
        except SpecError as error:
            return False, str(error)
        return mark.passed, mark.sentence

    # --- what Qt asks ---------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("formula"), self.tr("with numbers"), self.tr("value"),
                self.tr("your value"), self.tr("mark"))[section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == ANSWER else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, column = self.lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._color(line, column)
        if role == Qt.ItemDataRole.FontRole and column in (VALUE, ANSWER):
            return look().font(bold=True)
        if role == Qt.ItemDataRole.BackgroundRole and column == ANSWER:
            return look().tokens.blend("ghost", 0.18)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != ANSWER:
            return False
        key, text = self.lines[index.row()].key, str(value).strip()
        if text == self._text(self.lines[index.row()], ANSWER):
            return False
        self._refused.pop(key, None)
        self.answered.emit(key, text)
        return True

    def _text(self, line: SmallLine, column: int) -> str:
        assert self._result is not None
        if column == FORMULA:
            return pretty(line.formula)
        if column == NUMBERS:
            return line.numbers if self.is_shown(line.key) else "…"
        if column == VALUE:
            return self._result.shown(line.key) if self.is_shown(line.key) else "?"
        if column == ANSWER:
            return self._refused.get(line.key, (self._answers.get(line.key, ""), ""))[0]
        passed, sentence = self.mark_of(line.key)
        return "" if passed is None else f"{'✓' if passed else '✗'} {sentence}"

    def _tip(self, line: SmallLine, column: int) -> str:
        if column == ANSWER:
            return self.tr("Type what you found for {name}; fractions such as 1/3 may be typed.") \
                .format(name=pretty(line.key))
        if column == VALUE and not self.is_shown(line.key):
            return self.tr("Double-click to see what is expected.")
        return self._text(line, column)

    def _color(self, line: SmallLine, column: int) -> QColor | None:
        tokens = look().tokens
        if column in (ANSWER, MARK):
            passed = self.mark_of(line.key)[0]
            if passed is None:
                return None
            return tokens.text("green" if passed else "vermilion")
        if column == NUMBERS or (column == VALUE and not self.is_shown(line.key)):
            return tokens.color("muted")
        return None


class WorkTable(QTableView):
    """The lines, in the order of the work."""

    #: The key of the line that mouse or keyboard are on.
    line_chosen = Signal(str)
    #: The key of the line whose number is asked for.
    reveal_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = WorkModel(self)
        self.setModel(self.work)
        self.setAccessibleName(self.tr("The work, line by line"))
        self.setToolTip(self.tr("Click “your value” in a line, and type what you found."))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.clicked.connect(self._on_clicked)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NUMBERS, QHeaderView.ResizeMode.Stretch)
        for column in (FORMULA, ANSWER, MARK):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_clicked)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take heights and widths from the new look."""
        self.verticalHeader().setDefaultSectionSize(look().px(26))
        self.horizontalHeader().resizeSection(ANSWER, look().px(100))
        self.horizontalHeader().resizeSection(MARK, look().px(150))
        self.setStyleSheet(f"QTableView::item {{ padding: 0 {look().px(6)}px; }}")
        self._fit_formulas()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_formulas()

    def show_result(self, result: SmallResult) -> None:
        """The lines of a result."""
        self.work.show_result(result)
        self._fit_formulas()

    def _fit_formulas(self) -> None:
        """As wide as the longest formula, but for networks where no numbers would stay in sight."""
        most = round(WIDEST_FORMULA * self.viewport().width())
        width = min(self.sizeHintForColumn(FORMULA) + look().px(8), most)
        self.horizontalHeader().resizeSection(FORMULA, width)

    def row_of(self, key: str) -> int:
        """The row of a line."""
        return next(i for i, line in enumerate(self.work.lines) if line.key == key)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.line_chosen.emit(self.work.lines[current.row()].key)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == ANSWER:
            self.edit(index)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.column() in (NUMBERS, VALUE):
            self.reveal_asked.emit(self.work.lines[index.row()].key)
