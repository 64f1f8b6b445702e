"""What is noteworthy in a fit: each hint with its condition, its reason, its remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.expressivity.grid_spec import PointSource
from engine.expressivity.spec import Breakpoints, Edges, Heights, PieceActivation
from engine.expressivity.tab_spec import ExpressivitySpec, GridPage, Scene
from engine.lessons.facts import Facts
from engine.lessons.hints import Hint, Numbers, number
from engine.words import later

#: A remedy that makes an error less than this share of what it is, is worth a word.
MUCH_BETTER = 0.4
#: Fits of more pieces than this take too long to be tried on the side.
MOST_TRIED = 100
#: Sigmoids less steep than this blur their jumps over the piece.
FLAT = 5.0
#: log10 of the atoms in the universe.
ATOMS = 80
_Find = Callable[[ExpressivitySpec, Facts], Numbers | None]


def _in(scene: Scene, find: _Find) -> _Find:
    """A condition on what one scene shows."""
    return lambda spec, facts: find(spec, facts) if spec.scene is scene else None


def _no_edge(spec: ExpressivitySpec, _: Facts) -> Numbers | None:
    return {"bias": spec.neuron.bias} if spec.neuron.weight == 0 else None


def _edge_outside(spec: ExpressivitySpec, _: Facts) -> Numbers | None:
    edge, reach = spec.neuron.edge, spec.neuron.half_width
    return {"edge": edge, "reach": reach} if edge is not None and abs(edge) > reach else None


def _jump(_: ExpressivitySpec, facts: Facts) -> Numbers | None:
    """A fit that is there, and a Lipschitz constant that is no number: f jumps."""
    error = number(facts, "sup_error")
    if error is None or facts.value("lipschitz") is not None:
        return None
    doubled = number(facts, "sup_error_doubled")
    return None if doubled is None else {"error": error, "doubled": doubled}


def _naive(spec: ExpressivitySpec, _: Facts) -> Numbers | None:
    function = spec.function
    is_naive = function.edges is Edges.NAIVE and function.activation is not PieceActivation.RELU
    if not is_naive or function.pieces < 2:
        return None
    return {"naive": 2 * function.pieces, "shared": function.pieces + 1}


def _left(spec: ExpressivitySpec, facts: Facts) -> Numbers | None:
    function = spec.function
    is_relu = function.activation is PieceActivation.RELU
    if function.heights is not Heights.LEFT or is_relu or function.pieces > MOST_TRIED:
        return None
    by_heights = facts.value("sup_by_heights")
    if not isinstance(by_heights, Mapping):
        return None
    left, middle = by_heights["left"], by_heights["midpoint"]
    return {"left": left, "middle": middle} if middle < 0.8 * left else None


def _steep(spec: ExpressivitySpec, facts: Facts) -> Numbers | None:
    function = spec.function
    if function.breakpoints is Breakpoints.ADAPTIVE or not 1 < function.pieces <= MOST_TRIED:
        return None
    if function.heights.norm.value != "sup" or function.activation is not PieceActivation.STEP:
        return None
    even, adaptive = number(facts, "sup_error"), number(facts, "sup_error_adaptive")
    if even is None or adaptive is None or not adaptive < MUCH_BETTER * even:
        return None
    return {"even": even, "adaptive": adaptive}


def _blurred(spec: ExpressivitySpec, _: Facts) -> Numbers | None:
    function = spec.function
    is_sigmoid = function.activation is PieceActivation.SIGMOID
    if not is_sigmoid or function.steepness >= FLAT:
        return None
    return {"kappa": function.steepness, "share": 4 / function.steepness}


def _grid_jump(spec: ExpressivitySpec, facts: Facts) -> Numbers | None:
    error = number(facts, "grid_sup_error")
    if spec.grid_page not in (GridPage.FIELDS, GridPage.CELL) or error is None:
        return None
    if facts.value("grid_bound") is not None:
        return None
    return {"error": error, "cells": spec.grid.cells}


def _blow_up(spec: ExpressivitySpec, facts: Facts) -> Numbers | None:
    power = number(facts, "log10_cells")
    if spec.grid_page is not GridPage.COST or power is None or power < ATOMS:
        return None
    return {"power": power, "dimension": spec.sparsity.dimension}


def _empty(spec: ExpressivitySpec, facts: Facts) -> Numbers | None:
    share = number(facts, "expected_share")
    is_uniform = spec.sparsity.source is PointSource.UNIFORM
    if spec.grid_page is not GridPage.SPARSITY or not is_uniform or share is None or share > 0.01:
        return None
    return {"share": share, "points": spec.sparsity.points, "dimension": spec.sparsity.dimension}


def _change(
    part: str, **changes: object
) -> Callable[[ExpressivitySpec], ExpressivitySpec]:
    return lambda spec: spec.replaced(**{part: getattr(spec, part).replaced(**changes)})


def _fit(**changes: object) -> Callable[[ExpressivitySpec], ExpressivitySpec]:
    return lambda spec: spec.with_function(spec.function.replaced(**changes))


def _finer(spec: ExpressivitySpec) -> ExpressivitySpec:
    return spec.with_function(spec.function.replaced(pieces=min(4 * spec.function.pieces, 100_000)))


def _finer_grid(spec: ExpressivitySpec) -> ExpressivitySpec:
    return spec.replaced(grid=spec.grid.replaced(cells=min(2 * spec.grid.cells, 200)))


HINTS = (
    Hint(
        "expressivity/no_edge",
        later("With w = 0 the neuron sees no x: it gives the same for every x, whatever b = "
              "{{bias:.3g}} is."),
        _in(Scene.NEURON, _no_edge),
        later("The edge lies where w·x + b = 0. Without a weight there is no such x."),
        r"s = -\frac{b}{w}",
        later("w = 1"), _change("neuron", weight=1.0), ("1a", "One neuron is a switch"),
    ),
    Hint(
        "expressivity/edge_outside",
        later("The edge, s = {{edge:.3g}}, lies outside the interval [−{{reach:.3g}}, "
              "{{reach:.3g}}], so nothing of it is to be seen."),
        _in(Scene.NEURON, _edge_outside),
        later("The bias moves the edge to −b/w. Dividing by a small w, it moves far."),
        r"s = -\frac{b}{w}",
        later("The edge at 0"), _change("neuron", bias=0.0), ("1a", "One neuron is a switch"),
    ),
    Hint(
        "expressivity/jump",
        later("f jumps, so no bound holds: the largest error is {{error:.3g}}, and with twice the "
              "pieces {{doubled:.3g}}."),
        _in(Scene.FUNCTION, _jump),
        later("The bound is L·B/n, and L, the steepest slope, is infinite at a jump. The piece "
              "that the jump lies in is off by half of it at least, however narrow it is."),
        r"\max |f - y| \leq \frac{L B}{n}, \quad L = \infty",
        later("Four times the pieces"), _finer, ("1b", "Where it fails"),
    ),
    Hint(
        "expressivity/naive",
        later("{{naive:,}} neurons are in use, and {{shared:,}} give the very same function."),
        _in(Scene.FUNCTION, _naive),
        later("Where one box ends the next one begins. The two neurons that step there can be "
              "one, with the jump as its output weight."),
        r"\sum_k (h_k - h_{k-1}) \, u(x - x_k)",
        later("Shared edges"), _fit(edges=Edges.SHARED.value), ("1b", "What does it cost?"),
    ),
    Hint(
        "expressivity/left",
        later("Heights at the left end leave an error of {{left:.3g}}; those at the midpoint leave "
              "{{middle:.3g}}."),
        _in(Scene.FUNCTION, _left),
        later("From the left end the right end is δ away, from the midpoint both ends are δ/2 "
              "away: the bound halves."),
        r"L \delta \quad \mathrm{and} \quad \frac{L \delta}{2}",
        later("Midpoints"), _fit(heights=Heights.MIDPOINT.value), ("1b", "Which height is best?"),
    ),
    Hint(
        "expressivity/steep",
        later("f is steep in places: cut there more finely, and the largest error falls from "
              "{{even:.3g}} to {{adaptive:.3g}} with as many neurons."),
        _in(Scene.FUNCTION, _steep),
        later("On even pieces the steepest one decides. Cuts that lie close where f is steep make "
              "all pieces equally wrong."),
        r"\max_i \frac{\max f - \min f}{2}",
        later("Adaptive breakpoints"), _fit(breakpoints=Breakpoints.ADAPTIVE.value),
        ("1b", "Where to cut?"),
    ),
    Hint(
        "expressivity/blurred",
        later("κ = {{kappa:.2g}} is flat: each jump takes {{share:.1f}} times the width of a "
              "piece, and the boxes run into each other."),
        _in(Scene.FUNCTION, _blurred),
        later("A sigmoid rises over about four units of its argument; measured in pieces that is "
              "4/κ."),
        r"\sigma\left(\kappa \, \frac{x - x_k}{\delta}\right)",
        later("κ = 20"), _fit(steepness=20.0), ("1a", "From sigmoid to step"),
    ),
    Hint(
        "expressivity/grid_jump",
        later("f jumps or is infinitely steep, so the largest error, {{error:.3g}}, has no bound, "
              "whatever k is; now k = {{cells}}."),
        _in(Scene.DIMENSIONS, _grid_jump),
        later("A cell that the jump runs through is off by half of it at least. There are fewer "
              "of them as k grows, so the mean error still falls."),
        r"\max |f - y| \leq \sqrt{2} \, L \, \frac{B}{k}, \quad L = \infty",
        later("Twice as fine"), _finer_grid, ("1c", "Finer cells"),
    ),
    Hint(
        "expressivity/blow_up",
        later("In {{dimension}} dimensions layer 2 has 10 to the power of {{power:.0f}} neurons, "
              "more than there are atoms in the universe."),
        _in(Scene.DIMENSIONS, _blow_up),
        later("Thresholds are shared by all cells: d·(k + 1) of them. Cells are not: each has a "
              "neuron of its own, and every further dimension multiplies their number by k."),
        r"d (k + 1) + k^d",
        later("Who fills the cells?"), lambda spec: spec.replaced(grid_page=GridPage.SPARSITY),
        ("1c", "The bill"),
    ),
    Hint(
        "expressivity/empty",
        later("In {{dimension}} dimensions {{points:,}} points fill {{share:.1e}} of the cells; "
              "the heights of all others are a guess."),
        _in(Scene.DIMENSIONS, _empty),
        later("N points lie in at most N cells. What a cell without a point should be, no data "
              "tell. Real images crowd into far fewer cells than uniform points, and that is "
              "what makes learning possible."),
        r"1 - (1 - k^{-d})^N \leq N k^{-d}",
        later("Images instead"), _change("sparsity", source=PointSource.PCA.value),
        ("1c", "But real data learns"),
    ),
)
