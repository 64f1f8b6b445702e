"""Weights files of grid networks, read by an evaluator that knows nothing but JSON and loops."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from test_grid import points_for, some_network

from engine.errors import ChalknetError, SpecError
from engine.expressivity.grid import GridNetwork, uniform_grid
from engine.expressivity.grid_file import (
    dense_weights,
    read_grid_weights,
    to_torch,
    write_grid_weights,
)


def evaluated(path: Path, point: list[float]) -> float:
    """What anyone would write who has only the file and its description."""
    document = json.loads(path.read_text(encoding="utf-8"))
    values = list(point)
    for layer in document["layers"]:
        sums = []
        for row, bias in zip(layer["weight"], layer["bias"], strict=True):
            sums.append(sum(w * v for w, v in zip(row, values, strict=True)) + bias)
        if layer["activation"] == "step":
            values = [1 if z > 0 else document["u0"] if z == 0 else 0 for z in sums]
        else:
            assert layer["activation"] == "linear"
            values = sums
    (output,) = values
    return output


CASES = [(d, n, u0) for d, n in [(1, 1), (1, 6), (2, 1), (2, 5), (3, 3)] for u0 in (0, 1)]


@pytest.mark.parametrize(("d", "n", "at_zero"), CASES)
def test_the_file_is_the_network(tmp_path: Path, d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    write_grid_weights(tmp_path / "weights.json", network)
    points = points_for(network, 80)
    assert [evaluated(tmp_path / "weights.json", p) for p in points.tolist()] == network(
        points
    ).tolist()


@pytest.mark.parametrize(("d", "n", "at_zero"), CASES)
def test_reading_gives_the_same_bits(tmp_path: Path, d: int, n: int, at_zero: int):
    network = some_network(d, n, at_zero)
    write_grid_weights(tmp_path / "weights.json", network)
    again = read_grid_weights(tmp_path / "weights.json")
    assert np.array_equal(again.edges, network.edges)
    assert np.array_equal(again.heights, network.heights)
    assert again.at_zero == at_zero


def test_blocks_of_rows_join(tmp_path: Path):
    """2,500 cells are two full blocks and a half."""
    network = uniform_grid(np.arange(2500.0).reshape(50, 50), 2.0)
    write_grid_weights(tmp_path / "weights.json", network)
    layers = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))["layers"]
    assert [np.shape(layer["weight"]) for layer in layers] == [(102, 2), (2500, 102), (1, 2500)]
    assert [len(layer["bias"]) for layer in layers] == [102, 2500, 1]
    assert np.array_equal(layers[1]["weight"], network.cell_weights(0, 2500))
    numbers = sum(np.size(layer["weight"]) + len(layer["bias"]) for layer in layers)
    assert numbers == dense_weights(network)
    assert np.array_equal(read_grid_weights(tmp_path / "weights.json").heights, network.heights)


@pytest.mark.parametrize(("d", "n", "at_zero"), CASES)
def test_the_torch_module_is_the_network(d: int, n: int, at_zero: int):
    import torch

    network = some_network(d, n, at_zero)
    points = points_for(network)
    with torch.no_grad():
        output = to_torch(network)(torch.from_numpy(points))
    assert output.shape == (len(points), 1)
    assert np.array_equal(output[:, 0].numpy(), network(points))


def test_too_many_weights_are_refused_in_one_sentence(tmp_path: Path):
    network = uniform_grid(np.zeros((300, 300)), 1.0)
    with pytest.raises(SpecError, match="54,361,807") as refusal:
        write_grid_weights(tmp_path / "weights.json", network)
    assert str(refusal.value).count(".") == 1
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SpecError, match="use fewer cells"):
        to_torch(network)


def written(network: GridNetwork, path: Path) -> dict:
    write_grid_weights(path, network)
    return json.loads(path.read_text(encoding="utf-8"))


def break_activation(document: dict) -> None:
    document["layers"][1]["activation"] = "relu"


def break_and(document: dict) -> None:
    document["layers"][1]["weight"][2][1] = 1


def break_threshold(document: dict) -> None:
    document["layers"][1]["bias"][0] = -2.5


def break_shape(document: dict) -> None:
    document["layers"][1]["weight"].pop()


def break_row(document: dict) -> None:
    document["layers"][0]["weight"][1].append(1)


def break_first(document: dict) -> None:
    document["layers"][0]["weight"][0] = [1, 1]


def break_empty(document: dict) -> None:
    document["layers"][0]["weight"] = [[]]


def break_u0(document: dict) -> None:
    document["u0"] = 0.5


def break_heights(document: dict) -> None:
    document["layers"][2]["weight"][0].append(3)


def break_output_bias(document: dict) -> None:
    document["layers"][2]["bias"] = [1]


def break_order(document: dict) -> None:
    document["layers"][0]["bias"].reverse()


def break_layers(document: dict) -> None:
    document["layers"].pop()


def break_number(document: dict) -> None:
    document["layers"][0]["bias"][0] = "x"


@pytest.mark.parametrize(
    "damage",
    [value for name, value in sorted(globals().items()) if name.startswith("break_")],
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage):
    path = tmp_path / "weights.json"
    document = written(some_network(2, 3), path)
    damage(document)
    path.write_text(json.dumps(document), encoding="utf-8")
    sentence = "grid network|must rise along every axis|is no weights file|biases of shape"
    with pytest.raises(ChalknetError, match=sentence):
        read_grid_weights(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 5000, "\udcff", '{"u0": 0}', "null"])
def test_no_weights_at_all(tmp_path: Path, text: str):
    path = tmp_path / "weights.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ChalknetError, match=r"no weights file|holds no grid network"):
        read_grid_weights(path)


def test_a_file_that_cannot_be_read_or_written(tmp_path: Path):
    with pytest.raises(ChalknetError, match="cannot be read"):
        read_grid_weights(tmp_path / "absent.json")
    (tmp_path / "plain").write_text("", encoding="utf-8")
    with pytest.raises(ChalknetError, match="name another file"):
        write_grid_weights(tmp_path / "plain" / "weights.json", some_network(2, 2))
