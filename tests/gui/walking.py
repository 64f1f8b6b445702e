"""What in a window has too little room: texts that are cut off, widgets that overlap or stick out.

A text may give way to an ellipsis where tooltip or accessible name have all of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from gui.widgets import painted
from gui.widgets.card import Card
from gui.widgets.cell_grid import CellGrid
from gui.widgets.painted import ElidedLabel, Painted
from gui.widgets.prediction_card import PredictionCard

#: Edges that round to different pixels may overlap by these.
SLACK_PX = 1
#: So many rows and columns of a grid are asked for what they say.
MOST_CELLS = 32
ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
BUTTONS = (QPushButton, QCheckBox, QToolButton)


def complaints(window: QWidget) -> list[str]:
    """Everything that is wrong in a window as it is now; all of it has been laid out."""
    found: list[str] = []
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.window() is not window or not widget.isVisible() or is_inner(widget):
            continue
        found += text_cut_off(widget)
        found += squeezed(widget)
        found += sticking_out(widget)
        found += overlapping(widget)
    found += elided_in_vain(window)
    return sorted(set(found))


def name_of(widget: QWidget) -> str:
    """A widget by its kind and those around it."""
    path = []
    while widget is not None and not widget.isWindow():
        path.append(type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join([n for n in path if n != "QWidget" or n == path[0]][:4])


def is_inner(widget: QWidget) -> bool:
    """Whether it is a part of one of Qt's own widgets, which lay themselves out."""
    parent = widget.parentWidget()
    kinds = (QAbstractItemView, QGraphicsView, QComboBox, QAbstractSpinBox, QTabBar, QLineEdit)
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parentWidget()
    return False


def known_of(widget: QWidget | None) -> str:
    """What tooltips and names say of a widget and of what it is a part of."""
    texts = []
    while widget is not None and not widget.isWindow():
        texts += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, CellGrid):
            texts += [widget.cell_text(*cell) for cell in cells_of(widget)]
        widget = widget.parentWidget()
    return re.sub(r"<[^>]+>", " ", " ".join(texts))


def cells_of(grid: CellGrid) -> list[tuple[int, int]]:
    """The cells that can be pointed at, each with a tooltip of its own."""
    return [
        (row, column) for row in range(MOST_CELLS) for column in range(MOST_CELLS)
        if grid.has_cell(row, column)
    ]


def is_told(text: str, widget: QWidget | None) -> bool:
    """Whether all of a text can be read by who points at the widget, or has it read aloud."""
    known = " ".join(known_of(widget).split())
    # A mark behind a number says the same as the word in the tooltip.
    return " ".join(text.rstrip("✓✗").split()).casefold() in known.casefold()


def is_over(widget: QWidget) -> bool:
    """Whether a widget covers others on purpose: a sheet, a cloth, ink on glass."""
    parent = widget.parentWidget()
    layout = parent.layout() if parent is not None else None
    is_laid_out = layout is not None and (
        layout.indexOf(widget) >= 0 or _is_within(layout, widget)
    )
    return not is_laid_out or widget.testAttribute(
        Qt.WidgetAttribute.WA_TransparentForMouseEvents
    )


def _is_within(layout: Any, widget: QWidget) -> bool:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item.layout() is not None and (
            item.layout().indexOf(widget) >= 0 or _is_within(item.layout(), widget)
        ):
            return True
    return False


# --- texts ----------------------------------------------------------------------------------------


def text_cut_off(widget: QWidget) -> list[str]:
    """The text of a widget where it has no room, and nobody says it in full."""
    text, wanted = "", (0, 0)
    match widget:
        case ElidedLabel():
            text = widget.text
            if text and (widget.width() < widget.minimumSizeHint().width()
                         or widget.height() < widget.minimumSizeHint().height()):
                return [f"no room for a letter: {name_of(widget)}: {text[:50]!r}"]
            return []
        case QLabel() if widget.pixmap().isNull():
            return _label_cut_off(widget)
        case QToolButton():
            text = widget.text() if widget.toolButtonStyle() != ICON_ONLY else ""
            wanted = (widget.minimumSizeHint().width(), widget.fontMetrics().height())
        case QPushButton() | QCheckBox():
            text = widget.text()
            wanted = (widget.sizeHint().width(), widget.sizeHint().height())
        case QComboBox():
            text = widget.currentText() or widget.placeholderText()
            room = _edit_rect(widget)
            metrics = widget.fontMetrics()
            least = (metrics.horizontalAdvance(text), metrics.height())
            return _too_large(widget, text, least, (room.width() + 2, widget.height()))
        case QAbstractSpinBox():
            edit = widget.lineEdit()
            return _too_large(widget, edit.text(), _text_size(edit), _edit_room(edit))
        case QLineEdit():
            return _too_large(widget, widget.text(), _text_size(widget), _edit_room(widget))
        case QTabBar():
            return _tabs_cut_off(widget)
        case _:
            return []
    if not text:
        return []
    return _too_large(widget, text, wanted, (widget.width(), widget.height()))


