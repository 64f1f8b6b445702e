"""The still half of a network diagram: its layers, where their units stand, how it is painted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import look
from gui.widgets import network_diagram_painter as draw
from gui.widgets.network_diagram_model import Arrangement, DiagramLayer, Number, arranged
from gui.widgets.network_diagram_painter import NumberLabel
from gui.widgets.painted import Pictured, line_height

MOST_SLOTS = 13
Unit = tuple[int, int]


class DiagramView(Pictured):
    """Layers from left to right. The parameters of the chosen unit stand beside its edges."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusable=True)
        self._layers: list[DiagramLayer] = []
        self._featured: list[int | None] = []
        self._chosen: Unit | None = None
        self._hovered: Unit | None = None
        self._number: Number | None = None
        self._shows_all = False
        self._places: Arrangement | None = None
        self._labels: list[NumberLabel] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Network"))

    # data

    def set_layers(self, layers: Sequence[DiagramLayer]) -> None:
        """Show these layers, inputs first. What is chosen stays so where the unit still exists."""
        same = [layer.count for layer in layers] == [layer.count for layer in self._layers]
        self._layers = list(layers)
        if not same:
            self._featured = [None] * len(layers)
        self._chosen = self._chosen if self._exists(self._chosen) else None
        self._hovered = self._hovered if self._exists(self._hovered) else None
        for unit in (self._chosen, self._hovered):
            self._feature(unit)
        self._changed(places=not same)
        self._describe()

    def set_chosen(self, layer: int, index: int | None) -> None:
        """Stress a unit and write its numbers; None stresses none. Emits nothing."""
        chosen = None if index is None else (layer, index)
        if chosen != self._chosen and (chosen is None or self._exists(chosen)):
            self._chosen, self._number = chosen, None
            self._feature(chosen)
            self._changed()
            self._describe()

    def set_hovered(self, layer: int, index: int | None) -> None:
        """Light a unit up as if the mouse were over it. Emits nothing: views can be linked."""
        hovered = None if index is None else (layer, index)
        if hovered != self._hovered and (hovered is None or self._exists(hovered)):
            self._hovered = hovered
            self._feature(hovered)
            self.update()

    def set_all_numbers(self, on: bool) -> None:
        """Write the numbers of all units as long as none is chosen; for a network on paper."""
        if on != self._shows_all:
            self._shows_all = on
            self._changed()

    @property
    def chosen(self) -> Unit | None:
        """The chosen unit as (layer, index)."""
        return self._chosen

    @property
    def hovered(self) -> Unit | None:
        """The unit under mouse or keyboard as (layer, index)."""
        return self._hovered

    def _exists(self, unit: Unit | None) -> bool:
        return unit is not None and 0 <= unit[0] < len(self._layers) \
            and 0 <= unit[1] < self._layers[unit[0]].count

    def _feature(self, unit: Unit | None) -> None:
        """See to it that a unit is drawn. Units that are drawn already stay where they are."""
        if unit is not None and self.places.place_of(*unit) is None:
            self._featured[unit[0]] = unit[1]
            self._changed(places=True)

    # places

    @property
    def places(self) -> Arrangement:
        """Where the units stand."""
        if self._places is None:
            featured = [
                [u for u in (self._featured[i], self._chosen[1] if self._chosen
                             and self._chosen[0] == i else None) if u is not None]
                for i in range(len(self._layers))
            ]
            edge, title = look().px(16), line_height(look().font(12)) + look().px(12)
            area = (edge, title, self.width() - 2 * edge, self.height() - title - look().px(8))
            radii = (look().px(8), look().px(22))
            self._places = arranged(self._layers, featured, area, radii, MOST_SLOTS)
        return self._places

    def numbers(self) -> list[tuple[Number, float]]:
        """The parameters of the chosen unit that have a place in the diagram, and their values."""
        if self._chosen is None:
            return self._all_numbers() if self._shows_all else []
        layer, unit = self._chosen
        found = self._numbers_into(layer, unit) if layer else []
        if layer + 1 < len(self._layers):
            targets = np.array([s.unit for s in self.places.drawn(layer + 1)], dtype=np.intp)
            weights = self._layers[layer + 1].weights_between(targets, np.array([unit]))[:, 0]
            found += [(Number(layer + 1, int(t), unit), float(w))
                      for t, w in zip(targets, weights, strict=True) if w]
        return found

    def _numbers_into(self, layer: int, unit: int) -> list[tuple[Number, float]]:
        """The bias of a unit, and the weights that lead to it."""
        bias = self._layers[layer].bias_of(unit)
        found = [(Number(layer, unit, None), bias)] if bias is not None else []
        sources = np.array([s.unit for s in self.places.drawn(layer - 1)], dtype=np.intp)
        weights = self._layers[layer].weights_between(np.array([unit]), sources)[0]
        return found + [(Number(layer, unit, int(s)), float(w))
                        for s, w in zip(sources, weights, strict=True) if w]

    def _all_numbers(self) -> list[tuple[Number, float]]:
        """Weights before biases, which find their places below a unit more easily."""
        units = [(layer, slot.unit) for layer in range(1, len(self._layers))
                 for slot in self.places.drawn(layer) if slot.unit is not None]
        found = [one for unit in units for one in self._numbers_into(*unit)]
        return sorted(found, key=lambda one: one[0].source is None)

    def labels(self) -> list[NumberLabel]:
        """The texts of those parameters where they stand; the one in hand is never left out."""
        if self._labels is None:
            held, numbers = self._number, self.numbers()
            title = line_height(look().font(12)) + look().px(8)
            area = QRectF(self.rect()).adjusted(2, title, -2, -2)
            found = draw.number_labels(self._layers, self.places, numbers, area)
            if held is not None and held not in [one.number for one in found]:
                numbers.sort(key=lambda one: one[0] != held)
                found = draw.number_labels(self._layers, self.places, numbers, area)
            self._labels = found
        return self._labels

    def unit_text(self, unit: Unit) -> str:
        """A unit in words: "step, unit 3 of 15"."""
        layer = self._layers[unit[0]]
        return self.tr("{layer}, unit {unit} of {count}").format(
            layer=layer.title, unit=unit[1] + 1, count=layer.count)

    def _describe(self) -> None:
        """Tell screen readers what the keyboard is on."""
        value = dict(self.numbers()).get(self._number) if self._number else None
        unit = self._hovered or self._chosen
        text = self.tr("Arrow keys walk the units, Enter chooses one; Tab goes through its "
                       "numbers, + and − change them.")
        if value is not None and self._number is not None:
            text = self.tr("{name} of unit {unit}: {value}").format(
                name=self._number.name, unit=self._number.unit + 1, value=f"{value:.4g}")
        elif unit is not None:
            text = self.unit_text(unit)
        titles = "; ".join(layer.title for layer in self._layers if layer.title)
        text = f"{titles}. {text}" if titles else text
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # drawing

    def _changed(self, *, places: bool = False) -> None:
        self._picture = self._labels = None
        if places:
            self._places = None
        self.update()

    def forget(self) -> None:
        self._changed(places=True)

    def sizeHint(self) -> QSize:
        return QSize(look().px(420), look().px(260))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), look().px(120))

    def paint_picture(self, painter: QPainter) -> None:
        draw.paint_edges(painter, self._layers, self.places)
        draw.paint_titles(painter, self._layers, self.places, self.width())

    def paint_above(self, painter: QPainter) -> None:
        """The edges, circles and numbers of the hovered and the chosen unit."""
        pointed = {"blue": self._hovered, "vermilion": self._chosen}
        for unit in pointed.values():
            if unit is not None:
                draw.paint_edges(painter, self._layers, self.places, unit)
        draw.paint_units(painter, self._layers, self.places)
        for token, unit in pointed.items():
            slot = self.places.place_of(*unit) if unit is not None else None
            if unit is not None and slot is not None:
                draw.paint_unit(painter, self._layers[unit[0]], slot, self.places.radius, token)
        for label in self.labels():
            draw.paint_number(painter, label, active=label.number == self._number)
