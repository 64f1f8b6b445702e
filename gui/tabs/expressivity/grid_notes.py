"""What the notes say on the four pages of scene 4."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from engine.expressivity.cost import cell_neurons, dimension_passing, edge_neurons
from engine.expressivity.grid_fit import GridFit
from engine.expressivity.grid_spec import GridHeights, PointSource, SparsitySpec
from engine.expressivity.sparsity import Sparsity
from engine.words import grouped
from gui.tabs.expressivity.grid_conditions import is_met, signed
from gui.tabs.expressivity.grid_cost import readable
from gui.tabs.expressivity.grid_sparsity import share_text
from gui.widgets.scene_notes import Number, SceneNotes

ATOMS = 10**80
CELL = r"c(x, y) = u( u_1 - u_2 + u_3 - u_4 - \frac{3}{2} )"


def _tr(text: str) -> str:
    return QCoreApplication.translate("GridScene", text)


def fields_notes(fit: GridFit, l2: float | None) -> SceneNotes:
    """Errors and neurons; `l2` is None while it has not been measured yet."""
    sizes, lipschitz = fit.network.layer_sizes(), fit.function.lipschitz
    if not lipschitz.exists:
        sentence = _tr("f jumps or is infinitely steep, so no number of cells bounds the largest "
                       "error. The mean error still goes to 0.")
    else:
        sentence = _tr("Each cell is a box, and a box in two dimensions is an AND of four steps. "
                       "The largest error is at most the bound.")
    numbers = [
        Number(_tr("layer 1"), grouped(sizes[1]), key="grid_edge_neurons"),
        Number(_tr("layer 2"), grouped(sizes[2]), key="grid_cell_neurons"),
        Number(_tr("hidden neurons"), grouped(fit.network.hidden_neurons), "train",
               key="grid_hidden_neurons"),
        Number(_tr("largest error"), f"{fit.errors.sup:.3g}", "error", key="grid_sup_error"),
        Number(_tr("bound"), f"{fit.bound:.3g}" if math.isfinite(fit.bound) else _tr("none"),
               key="grid_bound"),
        Number(_tr("L² error"), "…" if l2 is None else f"{l2:.3g}", key="grid_l2_error"),
        Number(_tr("Lipschitz L"), f"{lipschitz.value:.3g}" if lipschitz.exists else "∞",
               key="grid_lipschitz"),
    ]
    is_mean = fit.spec.heights is GridHeights.MEAN
    bound = r"0.765 L \frac{2B}{k}" if is_mean else r"\sqrt{2} L \frac{B}{k}"
    return SceneNotes(
        _tr("A box in two dimensions is an AND"), sentence,
        r"\max |f - y| \leq " + bound if lipschitz.exists else r"y = \sum_c h_c c(x, y)", numbers,
    )


def cell_notes(fit: GridFit, at: tuple[float, float]) -> SceneNotes:
    """The dissected cell at a point."""
    cell = fit.network.dissect(fit.spec.shown_cell)
    now = cell.at(at)
    missed = sum(not is_met(n, u) for n, u in zip(cell.neurons, now.edges, strict=True))
    sentence = _tr("A product of steps is no neuron, a sum with a threshold is: only where all "
                   "four conditions hold does the sum exceed 3/2.")
    return SceneNotes(
        _tr("A box in two dimensions is an AND"), sentence, CELL,
        [
            Number(_tr("conditions missed"), str(missed), "error" if missed else "",
                   key="conditions_missed"),
            Number(_tr("AND before its step"), signed(now.pre_activation), key="and_pre"),
            Number(_tr("AND"), str(now.fires), "train", key="and_fires"),
            Number(_tr("height h"), signed(cell.height), key="cell_height"),
            Number(_tr("adds"), signed(now.contribution), "train", key="cell_adds"),
        ],
    )


def cost_notes(cells: int, dimension: int) -> SceneNotes:
    """Neurons of both layers at the chosen d."""
    passing = dimension_passing(ATOMS, cells)
    if passing is None:
        sentence = _tr("With one cell per axis there is one cell, whatever d is.")
    else:
        sentence = _tr("The thresholds are shared by all cells and stay few. The cells do not: "
                       "from d = {d} on they outnumber the atoms of the universe.")
        sentence = sentence.format(d=passing)
    return SceneNotes(
        _tr("The blow-up is in the second layer"), sentence, r"d (k + 1) + k^d",
        [
            Number(_tr("dimensions d"), f"{dimension}", key="dimension"),
            Number(_tr("cells per axis k"), f"{cells}", key="cells_per_axis"),
            Number(_tr("layer 1"), readable(edge_neurons(dimension, cells)), "train",
                   key="cost_layer1"),
            Number(_tr("layer 2"), readable(cell_neurons(dimension, cells)), "twin",
                   key="cost_layer2"),
        ],
    )


def sparsity_notes(spec: SparsitySpec, points: list[Sparsity]) -> SceneNotes:
    """The last d that has been measured."""
    sentence = _tr("N points fill at most N of the kᵈ cells. The heights of all others are a "
                   "guess: no data say what they should be.")
    if spec.source is not PointSource.UNIFORM:
        sentence += " " + _tr("Real images crowd into fewer cells than uniform points.")
    numbers = []
    if points:
        last = points[-1]
        numbers = [
            Number(_tr("dimensions d"), str(last.dimension), key="dimension"),
            Number(_tr("cells"), readable(last.cells), "error", key="cells"),
            Number(_tr("occupied"), grouped(last.occupied), "train", key="occupied"),
            Number(_tr("share"), share_text(last.occupied_share, last.log10_occupied_share),
                   key="occupied_share"),
        ]
    return SceneNotes(_tr("Space is empty"), sentence, r"1 - (1 - k^{-d})^N \leq N k^{-d}", numbers)
