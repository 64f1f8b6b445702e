"""One row for each group of parameters: how far the gradient is from either witness, and where."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.backprop.check import CheckResult, GroupResult, Verdict
from engine.backprop.flat import Place
from engine.words import grouped
from gui.tabs.backprop.array_names import error_text, plain_name
from gui.theme import look
from gui.widgets.cell_grid import Cell, CellGrid
from gui.widgets.painted import draw_focus_ring, draw_text_at, elided, line_height, text_width

TALLEST_ROW_PX = 48
MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.UNDECIDED: "?"}
TOKENS = {Verdict.PASSED: "green", Verdict.FAILED: "vermilion", Verdict.UNDECIDED: "muted"}


@dataclass(frozen=True)
class Row:
    """A group with what the witnesses say; None until they have spoken."""

    name: str
    central: GroupResult | None = None
    autograd: GroupResult | None = None

    @property
    def worst(self) -> Place | None:
        """The entry that is furthest off, by the witness that is further off."""
        known = [r for r in (self.central, self.autograd) if r is not None and r.checked]
        if not known:
            return None
        return max(known, key=lambda r: (r.verdict is Verdict.FAILED, r.relative_error)).worst


class CheckTable(CellGrid):
    """A click on a row, or Enter, goes to the worst entry of its group."""

    place_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._chosen = ""
        self.setAccessibleName(self.tr("Gradient check"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_results(
        self, names: list[str], central: CheckResult | None, autograd: CheckResult | None,
        chosen: str,
    ) -> None:
        """All groups in order, and the one that is looked at."""
        found = [
            {g.name: g for g in result.groups} if result is not None else {}
            for result in (central, autograd)
        ]
        if len(names) != len(self._rows):
            self.updateGeometry()
        self._rows = [Row(name, found[0].get(name), found[1].get(name)) for name in names]
        self._chosen = chosen
        self.setAccessibleDescription(
            "; ".join(self.cell_text(row, 0) for row in range(len(self._rows)))
        )
        self.update()

    @property
    def rows(self) -> list[Row]:
        """What stands there."""
        return self._rows

    def has_cell(self, row: int, column: int) -> bool:
        return column == 0 and 0 <= row < len(self._rows)

    @property
    def _head(self) -> float:
        return line_height(look().font(12)) + look().px(6)

    @property
    def _row_height(self) -> float:
        room = (self.height() - self._head) / max(len(self._rows), 1)
        return max(min(room, look().px(TALLEST_ROW_PX)), 1.0)

    def cell_rect(self, row: int, column: int) -> QRectF:  # noqa: ARG002  rows are whole
        return QRectF(0, self._head + row * self._row_height, self.width(), self._row_height)

    def cell_at(self, point: QPointF) -> Cell | None:
        row = int((point.y() - self._head) // self._row_height)
        return (row, 0) if self.has_cell(row, 0) else None

    def cell_text(self, row: int, column: int) -> str:  # noqa: ARG002  rows are whole
        entry = self._rows[row]
        parts = [plain_name(f"grad_{entry.name}")]
        for witness, result in ((self.tr("central differences"), entry.central),
                                (self.tr("autograd"), entry.autograd)):
            if result is not None:
                parts.append(self.tr("{witness}: {verdict}, off by {error}, {checked} entries")
                             .format(witness=witness, verdict=self.tr(result.verdict.label),
                                     error=error_text(result.relative_error),
                                     checked=grouped(result.checked)))
                if result.kinks:
                    parts.append(self.tr("{kinks} left out, where a ReLU switches").format(
                        kinks=result.kinks))
        return ", ".join(parts)

    def choose(self, row: int, column: int) -> None:  # noqa: ARG002  rows are whole
        worst = self._rows[row].worst
        if worst is not None:
            self.place_chosen.emit(worst)

    def sizeHint(self) -> QSize:
        rows = max(len(self._rows), 6)
        return QSize(look().px(460), int(self._head + rows * look().px(28)))

    def minimumSizeHint(self) -> QSize:
        rows = max(len(self._rows), 1)
        return QSize(look().px(280), int(self._head + rows * 1.1 * line_height(look().font(14))))

    def _columns(self) -> list[float]:
        """Where the columns begin and the last one ends: names and places need what they need."""
        pad, names, places = 2 * look().px(8), look().font(14, bold=True), look().font(13)
        first = max((text_width(plain_name(f"grad_{r.name}"), names) for r in self._rows),
                    default=0.0) + pad
        last = max((text_width(place_text(r.worst), places) for r in self._rows if r.worst),
                   default=0.0)
        last = max(last, text_width(self._heads()[3], look().font(12))) + pad
        middle = max(self.width() - first - last, 2.0)
        return [0.0, first, first + middle / 2, first + middle, float(self.width())]

    def _heads(self) -> tuple[str, str, str, str]:
        return ("", self.tr("differences"), self.tr("autograd"), self.tr("worst entry"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), look().tokens
        painter.setFont(look().font(12))
        painter.setPen(tokens.color("muted"))
        columns = self._columns()
        for index, text in enumerate(self._heads()):
            _text(painter, columns, text, index, self._head / 2)
        for row, entry in enumerate(self._rows):
            rect = self.cell_rect(row, 0)
            painter.fillRect(QRectF(0, rect.top(), self.width(), 1), tokens.color("line"))
            if entry.name == self._chosen:
                painter.fillRect(rect.adjusted(0, 1, 0, 0), tokens.color("soft"))
                painter.fillRect(QRectF(0, rect.top(), look().px(3), rect.height()),
                                 tokens.color("orange"))
            self._paint_row(painter, columns, entry, rect.center().y())
        if self.hasFocus():
            if self.has_cell(*self._current):
                painter.setPen(tokens.color("blue"))
                painter.drawRect(self.cell_rect(*self._current).adjusted(1, 1, -1, -1))
            draw_focus_ring(painter, QRectF(self.rect()))

    def _paint_row(
        self, painter: QPainter, columns: list[float], entry: Row, middle: float
    ) -> None:
        tokens = look().tokens
        painter.setFont(look().font(14, bold=True))
        painter.setPen(tokens.color("ink"))
        _text(painter, columns, plain_name(f"grad_{entry.name}"), 0, middle)
        for index, result in ((1, entry.central), (2, entry.autograd)):
            verdict = result.verdict if result is not None else None
            painter.setPen(tokens.text(TOKENS[verdict] if verdict is not None else "ghost"))
            text = "…" if result is None else error_text(result.relative_error)
            mark = "" if verdict is None else f"  {MARKS[verdict]}"
            _text(painter, columns, text + mark, index, middle)
        worst = entry.worst
        if worst is not None:
            painter.setFont(look().font(13))
            painter.setPen(tokens.text("blue"))
            _text(painter, columns, place_text(worst), 3, middle)


def _text(
    painter: QPainter, columns: list[float], text: str, column: int, middle: float
) -> None:
    left = columns[column] + look().px(8)
    text = elided(text, painter.font(), columns[column + 1] - left)
    draw_text_at(painter, text, left, middle)


def place_text(place: Place) -> str:
    """W³[9, 4] or b³[4]."""
    name = plain_name(f"{place.kind}{place.layer}")
    where = f"{place.row}, {place.column}" if place.kind == "W" else f"{place.column}"
    return f"{name}[{where}]"
