"""`python main.py fit`, as a script would call it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain_evaluation import evaluate

from engine import cli

SINE = ["--target", "sin(3*x)", "--interval", "2", "--pieces", "64", "--heights", "midpoint"]


def fit(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert cli.run(["fit", *arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    result: dict[str, Any] = json.loads(captured.out)
    return result


def test_what_the_json_says(capsys: pytest.CaptureFixture[str]):
    result = fit(capsys, *SINE)
    assert result["hidden_neurons"] == 65
    assert result["layer_sizes"] == [1, 65, 1]
    assert result["lipschitz"] == pytest.approx(3)
    assert result["bound"] == pytest.approx(3 * 2 / 64)
    assert 0.9 * result["bound"] < result["sup_error"] < result["bound"]
    assert fit(capsys, *SINE, "--naive")["hidden_neurons"] == 128
    assert fit(capsys, *SINE, "--adaptive")["sup_error"] < result["sup_error"]
    assert fit(capsys, *SINE, "--activation", "relu")["sup_error"] < 0.01
    assert fit(capsys, *SINE, "--activation", "sigmoid")["u0"] == 0.0


@pytest.mark.parametrize(
    "options", [["--shared"], ["--naive"], ["--naive", "--u0", "1"], ["--adaptive"],
                ["--activation", "relu"], ["--activation", "sigmoid", "--steepness", "7"]],
)  # fmt: skip
def test_the_weights_file_is_the_network(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "weights.json"
    result = fit(capsys, *SINE, *options, "--weights", str(file))
    network = json.loads(file.read_text(encoding="utf-8"))
    hidden, output = network["layers"]
    assert (len(hidden["weight"]), len(hidden["weight"][0])) == (result["hidden_neurons"], 1)
    assert len(output["weight"]) == 1
    x = np.concatenate([np.random.default_rng(0).uniform(-2, 2, 3000), [-2, 2]])
    error = [abs(evaluate(network, [float(at)])[0] - np.sin(3 * at)) for at in x]
    assert max(error) == pytest.approx(result["sup_error"], rel=0.02)
    assert max(error) <= result["sup_error"] * (1 + 1e-9)


def test_presets_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    result = fit(capsys, "--preset-target", "sawtooth")
    assert (result["lipschitz"], result["bound"]) == (None, None)
    file = tmp_path / "points.csv"
    file.write_text("x;y\n-4;0\n4;2\n", encoding="utf-8")
    result = fit(capsys, "--csv", str(file))
    assert (result["interval"], result["lipschitz"]) == (4.0, 0.25)


def test_repairs_of_a_csv_file_go_to_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "points.csv"
    file.write_text("1,0\n0,2\n3,nan\n", encoding="utf-8")
    assert cli.run(["fit", "--csv", str(file), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["lipschitz"] == 2.0
    assert "Line 3 was left out" in captured.err
    assert "sorted" in captured.err


def test_text_for_people(capsys: pytest.CaptureFixture[str]):
    assert cli.run(["fit", *SINE]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["target", "sin(3*x)"]
    assert any("65 (1-65-1)" in line for line in lines)
    assert cli.run(["fit", "--dims", "2", "--pieces", "4"]) == 0
    assert "along each axis" in capsys.readouterr().out


def test_two_dimensions(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "grid.json"
    result = fit(
        capsys, "--dims", "2", "--target", "sin(x)*cos(y)", "--pieces", "5", "--interval", "1",
        "--weights", str(file),
    )  # fmt: skip
    assert result["layer_sizes"] == [2, 12, 25, 1]
    assert json.loads(file.read_text(encoding="utf-8"))["layers"][0]["activation"] == "step"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "sin("], "At the end (character 5)"),
        (["--target", "__import__('os')"], "no function __import__"),
        (["--target", "9**9**9"], "not finite at x = -3"),
        (["--target", "1/x"], "not finite at x = 0"),
        (["--target", "x", "--preset-target", "sine"], "three targets"),
        (["--preset-target", "foo"], "must be one of sine"),
        (["--pieces", "0"], "Pieces n must be a whole number from 1 to 100,000"),
        (["--interval", "0"], "Interval [−B, B] must be a number from"),
        (["--interval", "nan"], "Interval [−B, B] must be a number from"),
        (["--heights", "foo"], "Heights must be one of midpoint"),
        (["--activation", "tanh"], "Neuron must be one of step, sigmoid, relu"),
        (["--csv", "no/such/file.csv"], "cannot be read"),
        (["--dims", "2", "--adaptive"], "With --dims 2 only"),
        (["--dims", "2", "--naive"], "With --dims 2 only"),
        (["--weights", "main.py/weights.json"], "cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
):
    assert cli.run(["fit", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1
