"""The palette's list: titles with the letters that were typed, where they belong, their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.lecture.palette_entries import Entry
from gui.theme import look
from gui.widgets.painted import draw_text_at, elided, text_width

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
#: The share of a row that its title can always have.
TITLE_SHARE = 0.55


@dataclass(frozen=True)
class Found:
    """An entry, and the letters of its title that were typed."""

    entry: Entry
    places: frozenset[int] = frozenset()


class FoundModel(QAbstractListModel):
    """What was found, the best first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []

    def show(self, found: Sequence[Found]) -> None:
        """List other entries."""
        self.beginResetModel()
        self.found = list(found)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  as Qt has it
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        entry = self.found[index.row()].entry
        if role == Role.DisplayRole:
            return entry.title
        if role == Role.AccessibleTextRole:
            return ", ".join(part for part in (entry.title, entry.place, entry.shortcut) if part)
        return self.found[index.row()] if role == Role.UserRole else None


class _Row(QStyledItemDelegate):
    """Title left, place and key right; what is chosen has a ground of its own."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(look().px(200), look().px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found: Found = index.data(Role.UserRole)
        rect, pad = QRectF(option.rect), look().px(10)
        view = self.parent()
        assert isinstance(view, QListView)
        tokens = look().tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.row() == view.currentIndex().row():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("soft"))
            painter.drawRoundedRect(rect, look().px(6), look().px(6))
            painter.setBrush(tokens.color("blue"))
            painter.drawRect(QRectF(rect.left(), rect.top() + 4, look().px(3), rect.height() - 8))
        right = rect.right() - pad
        if found.entry.shortcut:
            right = draw_key(painter, found.entry.shortcut, right, rect.center().y()) - pad
        left = rect.left() + pad
        title_end = left + TITLE_SHARE * rect.width()
        title_end = max(title_end, right - text_width(found.entry.place, look().font(12)) - pad)
        title_end = min(title_end, right)
        end = self._paint_title(painter, found, left, title_end, rect.center().y())
        self._paint_place(painter, found.entry.place, end + pad, right, rect.center().y())
        painter.restore()

    def _paint_title(
        self, painter: QPainter, found: Found, left: float, right: float, middle: float
    ) -> float:
        """The letters that were typed are bold; returns where the title ends."""
        title = found.entry.title
        if text_width(title, look().font(bold=True)) > right - left:
            title = elided(title, look().font(bold=True), right - left)
        painter.setPen(look().tokens.color("ink"))
        for is_found, letters in groupby(enumerate(title), lambda pair: pair[0] in found.places):
            run = "".join(letter for _, letter in letters)
            font = look().font(bold=is_found)
            painter.setFont(font)
            draw_text_at(painter, run, left, middle)
            left += text_width(run, font)
        return left

    @staticmethod
    def _paint_place(
        painter: QPainter, place: str, left: float, right: float, middle: float
    ) -> None:
        font = look().font(12)
        text = elided(place, font, max(right - left, 0))
        painter.setFont(font)
        painter.setPen(look().tokens.color("muted"))
        draw_text_at(painter, text, right - text_width(text, font), middle)


def draw_key(painter: QPainter, text: str, right: float, middle: float) -> float:
    """A key cap that ends at `right`; returns where it begins."""
    font = look().font(11)
    width = text_width(text, font) + look().px(12)
    height = look().px(20)
    rect = QRectF(right - width, middle - height / 2, width, height)
    painter.setPen(look().tokens.color("ghost"))
    painter.setBrush(look().tokens.color("ground"))
    painter.drawRoundedRect(rect, look().px(4), look().px(4))
    painter.setFont(font)
    painter.setPen(look().tokens.color("ink"))
    draw_text_at(painter, text, rect.left() + look().px(6), middle)
    return rect.left()


class FoundList(QListView):
    """Never has the keyboard: that stays where one types; follows a mouse that moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mouse: QPoint | None = None
        self.found_model = FoundModel()
        self.setModel(self.found_model)
        self.setItemDelegate(_Row(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What fits"))

    def showEvent(self, event: QShowEvent) -> None:
        self._mouse = None
        super().showEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt reports one, too, where the list came under a mouse at rest: that is no choice."""
        place = event.globalPosition().toPoint()
        index = self.indexAt(event.position().toPoint())
        if self._mouse not in (None, place) and index.isValid():
            self.choose(index.row())
        self._mouse = place
        super().mouseMoveEvent(event)

    def show_found(self, found: Sequence[Found]) -> None:
        """List these, and choose the first."""
        self.found_model.show(found)
        self.choose(0)

    @property
    def chosen(self) -> Entry | None:
        """What Enter would do."""
        row = self.currentIndex().row()
        return self.found_model.found[row].entry if row >= 0 else None

    def choose(self, row: int) -> None:
        """Choose a row; beyond the ends it is the last or the first one."""
        count = self.found_model.rowCount()
        if count:
            index = self.found_model.index(min(max(row, 0), count - 1))
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def move_by(self, rows: int) -> None:
        """Choose a row further down or up."""
        self.choose(self.currentIndex().row() + rows)

    @property
    def page_rows(self) -> int:
        """How many rows are to be seen at once."""
        return max(1, self.viewport().height() // max(1, self.sizeHintForRow(0)))