def _label_cut_off(label: QLabel) -> list[str]:
    text = label.text()
    if not text:
        return []
    if not label.wordWrap():
        hint = label.sizeHint()
        return _too_large(label, text, (hint.width(), hint.height()), _size(label))
    plain = re.sub(r"<[^>]+>", " ", text)
    words = re.split(r"[\s\u200b]+", plain)
    longest = max(map(label.fontMetrics().horizontalAdvance, words), default=0)
    wanted = (min(longest, label.sizeHint().width()), label.heightForWidth(label.width()))
    return _too_large(label, text, wanted, _size(label))


def _too_large(
    widget: QWidget, text: str, wanted: tuple[int, int], has: tuple[int, int]
) -> list[str]:
    is_short = wanted[0] > has[0] + SLACK_PX
    is_low = wanted[1] > has[1] + SLACK_PX
    if not (is_short or is_low) or (not is_low and is_told(text, widget) and not isinstance(
        widget, BUTTONS
    )):
        return []
    return [f"cut off: {name_of(widget)}: {text[:60]!r} wants {wanted[0]}×{wanted[1]}, "
            f"has {has[0]}×{has[1]}"]


def _size(widget: QWidget) -> tuple[int, int]:
    return widget.width(), widget.height()


def _edit_rect(box: QComboBox) -> QRect:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    return box.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, box
    )


def _text_size(edit: QLineEdit) -> tuple[int, int]:
    metrics = edit.fontMetrics()
    return metrics.horizontalAdvance(edit.text()), metrics.height()


def _edit_room(edit: QLineEdit) -> tuple[int, int]:
    return edit.width() - 4, edit.height()


def _tabs_cut_off(bar: QTabBar) -> list[str]:
    found = []
    for place in range(bar.count()):
        needed = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
        rect, tip = bar.tabRect(place), bar.tabToolTip(place)
        if bar.tabText(place) in tip:
            continue
        if rect.width() < needed:
            found.append(f"cut off: tab {bar.tabText(place)!r}: {needed} in {rect.width()}")
        if rect.right() > bar.width() + SLACK_PX:
            found.append(f"sticks out: tab {bar.tabText(place)!r} to {rect.right()} of "
                         f"{bar.width()}")
    return found


# --- places ---------------------------------------------------------------------------------------


def squeezed(widget: QWidget) -> list[str]:
    """A view that is lower than the least that it asks for."""
    if not isinstance(widget, Painted | PredictionCard | Card) or isinstance(widget, ElidedLabel):
        return []
    least, policy = widget.minimumSizeHint(), widget.sizePolicy()
    if policy.verticalPolicy() == QSizePolicy.Policy.Ignored:
        return []
    if least.height() <= widget.height() + SLACK_PX:
        return []
    return [f"squeezed: {name_of(widget)}: asks for {least.height()}, has {widget.height()}"]


def sticking_out(widget: QWidget) -> list[str]:
    """A widget that is not wholly within the one around it, with nothing to scroll."""
    if isinstance(widget, QScrollArea):
        inner = widget.widget()
        bar = widget.horizontalScrollBarPolicy()
        if inner is not None and bar == Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            beyond = inner.width() - widget.viewport().width()
            if beyond > SLACK_PX:
                return [f"sticks out: the content of {name_of(widget)} "
                        f"“{widget.accessibleName()}” by {beyond} px"]
        return []
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(parent, QAbstractScrollArea):
        return []
    if isinstance(parent.parentWidget(), QAbstractScrollArea):
        return []
    room = parent.rect().adjusted(-SLACK_PX, -SLACK_PX, SLACK_PX, SLACK_PX)
    if room.contains(widget.geometry()):
        return []
    return [f"sticks out: {name_of(widget)} “{_called(widget)}” {_rect(widget.geometry())} of "
            f"{parent.width()}×{parent.height()}"]


