"""The model summary of a recipe: shapes and parameter counts, without building the network."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from engine.training.recipe import Output, Recipe
from engine.words import say


@dataclass(frozen=True)
class LayerSummary:
    """One row of the model summary; `parameters` counts the trainable ones."""

    name: str
    description: str
    output_size: int
    parameters: int


def summarize(recipe: Recipe) -> list[LayerSummary]:
    """The layers of a recipe with output sizes and trainable parameters, without building them.

    For the homework's 784-256-128-64-10 the parameters add up to 242,762.
    """
    rows = []
    sizes = recipe.layer_sizes
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        rows.append(
            LayerSummary(
                f"linear{number}", f"{fan_in} → {fan_out}", fan_out, fan_in * fan_out + fan_out
            )
        )
        if number < len(sizes) - 1:
            if recipe.batch_norm:
                rows.append(LayerSummary(f"norm{number}", say("batch norm"), fan_out, 2 * fan_out))
            rows.append(LayerSummary(f"activation{number}", recipe.activation.label, fan_out, 0))
            if recipe.dropout:
                rows.append(LayerSummary(f"dropout{number}", f"p = {recipe.dropout:g}", fan_out, 0))
    if recipe.output is Output.SOFTMAX:
        rows.append(LayerSummary("softmax", say("over the classes"), sizes[-1], 0))
    return rows
