"""The trained counterpart: its gradient is PyTorch's, and its snapshots are what they say."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import ChalknetError, SpecError
from engine.expressivity.spec import (
    FunctionSpec,
    StartingWeights,
    TrainedActivation,
    TrainedOptimizer,
    TrainedSpec,
)
from engine.expressivity.targets import make_target
from engine.expressivity.trained import (
    TrainedSnapshot,
    loss_and_gradient,
    starting_weights,
    train,
)

TARGET = make_target(FunctionSpec(formula="2*sin(3*x)", half_width=2.0))
OPTIMIZERS = {
    TrainedOptimizer.GRADIENT_DESCENT: lambda p: torch.optim.SGD(p, 0.01),
    TrainedOptimizer.MOMENTUM: lambda p: torch.optim.SGD(p, 0.01, momentum=0.9),
    TrainedOptimizer.ADAM: lambda p: torch.optim.Adam(p, 0.01),
}


def last(spec: TrainedSpec, units: int = 20) -> TrainedSnapshot:
    return list(train(TARGET, units, spec, report_every=spec.steps))[-1]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("start", list(StartingWeights))
def test_it_trains_as_pytorch_does(activation: str, start: str, optimizer: TrainedOptimizer):
    spec = TrainedSpec().replaced(
        activation=activation, start=start, optimizer=optimizer, steps=20, samples=64
    )
    first = starting_weights(spec, 12, np.random.default_rng(spec.seed))
    w, b, v, c = (nn.Parameter(torch.tensor(array.copy())) for array in first.arrays)
    t = torch.linspace(-1, 1, 64, dtype=torch.float64)[:, None]
    y = torch.sin(6 * t[:, 0]) / np.abs(np.sin(6 * np.linspace(-1, 1, 64))).max()
    steps = OPTIMIZERS[optimizer]([w, b, v, c])
    for _ in range(20):
        z = w * t + b
        a = torch.sigmoid(spec.steepness * z) if activation == "sigmoid" else torch.relu(z)
        steps.zero_grad()
        ((a @ v + c - y) ** 2).mean().backward()
        steps.step()
    network = last(spec, 12).network
    k = spec.steepness if activation == "sigmoid" else 1.0
    scale = 2 * np.abs(np.sin(6 * np.linspace(-1, 1, 64))).max()
    expected = [k / 2 * w, k * b, scale * v]
    arrays = [network.hidden_weight, network.hidden_bias, network.output_weight]
    for array, parameter in zip(arrays, expected, strict=True):
        np.testing.assert_allclose(array, parameter.detach().numpy(), rtol=1e-8, atol=1e-10)
    assert network.output_bias == pytest.approx(scale * float(c.detach()[0]), rel=1e-8)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_gradient_by_central_differences(activation: str):
    spec = TrainedSpec().replaced(activation=activation, steepness=3.0)
    weights = starting_weights(spec, 5, np.random.default_rng(2))
    t = np.linspace(-0.99, 1, 40)
    y = np.cos(t)
    _, gradient = loss_and_gradient(weights, t, y, spec)
    for array, slopes in zip(weights.arrays, gradient, strict=True):
        for k in range(len(array)):
            kept = array[k]
            losses = []
            for epsilon in (1e-6, -1e-6):
                array[k] = kept + epsilon
                losses.append(loss_and_gradient(weights, t, y, spec)[0])
            array[k] = kept
            assert slopes[k] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_it_learns_and_snapshots_agree_with_their_network(activation: str):
    spec = TrainedSpec().replaced(activation=activation, steps=600, samples=128)
    snapshots = list(train(TARGET, 20, spec, report_every=100))
    assert [s.step for s in snapshots] == [0, 100, 200, 300, 400, 500, 600]
    assert snapshots[-1].loss < snapshots[0].loss / 10
    x = np.linspace(-2, 2, 128)
    for snapshot in snapshots:
        error = snapshot.network(x) - 2 * np.sin(3 * x)
        assert snapshot.loss == pytest.approx(float(np.mean(error**2)), rel=1e-8)
        np.testing.assert_array_equal(snapshot.curve, snapshot.network(snapshot.x))
        gap = np.abs(snapshot.curve - 2 * np.sin(3 * snapshot.x))
        assert snapshot.sup == pytest.approx(gap.max())
        assert snapshot.l2 == pytest.approx(np.sqrt(np.mean(gap**2) * 4), rel=0.05)
        assert len(snapshot.network) == 20


def test_same_seed_same_numbers_another_seed_others():
    spec = TrainedSpec(steps=30)
    first, again, other = last(spec), last(spec), last(spec.replaced(seed=1))
    np.testing.assert_array_equal(first.network.output_weight, again.network.output_weight)
    assert first.loss == again.loss != other.loss


def test_reporting_changes_nothing_and_stopping_is_possible_between_snapshots():
    spec = TrainedSpec(steps=40)
    often = list(train(TARGET, 10, spec, report_every=1))
    assert len(often) == 41
    assert often[-1].loss == list(train(TARGET, 10, spec, report_every=40))[-1].loss
    assert [s.step for s in islice(train(TARGET, 10, spec), 2)] == [0, 10]


def test_snapshots_are_copies():
    stream = train(TARGET, 10, TrainedSpec(steps=20))
    first = next(stream)
    kept = first.network.output_weight.copy()
    list(stream)
    np.testing.assert_array_equal(first.network.output_weight, kept)


def test_steps_are_refused_because_they_have_no_gradient():
    with pytest.raises(SpecError, match="zero gradient") as caught:
        TrainedSpec().replaced(activation="step")
    assert caught.value.field == "activation"
    with pytest.raises(SpecError, match="zero gradient"):
        next(train(TARGET, 5, TrainedSpec(activation=TrainedActivation.STEP)))


def test_divergence_is_one_sentence():
    spec = TrainedSpec().replaced(
        activation="relu", learning_rate=10.0, optimizer="gradient_descent", steps=500
    )
    with pytest.raises(ChalknetError, match=r"diverged at step \d+; use a smaller learning rate\."):
        list(train(TARGET, 50, spec))


@pytest.mark.parametrize("half_width", [1e-6, 1.0, 1e6])
def test_any_interval_trains_alike(half_width: float):
    target = make_target(
        FunctionSpec(formula=f"5*sin(3*x/{half_width:g})", half_width=half_width)
    )
    unit = make_target(FunctionSpec(formula="sin(3*x)", half_width=1.0))
    spec = TrainedSpec(steps=50)
    losses = [list(train(t, 10, spec))[-1].loss for t in (target, unit)]
    assert losses[0] == pytest.approx(25 * losses[1], rel=1e-6)


def test_a_target_of_zeros_trains():
    zero = make_target(FunctionSpec(formula="0"))
    assert list(train(zero, 5, TrainedSpec(steps=200)))[-1].loss < 0.1
