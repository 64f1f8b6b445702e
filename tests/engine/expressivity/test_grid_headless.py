"""The numbers of `fit --dims 2`, and the file that it writes, evaluated by loops."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from test_grid_file import evaluated

from engine.errors import ChalknetError, FormulaError, SpecError
from engine.expressivity.grid_headless import run_grid_fit


def fit(target: str, **settings: object) -> dict:
    defaults = {"interval": 2.0, "pieces": 6, "heights": "midpoint", "weights": None}
    return run_grid_fit(**{"target": target, **defaults, **settings})


def test_the_result_is_json_and_right():
    result = fit("x + y", pieces=8)
    assert json.loads(json.dumps(result)) == result
    assert result["layer_sizes"] == [2, 18, 64, 1]
    assert result["hidden_neurons"] == 18 + 64
    # A plane: L = √2, and the midpoint bound L·√2·B/k is met in the corners.
    assert result["lipschitz"] == pytest.approx(math.sqrt(2))
    assert result["bound"] == pytest.approx(2 * 2 / 8)
    assert result["sup_error"] == pytest.approx(0.5, rel=1e-6)
    assert [abs(v) for v in result["sup_at"]] == pytest.approx(
        [abs(round(v * 2) / 2) for v in result["sup_at"]], abs=1e-6
    ), "a corner of a cell"
    # Var of U + V on a cell of side δ is δ²/6.
    assert result["l2_error"] == pytest.approx(math.sqrt(16 * 0.25 / 6))
    assert result["mean_square_error"] == pytest.approx(0.25 / 6)


def test_the_weights_are_the_function_that_was_fitted(tmp_path: Path):
    path = tmp_path / "weights.json"
    fit("sin(x)*cos(y)", pieces=6, weights=path)
    edges = np.linspace(-2, 2, 7)
    middles = (edges[:-1] + edges[1:]) / 2
    rng = np.random.default_rng(0)
    for x, y in [*rng.uniform(-2, 2, (60, 2)), (-2, -2), (2, 2), (0, 0), (5, 0), (0, -2.0001)]:
        # Cells (a, b], because the file says u(0) = 0.
        i, j = (int(np.searchsorted(edges, v, side="left")) - 1 for v in (x, y))
        inside = 0 <= i < 6 and 0 <= j < 6
        wanted = math.sin(middles[i]) * math.cos(middles[j]) if inside else 0.0
        assert evaluated(path, [float(x), float(y)]) == pytest.approx(wanted, abs=1e-14)
    assert json.loads(path.read_text(encoding="utf-8"))["u0"] == 0


def test_a_function_without_a_constant_has_no_bound():
    result = fit("1 if x > 0.1 else 0")
    assert (result["bound"], result["lipschitz"]) == (None, None)
    assert result["sup_error"] == 1.0
    assert fit("disc")["bound"] is None


@pytest.mark.parametrize(
    ("settings", "kind", "sentence"),
    [
        ({"target": "sin("}, FormulaError, "too early"),
        ({"target": "x", "pieces": 201}, SpecError, "from 1 to 200"),
        ({"target": "x", "heights": "left"}, SpecError, "midpoint, mean, mid_range"),
        ({"target": "x", "interval": -1.0}, SpecError, "Half-width B must be"),
        ({"target": "painted"}, FormulaError, "no name painted"),
    ],
)
def test_one_sentence_for_each_mistake(settings: dict, kind: type, sentence: str):
    with pytest.raises(kind, match=sentence):
        fit(**settings)


def test_a_file_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "plain").write_text("", encoding="utf-8")
    with pytest.raises(ChalknetError, match="cannot be written"):
        fit("x", weights=tmp_path / "plain" / "weights.json")
