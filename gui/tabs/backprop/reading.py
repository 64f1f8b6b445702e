"""What a network makes of a drawing, worked out in a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.backprop.building import build_network
from engine.backprop.drawing import prepare_drawing
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import DrawSpec, Weights
from engine.backprop.why import Seen, Why, explain_image, look
from engine.data.catalogue import find_dataset
from engine.words import grouped
from gui.tabs.backprop.material import Trained, trained_beforehand


@dataclass(frozen=True, eq=False)
class Reading:
    """An image (28, 28), how it was prepared, what a network sees in it, and why."""

    image: np.ndarray
    note: str
    seen: Seen
    why: Why
    names: tuple[str, ...]
    weights: Weights
    reader: Trained


def reader_for(
    weights: Weights, recipe: BackpropSpec, trained: Trained | None
) -> tuple[Weights, Trained]:
    """The network that reads; where nothing is trained yet, the one trained beforehand does."""
    if weights is Weights.FIRST:
        return weights, Trained(build_network(recipe)[0], recipe, 0)
    if weights is Weights.TRAINED and trained is not None:
        return weights, trained
    return Weights.BUNDLED, trained_beforehand()


def read(
    drawing: DrawSpec, weights: Weights, recipe: BackpropSpec, trained: Trained | None
) -> Iterator[Reading]:
    """In a job: prepare the drawing and look at it; raises `DataError` where there is no digit."""
    if drawing.pixels:
        image = np.array(drawing.pixels, dtype=np.uint8).reshape(28, 28)
        note = drawing.file_name
    else:
        prepared = prepare_drawing(drawing.strokes, drawing.pen)
        image, note = prepared.image, prepared.note
    found, reader = reader_for(weights, recipe, trained)
    names = find_dataset(reader.recipe.data.value).class_names
    yield Reading(
        image, note, look(reader.network, image), explain_image(reader.network, image),
        tuple(names), found, reader,
    )


def reader_text(weights: Weights, reader: Trained) -> str:
    """Which network reads, and how good it is."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("DrawScene", text)

    sizes = "-".join(map(str, reader.network.sizes))
    if weights is Weights.FIRST:
        return tr("Read by {sizes} with its first, random weights: not trained at all.").format(
            sizes=sizes
        )
    text = {
        Weights.TRAINED: tr("Read by {sizes} as trained here for {steps} updates"),
        Weights.BUNDLED: tr("Read by {sizes} as trained beforehand, by the homework's recipe"),
    }[weights].format(sizes=sizes, steps=grouped(reader.step))
    if reader.correct is None or reader.total is None:
        return text + "."
    share = tr(": {share:.1f} % of {total} test images right.")
    return text + share.format(
        share=100 * reader.correct / reader.total, total=grouped(reader.total)
    )
