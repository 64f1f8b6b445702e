"""A list of rows that mouse and keyboard walk: lessons, their steps, goals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.cell_grid import Cell, CellGrid
from gui.widgets.icon_button import icon_pixmap
from gui.widgets.painted import draw_focus_ring, draw_text_at, elided, text_width

ROW_PX, SECTION_PX = 30, 34
ICON_PX, GAP_PX = 16, 8


@dataclass(frozen=True)
class Row:
    """One row. `key` is what choosing it tells; a row without one is a heading.

    `lead` stands in front in muted type, `detail` at the right end; `icon` is a QtAwesome name, in
    the colour of the token `tone`. `depth` indents it.
    """

    text: str
    key: object | None = None
    lead: str = ""
    detail: str = ""
    icon: str = ""
    tone: str = "muted"
    depth: int = 0
    is_current: bool = False
    tip: str = ""


class RowList(CellGrid):
    """Rows below one another; a click or Enter chooses one."""

    chosen = Signal(object)

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self._tops: list[int] = []
        self._hovered: Cell | None = None
        self.setMouseTracking(True)
        # A click chooses, and leaves the keyboard where it is.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the keyboard stays where it is, or goes to the current row."""
        if list(rows) == self.rows:
            return
        before = self.rows[self._current[0]] if self._current[0] < len(self.rows) else None
        self.rows = list(rows)
        self._place()
        self._current = (self._place_of(before), 0)
        self.updateGeometry()
        self.update()

    def show_current(self) -> None:
        """Put the keyboard on the current row and scroll there."""
        self._current = (self._place_of(None), 0)
        self._reveal()
        self.update()

    def _place_of(self, before: Row | None) -> int:
        rows = self.rows
        keys = [row.key for row in rows]
        if before is not None and before.key is not None and before.key in keys:
            return keys.index(before.key)
        known = [at for at, row in enumerate(rows) if row.is_current and row.key is not None]
        first = next((at for at, row in enumerate(rows) if row.key is not None), 0)
        return known[-1] if known else first

    def _place(self) -> None:
        self._tops = [0]
        for row in self.rows:
            height = SECTION_PX if row.key is None else ROW_PX
            self._tops.append(self._tops[-1] + look().px(height))

    def on_look_changed(self) -> None:
        """Take the heights from the new look."""
        self._place()
        super().on_look_changed()

    # --- cells ----------------------------------------------------------------------------------

    def has_cell(self, row: int, column: int) -> bool:
        return column == 0 and 0 <= row < len(self.rows) and self.rows[row].key is not None

    def cell_rect(self, row: int, column: int) -> QRectF:  # noqa: ARG002  one column
        return QRectF(0, self._tops[row], self.width(), self._tops[row + 1] - self._tops[row])

    def cell_at(self, point: QPointF) -> Cell | None:
        for row in range(len(self.rows)):
            if self.cell_rect(row, 0).contains(point):
                return (row, 0) if self.has_cell(row, 0) else None
        return None

    def cell_text(self, row: int, column: int) -> str:  # noqa: ARG002  one column
        shown = self.rows[row]
        said = " ".join(filter(None, (shown.lead, shown.text, shown.detail)))
        return shown.tip if shown.text in shown.tip else "\n".join(filter(None, (said, shown.tip)))

    def choose(self, row: int, column: int) -> None:  # noqa: ARG002  one column
        self.chosen.emit(self.rows[row].key)

    def _move_to(self, row: int, column: int) -> None:
        """Headings are stepped over."""
        step = 1 if row >= self._current[0] else -1
        while 0 <= row < len(self.rows) and self.rows[row].key is None:
            row += step
        super()._move_to(row, column)
        self._reveal()

    def _reveal(self) -> None:
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        content = parent.widget() if parent is not None else None
        if parent is not None and content is not None and self.has_cell(*self._current):
            at = self.mapTo(content, self.cell_rect(*self._current).center().toPoint())
            parent.ensureVisible(0, at.y(), 0, 2 * look().px(ROW_PX))

    # --- painting -------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, cell: Cell | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            hand = Qt.CursorShape.PointingHandCursor
            self.setCursor(hand if cell is not None else Qt.CursorShape.ArrowCursor)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(200), self._tops[-1] if self._tops else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for at, row in enumerate(self.rows):
                rect = self.cell_rect(at, 0)
                if not rect.intersects(QRectF(event.rect())):
                    continue
                if row.key is None:
                    self._paint_heading(painter, row, rect)
                else:
                    self._paint_row(painter, row, rect, is_hovered=self._hovered == (at, 0))
            if self.hasFocus() and self.has_cell(*self._current):
                draw_focus_ring(painter, self.cell_rect(*self._current))

    @staticmethod
    def _paint_heading(painter: QPainter, row: Row, rect: QRectF) -> None:
        font = look().font(12, bold=True)
        painter.setFont(font)
        painter.setPen(look().tokens.color("muted"))
        text = elided(row.text.upper(), font, rect.width())
        draw_text_at(painter, text, rect.left(), rect.bottom() - look().px(12))

    def _paint_row(
        self, painter: QPainter, row: Row, rect: QRectF, *, is_hovered: bool
    ) -> None:
        tokens, gap = look().tokens, look().px(GAP_PX)
        if row.is_current or is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("soft"))
            painter.drawRoundedRect(rect, look().px(6), look().px(6))
        left = rect.left() + gap + row.depth * look().px(20)
        right = rect.right() - gap
        middle = rect.center().y()
        if row.icon:
            side = look().px(ICON_PX)
            painter.drawPixmap(
                round(left), round(middle - side / 2),
                icon_pixmap(self, row.icon, row.tone, side),
            )
            left += side + gap
        font = look().font(bold=row.is_current)
        if row.lead:
            painter.setFont(font)
            painter.setPen(tokens.color("muted"))
            draw_text_at(painter, row.lead, left, middle)
            left += max(text_width(row.lead, font), look().px(22)) + gap
        small = look().font(12)
        width = text_width(row.detail, small)
        # Where there is no room for both, the text can be read, and the detail is left out.
        if row.detail and left + text_width(row.text, font) <= right - width - gap:
            painter.setFont(small)
            painter.setPen(tokens.color("muted"))
            draw_text_at(painter, row.detail, right - width, middle)
            right -= width + gap
        painter.setFont(font)
        painter.setPen(tokens.color("ink"))
        draw_text_at(painter, elided(row.text, font, right - left), left, middle)