def overlapping(parent: QWidget) -> list[str]:
    """Visible neighbours that share more than a line of pixels."""
    if isinstance(parent, QAbstractScrollArea | QTabBar):
        return []
    children = [
        c for c in parent.children()
        if isinstance(c, QWidget) and c.isVisible() and not c.isWindow() and not is_over(c)
    ]
    found = []
    for one, other in combinations(children, 2):
        common = one.geometry() & other.geometry()
        if common.width() > SLACK_PX and common.height() > SLACK_PX:
            found.append(f"overlap: {name_of(one)} “{_called(one)}” and {type(other).__name__} "
                         f"“{_called(other)}” by {common.width()}×{common.height()}")
    return found


def _called(widget: QWidget) -> str:
    text = getattr(widget, "text", "")
    text = text() if callable(text) else text
    return str(widget.accessibleName() or text)[:40]


def _rect(rect: QRect) -> str:
    return f"{rect.width()}×{rect.height()} at {rect.x()}, {rect.y()}"


# --- painted texts --------------------------------------------------------------------------------


def elided_in_vain(window: QWidget) -> list[str]:
    """What painters cut short, or wrote beyond the edge, and nobody says in full."""
    found = []
    with watched() as seen:
        window.grab()
    for widget, text, why in seen:
        if not is_told(text, widget):
            found.append(f"{why}: {name_of(widget)} “{_called(widget)}”: {text[:60]!r}")
    return found


@contextmanager
def watched() -> Iterator[list[tuple[QWidget, str, str]]]:
    """Collect (widget, text, what is wrong) of every text that is painted."""
    seen: list[tuple[QWidget, str, str]] = []
    original, draw = painted.elided, QPainter.drawText

    def elided(text: str, font: Any, width: float) -> str:
        short = original(text, font, width)
        widget = _painting()
        if short != text and widget is not None and not isinstance(widget, ElidedLabel):
            seen.append((widget, text, "elided"))
        return short

    def drawn(self: QPainter, *arguments: Any) -> Any:
        widget = _painting()
        if widget is not None and isinstance(arguments[-1], str):
            beyond = _beyond(self, widget, *arguments)
            if beyond > 2:
                seen.append((widget, arguments[-1], f"painted {beyond:.0f} px beyond the edge"))
        return draw(self, *arguments)

    modules = [
        m for name, m in list(sys.modules.items())
        if name.startswith("gui.") and getattr(m, "elided", None) is original
    ]
    patches = [patch.object(m, "elided", elided) for m in modules]
    for one in (*patches, patch.object(QPainter, "drawText", drawn)):
        one.start()
    try:
        for widget in _painters():
            widget.forget()
        yield seen
    finally:
        patch.stopall()


def _painters() -> list[Painted]:
    from PySide6.QtWidgets import QApplication

    return [w for w in QApplication.allWidgets() if isinstance(w, Painted) and w.isVisible()]


def _painting() -> QWidget | None:
    """The widget whose paint event this is; its painter may be in a function of its own."""
    frame = sys._getframe(2)
    while frame is not None:
        owner = frame.f_locals.get("self")
        if frame.f_code.co_name in ("paintEvent", "paint_picture") and isinstance(owner, QWidget):
            return owner
        frame = frame.f_back
    return None


def _beyond(painter: QPainter, widget: QWidget, *arguments: Any) -> float:
    """How far a text leaves the widget, or the rectangle that it is to stay in."""
    text, metrics = arguments[-1], QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text)
    if isinstance(arguments[0], QRect | QRectF):
        rect = QRectF(arguments[0])
        flags = int(arguments[1].value if hasattr(arguments[1], "value") else arguments[1])
        if flags & Qt.TextFlag.TextWordWrap.value:
            return 0.0
        left = rect.left()
        if flags & Qt.AlignmentFlag.AlignHCenter.value:
            left += (rect.width() - width) / 2
        elif flags & Qt.AlignmentFlag.AlignRight.value:
            left += rect.width() - width
    elif isinstance(arguments[0], QPoint) or hasattr(arguments[0], "x"):
        left = arguments[0].x()
    else:
        left = float(arguments[0])
    where = painter.combinedTransform().mapRect(QRectF(left, 0, width, 1))
    if painter.combinedTransform().isRotating():
        return 0.0
    ratio = painter.device().devicePixelRatioF()
    room = painter.device().width() / (1 if painter.device() is widget else ratio)
    low, high = where.left() / ratio, where.right() / ratio
    return max(-low, high - room, 0.0)
