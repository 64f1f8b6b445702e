"""`python main.py probe`, and the schemes trained side by side."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
import torch

from engine import cli
from engine.data.images import load_images
from engine.errors import SpecError
from engine.initialization.compare_training import (
    GaveUp,
    LossPoint,
    TrainedScore,
    Working,
    train_schemes,
    training_recipe,
)
from engine.initialization.probe import scheme_weights, standard_draw_of
from engine.initialization.spec import Activation, ProbeSpec

NUMBERS = {"measured", "standard_error", "theory"}
SERIES = (
    "mean_square_pre", "mean_square_post", "variance_post", "unit_variance_post",
    "gradient_mean_square",
)  # fmt: skip
SMALL = ["--batch", "16", "--seeds", "2"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(["probe", *arguments])
    out, errors = capsys.readouterr()
    return code, out, errors


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict]:
    code, out, errors = run(capsys, *arguments, "--json")
    assert (code, errors) == (0, "")
    return [json.loads(line, parse_constant=pytest.fail) for line in out.splitlines()]


def test_a_line_for_each_scheme_and_layer(capsys: pytest.CaptureFixture[str]):
    found = lines(
        capsys, "--widths", "784,64x3,10", "--activation", "relu",
        "--schemes", "he,xavier_normal,1/n_in", "--input", "gaussian", *SMALL,
    )
    assert [(line["scheme"], line["layer"]) for line in found] == [
        (scheme, layer) for scheme in ("he", "xavier_normal", "1/n_in") for layer in (1, 2, 3, 4)
    ]
    fans = list(pairwise((784, 64, 64, 64, 10)))
    for line in found:
        assert list(line) == ["scheme", "layer", "fan_in", "fan_out", *SERIES]
        assert (line["fan_in"], line["fan_out"]) == fans[line["layer"] - 1]
        for name in SERIES:
            assert set(line[name]) == NUMBERS
            numbers = line[name]
            assert abs(numbers["measured"] - numbers["theory"]) < 5 * numbers["standard_error"]
    assert found[0]["mean_square_pre"]["theory"] == pytest.approx(2)
    assert found[0]["mean_square_post"]["theory"] == pytest.approx(1)
    assert found[3]["gradient_mean_square"]["theory"] == 1


def test_formulas_with_commas_and_numbers(capsys: pytest.CaptureFixture[str]):
    schemes = "1/max(n_in, n_out),constant:0.1,all_equal:0.5"
    found = lines(capsys, "--widths", "6,4", "--schemes", schemes, "--v", "2", *SMALL)
    assert [line["scheme"] for line in found] == [
        "1/max(n_in, n_out)", "constant:0.1", "all_equal:0.5",
    ]
    theory = [line["mean_square_pre"]["theory"] for line in found]
    assert theory == pytest.approx([4, 6 * 0.01 * 4, 6 * 0.25 * 4])


def test_what_is_not_finite_is_null(capsys: pytest.CaptureFixture[str]):
    found = lines(capsys, "--widths", "64x31", "--schemes", "constant:100", *SMALL)
    assert found[0]["mean_square_pre"]["measured"] > 0
    assert found[-1]["mean_square_pre"]["measured"] is None
    assert found[0]["gradient_mean_square"]["measured"] is None
    assert found[-1]["mean_square_pre"]["theory"] > 1e100


def test_text_for_people(capsys: pytest.CaptureFixture[str]):
    arguments = ["--widths", "32x21", "--schemes", "1/n_in,constant:100"]
    code, out, _ = run(capsys, *arguments, *SMALL)
    assert code == 0
    assert "32x21, ReLU, Gaussian, batch 16, 2 seeds, float32" in out
    assert "per layer: gone by layer" in out
    assert "inf from layer" in out
    assert out.count("\n   20  32 → 32") == 2
    assert "no gradient" in out


def test_presets_images_and_precision(capsys: pytest.CaptureFixture[str]):
    found = lines(
        capsys, "--preset", "homework_4", "--loss", "cross_entropy", "--dtype", "float64", *SMALL
    )
    assert len(found) == 9
    last = found[2]["gradient_mean_square"]
    assert last["measured"] == last["theory"]
    assert 0.05 < last["measured"] < 0.2
    again = lines(capsys, "--preset", "homework_4", "--loss", "cross_entropy", "--dtype",
                  "float64", *SMALL)
    assert again == found


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--schemes", "foo"], "no scheme “foo”"),
        (["--schemes", "2/(n_in"], "(character 3)"),
        (["--schemes", "n_in - 1000"], "For n_in = 256, n_out = 256 the formula gives -744"),
        (["--widths", "3,x"], "“x” is no width"),
        (["--activation", "step"], "Activation must be one of linear, relu"),
        (["--seeds", "0"], "Seeds must be a whole number from 1 to 100"),
        (["--input", "mnist"], "the first width is 784"),
        (["--preset", "huge"], "no preset “huge”"),
        (["--schemes", ""], "Schemes: 0 cannot be compared"),
    ],
)
def test_one_sentence_for_bad_input(
    capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
):
    code, out, errors = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert part in errors
    assert errors.count("\n") == 1


# --- train these ----------------------------------------------------------------------------------


def probe_spec(**changes) -> ProbeSpec:
    return ProbeSpec(widths="30,24,16,7", schemes=("he", "pytorch", "orthogonal")).replaced(
        **changes
    )


def test_schemes_are_trained_side_by_side_on_the_same_images():
    images = load_images("fashion_mnist")
    spec = probe_spec()
    events = [e for e in train_schemes(spec, images, steps=5) if not isinstance(e, Working)]
    points = [event for event in events if isinstance(event, LossPoint)]
    assert [(p.step, p.scheme) for p in points] == [
        (step, scheme) for step in range(1, 6) for scheme in range(3)
    ]
    scores = [event for event in events if isinstance(event, TrainedScore)]
    assert {(s.scheme, s.step) for s in scores} == {(n, step) for n in range(3) for step in (0, 5)}
    again = [e for e in train_schemes(spec, images, steps=5) if isinstance(e, LossPoint)]
    assert again == points


def test_the_start_is_the_probes_draw():
    """The loss before any step, by plain NumPy from the probe's own weights."""
    images = load_images("mnist")
    spec = probe_spec(
        widths="784,24,16,10", input="mnist", activation="silu", bias_variance=0.2,
    )
    starts = [
        e for e in train_schemes(spec, images, steps=1)
        if isinstance(e, TrainedScore) and e.step == 0
    ]
    x = images.test_images.reshape(-1, 784) / 255
    for number, scheme in enumerate(spec.scheme_list):
        draws = [
            next(w for w in standard_draw_of(spec, scheme.law, 0, layer) if w is not None)
            for layer in range(3)
        ]
        weights = scheme_weights(spec, scheme, draws, 0)
        a = x
        for layer in range(3):
            a = a @ (weights.scales[layer] * draws[layer]) + weights.biases[layer]
            if layer < 2:
                a = a / (1 + np.exp(-a))
        labels = torch.tensor(images.test_labels.astype(np.int64))
        loss = torch.nn.functional.cross_entropy(torch.tensor(a), labels)
        assert starts[number].test_loss == pytest.approx(float(loss), rel=1e-5)
        right = (a.argmax(axis=1) == images.test_labels).mean()
        assert starts[number].test_accuracy == pytest.approx(right, abs=2e-3)


def test_a_scheme_that_diverges_gives_up_alone():
    images = load_images("fashion_mnist")
    spec = probe_spec(schemes=("constant:100", "he"), widths="9,30,30,30,30,5")
    events = list(train_schemes(spec, images, steps=4))
    assert {e.scheme for e in events if isinstance(e, GaveUp)} == {0}
    assert [e.step for e in events if isinstance(e, LossPoint) and e.scheme == 1] == [1, 2, 3, 4]


def test_what_is_too_large_to_train_is_told():
    images = load_images("fashion_mnist")
    with pytest.raises(SpecError, match="Hidden layers"):
        training_recipe(ProbeSpec(widths="64x80"), images)


@pytest.mark.parametrize("activation", Activation)
def test_every_activation_can_be_trained(activation: Activation):
    images = load_images("fashion_mnist")
    recipe = training_recipe(probe_spec(activation=activation), images)
    assert recipe.activation.label == activation.label
    assert recipe.hidden == (24, 16)
