"""Theory beside measurement, forwards and backwards; order and chaos; verdicts; the derivation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.data.images import load_images
from engine.initialization.chaos import (
    chaos_map,
    correlation_path,
    edge_of_chaos,
    fixed_points,
    variance_path,
)
from engine.initialization.derivation import derivation
from engine.initialization.inputs import draw_inputs, input_moments
from engine.initialization.moments import moments, pair_gap
from engine.initialization.presets import find_preset
from engine.initialization.probe import probe
from engine.initialization.results import Quantity, Snapshot, Statistic
from engine.initialization.spec import Activation, Precision, ProbeSpec
from engine.initialization.theory import gaussian_inputs, predict
from engine.initialization.verdict import judge

PRE, POST, GRADIENT = Quantity
EVERY_SCHEME = (
    "constant:0.05", "1/n_in", "2/n_in", "1/n_out", "xavier_normal", "xavier_uniform",
    "he_uniform", "pytorch",
)  # fmt: skip
OTHERS = ("orthogonal", "all_equal", "1/sqrt(n_in*n_out)")
HOMEWORK = [
    Activation.LINEAR, Activation.RELU, Activation.LEAKY_RELU, Activation.TANH, Activation.SIGMOID,
]  # fmt: skip


def measured(images=None, **changes) -> Snapshot:
    snapshot = None
    for event in probe(ProbeSpec().replaced(**changes), images):
        if isinstance(event, Snapshot):
            snapshot = event
    assert snapshot is not None
    return snapshot


def check_within_four_errors(snapshot: Snapshot) -> None:
    for result in snapshot.results:
        series = {f"{q.value} {s.value}": found for (q, s), found in result.series.items()}
        series |= {"∂L/∂a": result.gradient_post, "∂L/∂W": result.gradient_weight}
        for name, found in series.items():
            worst = np.abs(found.deviation).max()
            assert worst < 4, f"{result.scheme.text}: {name} is {worst:.1f} standard errors off"


@pytest.mark.parametrize("activation", HOMEWORK)
@pytest.mark.parametrize("schemes", [EVERY_SCHEME, OTHERS], ids=["drawn", "others"])
def test_measurement_is_within_four_standard_errors_of_theory(activation, schemes):
    check_within_four_errors(
        measured(widths="128x21", activation=activation, schemes=schemes, seeds=10, batch_size=32)
    )


@pytest.mark.parametrize("activation", HOMEWORK)
def test_twenty_layers_of_512(activation):
    check_within_four_errors(
        measured(
            widths="512x21", activation=activation, schemes=("2/n_in",), seeds=10, batch_size=32,
            seed=1,
        )
    )


@pytest.mark.parametrize(
    ("widths", "activation"),
    [
        ("1024,512,256,128,64,32", "relu"), ("32,64,128,256,512", "tanh"),
        ("784,256,128,64,10", "gelu"), ("300,200,100,7", "sigmoid"), ("300,200,100,7", "silu"),
    ],
)  # fmt: skip
def test_real_fan_in_and_fan_out(widths: str, activation: str):
    schemes = ("2/n_in", "1/n_out", "xavier_uniform", "pytorch", "orthogonal", "all_equal")
    check_within_four_errors(
        measured(
            widths=widths, activation=activation, schemes=schemes, seeds=8, batch_size=48, v=1.3,
            bias_variance=0.05, seed=2,
        )
    )


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("scaling", ["raw", "normalized"])
def test_pixels_enter_with_their_mean_square(activation: str, scaling: str):
    images = load_images("fashion_mnist")
    snapshot = measured(
        images, widths="784,256x4,10", activation=activation, input="fashion_mnist",
        scaling=scaling, schemes=("2/n_in", "pytorch", "all_equal"), seeds=6, batch_size=96,
    )
    check_within_four_errors(snapshot)
    x = draw_inputs(snapshot.spec, 0, images).x.astype(np.float64)
    assert snapshot.results[0].at(PRE).theory[0] == pytest.approx(2 * (x**2).mean(), rel=1e-6)
    # Pixels are not zero-mean, least of all raw ones: Var(x) would be another number.
    assert scaling == "normalized" or 2 * x.var() < 0.8 * snapshot.results[0].at(PRE).theory[0]


def test_errors_are_honest():
    """Over many probes, deviations in units of their error have about the spread of a normal.

    Neither are errors too small (that would be many beyond 2), nor so large that nothing could
    ever lie outside of them.
    """
    found = []
    for seed in range(50):
        snapshot = measured(
            widths="64x11", activation="relu", schemes=("2/n_in",), seeds=5, batch_size=16,
            seed=1000 * seed,
        )
        result = snapshot.results[0]
        found.append([result.at(q).deviation[5] for q in (PRE, GRADIENT)])
    deviations = np.array(found)
    assert (np.abs(deviations) > 3).mean() < 0.03
    assert ((deviations.std(axis=0) > 0.55) & (deviations.std(axis=0) < 1.25)).all()
    assert (np.abs(deviations.mean(axis=0)) < 0.5).all()


def test_pairs_lose_or_keep_their_difference():
    snapshot = measured(
        widths="400x9", activation="tanh", input="pairs", correlation=0.6, seeds=8,
        schemes=("1/n_in", "4/n_in"), bias_variance=0.05, batch_size=64,
    )
    for result, gain in zip(snapshot.results, (1.0, 4.0), strict=True):
        assert result.cosine.measured == pytest.approx(result.cosine.theory, abs=0.04)
        # The same recursion once more, on pre-activations.
        q, gap = gain + 0.05, np.array([gain * 0.4])
        for layer in range(7):
            one = np.array([q])
            gap = pair_gap(Activation.TANH, one, one, gap)
            second = moments(Activation.TANH, one).second[0]
            assert result.cosine.theory[layer] == pytest.approx(1 - gap[0] / second, rel=1e-9)
            q, gap = gain * second + 0.05, gain * gap
    alike, apart = (result.cosine.theory[6] for result in snapshot.results)
    assert alike > 0.7 > 0.5 > apart


# --- theory by itself -----------------------------------------------------------------------------


def test_homework_2c_by_hand():
    spec = ProbeSpec(widths="100,50,20,10", activation=Activation.RELU, schemes=("1/n_in", "he"))
    loses, holds = (predict(spec, s, gaussian_inputs(3.0)) for s in spec.scheme_list)
    assert loses.pre == pytest.approx([9, 4.5, 2.25], rel=1e-14)
    assert loses.post == pytest.approx([4.5, 2.25, 2.25], rel=1e-14)
    assert holds.post[:2] == pytest.approx([9, 9], rel=1e-14)
    # 2d: ×n_out·σ² through the weights, ×½ through the ReLU.
    middle = (10 * 2 / 20) * 0.5
    assert holds.gradient == pytest.approx([(20 * 2 / 50) * 0.5 * middle, middle, 1], rel=1e-14)
    b = spec.batch_size
    gap = 4.5 * (1 - 1 / math.pi)
    assert loses.unit_variance_post[0] == pytest.approx((1 - 1 / b) * gap, rel=1e-12)


def test_deep_networks_overflow_float64_in_theory_too():
    spec = ProbeSpec(widths="4096x3", schemes=("constant:100",)).replaced(widths="900x61", seeds=1)
    found = predict(spec, spec.scheme_list[0], gaussian_inputs(1.0))
    assert np.isinf(found.pre[-1])
    assert np.isfinite(found.pre[0])
    for name in ("unit_variance_pre", "gradient", "pre_spread", "gradient_spread"):
        assert not np.isnan(getattr(found, name)).any(), name


def test_input_moments_of_images_are_those_of_the_batch():
    images = load_images("mnist")
    spec = ProbeSpec().replaced(widths="784,10", input="mnist", batch_size=96)
    inputs = draw_inputs(spec, 0, images)
    found = input_moments(spec, inputs)
    x = inputs.x.astype(np.float64)
    assert found.mean_squares.mean() == pytest.approx((x**2).mean(), rel=1e-6)
    gaps = (x.var(axis=0).mean()) / (1 - 1 / 96)
    assert found.gaps @ found.weights == pytest.approx(gaps, rel=0.05)
    assert not found.is_drawn


# --- order and chaos ------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize(("gain", "bias"), [(0.6, 0.2), (1.3, 0.05), (1.9, 0.3), (3.5, 0.1)])
def test_fixed_points_stay(activation: Activation, gain: float, bias: float):
    found = fixed_points(activation, gain, bias)
    assert found.sentence.endswith(".")
    if math.isinf(found.variance):
        path = variance_path(activation, gain, bias, 1.0, 400)
        assert path[-1] > 1e4
        return
    q = np.array([found.variance])
    again = gain * moments(activation, q).second[0] + bias
    assert again == pytest.approx(found.variance, rel=1e-9)
    assert found.slope == pytest.approx(gain * moments(activation, q).slope_second[0], rel=1e-9)
    gap = np.array([(1 - found.correlation) * found.variance])
    assert gain * pair_gap(activation, q, q, gap)[0] == pytest.approx(gap[0], abs=1e-7)
    # Both are run to from 1 and from ½.
    path = variance_path(activation, gain, bias, 1.0, 3000)
    assert path[-1] == pytest.approx(found.variance, rel=1e-4)
    path = correlation_path(activation, gain, bias, 0.5, 2000)
    assert path[-1] == pytest.approx(found.correlation, abs=2e-3)
    assert (found.phase == "order") == (found.slope < 1 - 1e-3)


def test_order_draws_inputs_together_and_chaos_apart():
    order = fixed_points(Activation.TANH, 1.2, 0.1)
    chaos = fixed_points(Activation.TANH, 4.0, 0.01)
    assert (order.phase, chaos.phase) == ("order", "chaos")
    assert order.correlation == pytest.approx(1, abs=1e-6)
    assert chaos.correlation < 0.5
    assert fixed_points(Activation.RELU, 2.0, 0.0).phase == "edge"
    assert fixed_points(Activation.TANH, 1.0, 0.0).phase == "edge"
    assert fixed_points(Activation.TANH, 1.0, 0.0).variance == 0
    dead = fixed_points(Activation.RELU, 0.0, 0.0)
    assert (dead.variance, dead.slope, dead.depth) == (0, 0, 0)


@pytest.mark.parametrize("activation", [Activation.TANH, Activation.RELU, Activation.GELU])
def test_the_edge_is_where_the_slope_is_one(activation: Activation):
    edge = edge_of_chaos(activation, 8.0, 2.0)
    assert len(edge) >= 2
    assert (edge >= 0).all()
    assert (edge <= [8.0, 2.0]).all()
    if activation is Activation.TANH:
        assert edge[0] == pytest.approx([1, 0], abs=1e-4)
        for gain, bias in edge[::70]:
            if bias > 1e-3:
                assert fixed_points(activation, gain, bias).slope == pytest.approx(1, abs=1e-3)
    if activation is Activation.RELU:
        assert (edge[:, 0] == 2).all()


@pytest.mark.parametrize("activation", [Activation.TANH, Activation.RELU, Activation.SIGMOID])
def test_the_map_shows_the_slopes_of_its_points(activation: Activation):
    gains, biases = np.array([0.5, 1.4, 2.0, 3.7]), np.array([0.02, 0.5, 1.5])
    found = chaos_map(activation, gains, biases)
    assert found.shape == (3, 4)
    for row, bias in enumerate(biases):
        for column, gain in enumerate(gains):
            slope = fixed_points(activation, gain, bias).slope
            assert found[row, column] == pytest.approx(slope, rel=2e-3)


# --- words ----------------------------------------------------------------------------------------


def test_verdicts():
    layers = np.arange(1, 21)
    halved = judge(0.5**layers, 1.0, Precision.FLOAT32, "forward")
    assert halved.words == "× 0.50 per layer: gone by layer 23 in float32"
    assert halved.layer == 23
    assert halved.kind == "vanishes"
    deep = judge(0.5 ** np.arange(1, 60.0), 1.0, Precision.FLOAT32, "forward")
    assert deep.layer == 24  # strictly below, as it was measured
    assert judge(0.5**layers, 1.0, Precision.FLOAT64, "forward").layer == 52
    assert judge(1.02**layers, 1.0, Precision.FLOAT32, "forward").words == "holds"
    doubled = judge(2.0**layers, 1.0, Precision.FLOAT32, "backward")
    assert doubled.kind == "explodes"
    assert 2.0 ** (doubled.layer / 2) == pytest.approx(3.4e38, rel=0.5)
    assert "from the back" in doubled.sentence
    overflown = judge(np.array([1e9, 1e40, np.inf]), 1.0, Precision.FLOAT32, "forward")
    assert (overflown.words, overflown.layer) == ("inf from layer 3", 3)
    assert judge(np.array([1.0, 0.0]), 1.0, Precision.FLOAT32, "forward").words == "0 from layer 2"
    assert judge(np.full(3, np.nan), 1.0, Precision.FLOAT32, "backward").words == "no gradient"
    assert judge(np.zeros(3), 0.0, Precision.FLOAT32, "forward").words == "no signal"


def test_preserving_forwards_is_not_preserving_backwards():
    snapshot = measured(**{
        name: getattr(find_preset("narrowing").spec, name) for name in ("widths", "schemes")
    }, seeds=3)  # fmt: skip
    he = snapshot.results[0]
    assert he.forward.kind == "holds"
    assert he.backward.kind == "vanishes"
    assert he.backward.factor == pytest.approx(0.5, rel=0.15)


def test_the_estimator_matters():
    """He on 20 × 256: the mean square stays, the variance over the batch falls, inputs align."""
    result = measured(widths="256x21", schemes=("he",), seeds=5).results[0]
    assert result.at(POST).measured[18] == pytest.approx(1, abs=0.7)
    unit = result.at(POST, Statistic.UNIT_VARIANCE)
    assert unit.measured[0] == pytest.approx(0.68, abs=0.02)
    assert unit.measured[19 - 1] < 0.15
    assert result.cosine.measured[0] == pytest.approx(0.32, abs=0.02)
    assert result.cosine.measured[18] == pytest.approx(0.95, abs=0.03)


def test_initial_losses_of_the_homeworks_network():
    snapshot = measured(
        load_images("fashion_mnist"), widths="784,256,128,64,10", input="fashion_mnist",
        scaling="normalized", loss="cross_entropy", schemes=("he", "1/n_in", "pytorch"), seeds=8,
    )
    he, fan_in, default = (result.loss for result in snapshot.results)
    assert he == pytest.approx(3.13, abs=0.5)
    assert fan_in == pytest.approx(2.36, abs=0.06)
    assert default == pytest.approx(math.log(10), abs=0.02)


# --- the derivation -------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh"])
@pytest.mark.parametrize("layer", [1, 2, 5, 99])
def test_each_step_is_measured_next_to_its_prediction(activation: str, layer: int):
    snapshot = measured(
        widths="256,128x4,64", activation=activation, schemes=("he", "pytorch", "all_equal"),
        seeds=8,
    )
    for scheme in range(3):
        steps = derivation(snapshot, scheme, layer)
        parts = [step.part for step in steps]
        assert parts == sorted(parts)
        assert {"2a", "2b", "2e"} <= set(parts)
        assert ("2d" in parts) == (layer > 1)
        assert ("2c" in parts) == (activation != "linear" and layer < 5)
        for step in steps:
            assert step.sentence.endswith((".", "…"))
            assert step.formula
            is_measured = math.isfinite(step.measured) and scheme < 2
            if is_measured:
                assert abs(step.measured - step.prediction) < 4 * step.standard_error, step


def test_the_current_numbers_are_put_in():
    snapshot = measured(widths="256x4", schemes=("he",), seeds=2)
    steps = {step.part: step for step in derivation(snapshot, 0, 1)}
    assert steps["2a"].numbers == r"256 \cdot 0.007813 \cdot 1.0 = 2.0"
    assert r"n_{in} \, \sigma^2 = 2.0" in steps["2b"].numbers
    assert steps["2c"].prediction == 0.5
    found = moments(Activation.RELU, np.ones(1))
    second, mean = float(found.second[0]), float(found.mean[0])
    assert (second, second - mean**2) == pytest.approx((0.5, 0.3408), abs=1e-4)
