"""Everything that a widget and all below it show, as plain data: two that show the same are equal.

Of widgets that paint themselves it is what they hold: curves, matrices, ranges, texts. A new kind
of view is compared like the others without a word here.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields, is_dataclass
from enum import Enum

import msgspec
import numpy as np
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QSpinBox,
    QWidget,
)

from gui.widgets.live_plot import LivePlot
from gui.widgets.painted import Painted
from gui.widgets.plot_model import Series

#: What is no part of what a view shows: where mouse and keyboard are, and what was painted already.
PASSING = frozenset({
    "_current", "_cursor", "_featured", "_frame", "_gesture", "_grip", "_hovered", "_image",
    "_is_scrubbing", "_labels", "_labels_image", "_cells_image", "_layout", "_margin", "_moving",
    "_number", "_pen", "_picture", "_pictures", "_places", "_press", "_scrub", "_still", "_stroke",
    "_wall", "active_handle", "cursor_x", "hovered_handle", "hovered_piece", "is_dragging",
    "settled_x", "_has_settled",
})
SCROLL_BARS = ("qt_scrollarea_vcontainer", "qt_scrollarea_hcontainer")
NOTHING = object()
DEEPEST = 8

Shown = dict[str, object]


def shown(root: QWidget) -> Shown:
    """What is to be seen of a tree of widgets, each by its place: "Card.2/HeatMap.1 matrix"."""
    found: Shown = {}
    _walk(root, type(root).__name__, found)
    return found


def differences(one: Shown, other: Shown) -> list[str]:
    """Where two trees differ, and in what."""
    lines = []
    for key in sorted(one.keys() | other.keys()):
        left, right = one.get(key, "nothing"), other.get(key, "nothing")
        if left != right:
            lines.append(f"{key}: {_first_difference(left, right)}")
    return lines


def _walk(widget: QWidget, place: str, found: Shown) -> None:
    for name, value in _said(widget).items():
        found[f"{place} {name}"] = value
    kinds: Counter[str] = Counter()
    for child in widget.children():
        if (
            isinstance(child, QWidget) and child.isVisibleTo(widget) and not child.isWindow()
            and child.objectName() not in SCROLL_BARS
        ):
            kind = type(child).__name__
            kinds[kind] += 1
            _walk(child, f"{place}/{kind}.{kinds[kind]}", found)


def _said(widget: QWidget) -> Shown:
    said: Shown = {
        "is enabled": widget.isEnabled(), "tooltip": widget.toolTip(),
        "name": widget.accessibleName(), "description": widget.accessibleDescription(),
        "role": widget.property("role"), "tone": widget.property("tone"),
    }
    match widget:
        case QScrollBar():
            return {}
        case QLabel() | QLineEdit():
            said["text"] = widget.text()
        case QAbstractButton():
            said["text"], said["is checked"] = widget.text(), widget.isChecked()
        case QComboBox():
            said["text"] = widget.currentText()
            said["entries"] = tuple(widget.itemText(i) for i in range(widget.count()))
        case QAbstractSlider() | QSpinBox() | QProgressBar():
            said["value"] = (widget.minimum(), widget.value(), widget.maximum())
        case QAbstractItemView() if widget.model() is not None:
            model = widget.model()
            said["cells"] = tuple(
                str(model.index(row, column).data())
                for row in range(model.rowCount()) for column in range(model.columnCount())
            )
    if isinstance(widget, Painted | LivePlot):
        held = vars(widget)
        if "_contents" in held:
            held = {**held, **{f"contents.{k}": v for k, v in vars(held["_contents"]).items()}}
            del held["_contents"]
        said |= {
            name.strip("_"): data for name, value in held.items()
            if name not in PASSING and (data := plain(value)) is not NOTHING
        }
    return said


def plain(value: object, depth: int = 0) -> object:
    """A value as tuples, numbers and texts; `NOTHING` for what is no data, such as a pixmap."""
    if depth > DEEPEST:
        return NOTHING
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case float() if math.isnan(value):
            return "nan"
        case None | bool() | int() | float() | str() | bytes():
            return value
        case np.generic():
            return plain(value.item(), depth)
        case np.ndarray():
            # Where a number is none, it does not matter which of the many bit patterns says so.
            kept = np.nan_to_num(value, nan=np.pi) if value.dtype.kind == "f" else value
            return (value.shape, str(value.dtype), (kept + 0).tobytes())
        case dict():
            parts = tuple((plain(k), plain(v, depth + 1)) for k, v in value.items())
            return tuple(part for part in parts if NOTHING not in part)
        case set() | frozenset():
            return tuple(sorted(map(repr, value)))
        case list() | tuple():
            return tuple(
                held for part in value if (held := plain(part, depth + 1)) is not NOTHING
            )
        case Series() if not len(value.x):
            return NOTHING  # of a layer, say, that the network has no more
        case msgspec.Struct():
            names = value.__struct_fields__
        case _ if is_dataclass(value):
            names = tuple(f.name for f in fields(value))
        case _:
            return NOTHING
    parts = tuple(
        (name, plain(getattr(value, name), depth + 1)) for name in names if name not in PASSING
    )
    return (type(value).__name__, *(part for part in parts if NOTHING not in part))


def _first_difference(left: object, right: object) -> str:
    """The innermost place where two plain values part."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        for number, (one, other) in enumerate(zip(left, right, strict=False)):
            if one != other:
                label = f"{left[0]}." if number and isinstance(left[0], str) else ""
                return f"{label}{number}: {_first_difference(one, other)}"
        return f"{len(left)} parts | {len(right)} parts"
    return f"{str(left)[:120]!r} | {str(right)[:120]!r}"
