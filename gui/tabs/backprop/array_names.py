"""The stepper's arrays as one speaks of them, and what a cell of one stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.backprop.formulas import raised
from engine.backprop.network import Network
from engine.backprop.spec import Activation
from engine.backprop.tab_spec import Chosen, Part
from engine.words import say
from gui.widgets.cell_grid import Cell
from gui.widgets.scales import number_text as short_text

_KINDS = {
    "W": "W", "b": "b", "z": "z", "a": "a", "delta": "δ", "grad_W": "∇W", "grad_b": "∇b",
    "shifted": "s", "exps": "e", "totals": "Σe",
}
_NAME = re.compile(r"([a-zA-Z_]+?)(\d*)")
#: With more layers than this, their columns are too narrow for long titles.
MANY = 5


@dataclass(frozen=True)
class Found:
    """One number of an array: where it is, what it is, and what it was before the last step."""

    name: str
    row: int
    column: int
    value: float
    before: float | None
    shape: tuple[int, ...]
    is_black: bool


def parted(name: str) -> tuple[str, int]:
    """("grad_W", 3) of "grad_W3"; layer 0 where a name has none."""
    found = _NAME.fullmatch(name)
    assert found is not None
    return found[1], int(found[2] or 0)


def plain_name(name: str) -> str:
    """An array's name as on the board: ∇W³."""
    kind, layer = parted(name)
    return _KINDS.get(kind, kind) + (raised(layer) if layer else "")


def title_of_layer(k: int, network: Network) -> str:
    """"layer 2 · sigmoid"; where there are many, "2 · sigmoid"."""
    f = say("softmax") if k == network.last else Activation(network.activation).label
    if network.last > MANY:
        return f"{k} · {f}"
    return QCoreApplication.translate("NetworkStrip", "layer {k} · {f}").format(k=k, f=f)


def chosen_at(name: str, row: int, column: int, last: int) -> Chosen | None:
    """What is chosen by a click on a cell; the target y is no number of the network."""
    kind, layer = parted(name)
    if name == "x":
        return Chosen(Part.INPUT, 0, 0, 28 * row + column)
    if kind in ("W", "grad_W"):
        return Chosen(Part.WEIGHT, layer, row, column)
    if kind in ("b", "grad_b"):
        return Chosen(Part.BIAS, layer, 0, column)
    if kind in ("z", "a", "delta"):
        return Chosen(Part.UNIT, layer, 0, column)
    return Chosen(Part.UNIT, last, 0, column) if kind != "y" else None


def cells_of(chosen: Chosen | None, last: int) -> dict[str, Cell]:
    """The cells that show what is chosen, by array."""
    if chosen is None:
        return {}
    k, column = chosen.layer, chosen.column
    if chosen.part is Part.INPUT:
        return {"x": divmod(column, 28)}
    names = {
        Part.WEIGHT: (f"W{k}", f"grad_W{k}"), Part.BIAS: (f"b{k}", f"grad_b{k}"),
        Part.UNIT: (f"z{k}", f"a{k}", f"delta{k}",
                    *(("shifted", "exps", "p") if k == last else ())),
    }[chosen.part]
    row = chosen.row if chosen.part is Part.WEIGHT else 0
    return dict.fromkeys(names, (row, column))


def guides_of(
    name: str, row: int, column: int, last: int
) -> dict[str, tuple[int | None, int | None]]:
    """Row and column to mark in each array: all that belongs to the unit or the weight."""
    kind, k = parted(name)
    k = k or last
    guides: dict[str, tuple[int | None, int | None]] = {
        f"{array}{k}": (None, column) for array in ("W", "b", "z", "a", "delta", "grad_W", "grad_b")
    }
    if k == last:
        guides |= dict.fromkeys(("shifted", "exps", "p", "y"), (None, column))
    if kind in ("W", "grad_W"):
        guides |= {f"{array}{k}": (row, column) for array in ("W", "grad_W")}
        guides |= {f"{array}{k - 1}": (None, row) for array in ("b", "z", "a", "delta", "grad_b")}
    else:
        guides |= {f"{array}{k + 1}": (column, None) for array in ("W", "grad_W")}
    return guides


def title_of(chosen: Chosen) -> str:
    """What is chosen, in words: "weight W³[9, 2]"."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("NetworkStrip", text)

    k, row, column = chosen.layer, chosen.row, chosen.column
    return {
        Part.WEIGHT: tr("weight W{k}[{row}, {column}]"), Part.BIAS: tr("bias b{k}[{column}]"),
        Part.UNIT: tr("unit {column} of layer {layer}"), Part.INPUT: tr("input x[{column}]"),
    }[chosen.part].format(k=raised(k), layer=k, row=row, column=column)


def number_text(value: float, digits: int = 6) -> str:
    """A number with a real minus sign."""
    return f"{value:.{digits}g}".replace("-", "−")


def error_text(error: float) -> str:
    """A relative error; exact agreement is written as a plain 0."""
    return "0" if error == 0 else short_text(error)


def sentence_about(found: Found) -> str:
    """What a cell says: name, row × column, the number, and what is behind it."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("NetworkStrip", text)

    kind, layer = parted(found.name)
    name = plain_name(found.name)
    if found.name == "x":
        index = 28 * found.row + found.column
        text = tr("x[{index}] = {value}   ·   pixel in row {row} × column {column}").format(
            index=index, value=number_text(found.value), row=found.row, column=found.column
        )
        return text + (tr("   ·   black") if found.value == 0 else "")
    if len(found.shape) == 1:
        text = tr("{name}[{column}] = {value}   ·   unit {column} of {all}").format(
            name=name, column=found.column, value=number_text(found.value), all=found.shape[0]
        )
    else:
        text = tr("{name}[{row}, {column}] = {value}   ·   row {row} × column {column}").format(
            name=name, row=found.row, column=found.column, value=number_text(found.value)
        )
        start = tr("pixel {row}") if layer == 1 else tr("unit {row}")
        text += tr("   ·   from {start} to unit {column}").format(
            start=start.format(row=found.row), column=found.column
        )
    if found.before is not None:
        text += tr("   ·   was {before}").format(before=number_text(found.before, 8))
    if kind == "grad_W" and found.is_black and found.value == 0:
        text += tr("   ·   exactly 0: the pixel is black, x = 0, so x·δ = 0")
    return text
