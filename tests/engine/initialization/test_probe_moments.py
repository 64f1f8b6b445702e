"""Gaussian moments of the activations, against closed forms, dense sums and autograd."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.initialization.activations import LEAK, apply
from engine.initialization.moments import moments, pair_gap, relu_variance, slope_pair
from engine.initialization.normal import normal_cdf_and_density
from engine.initialization.quadrature import hermite_weights, nodes
from engine.initialization.spec import Activation

TORCH = {
    Activation.LINEAR: lambda z: z * 1,
    Activation.RELU: torch.relu,
    Activation.LEAKY_RELU: torch.nn.functional.leaky_relu,
    Activation.TANH: torch.tanh,
    Activation.SIGMOID: torch.sigmoid,
    Activation.GELU: torch.nn.functional.gelu,
    Activation.SILU: torch.nn.functional.silu,
}
SMOOTH = [Activation.TANH, Activation.SIGMOID, Activation.GELU, Activation.SILU]


def one(value: float) -> np.ndarray:
    return np.array([float(value)])


def slow_sum(function, q: float) -> float:
    """E[function(z)] for z ~ N(0, q) by a trapezoid of a million steps; no quadrature rule in it.

    Steps are small against 1, the width of the activation's own step, and against √q.
    """
    t = np.linspace(-10, 10, 1_000_001 if q < 1e6 else 4_000_001)
    z = np.sqrt(q) * t
    return float(np.trapezoid(function(z) * np.exp(-t * t / 2), t) / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("activation", Activation)
def test_values_and_slopes_are_those_of_torch(activation: Activation):
    z = np.linspace(-30, 30, 4001)
    tensor = torch.tensor(z, requires_grad=True)
    expected = TORCH[activation](tensor)
    expected.sum().backward()
    values, slopes = apply(activation, z)
    assert np.abs(values - expected.detach().numpy()).max() < 1e-13
    assert np.abs(slopes - tensor.grad.numpy()).max() < 1e-13
    low, low_slopes = apply(activation, z.astype(np.float32))
    assert low.dtype == low_slopes.dtype == np.float32
    assert np.abs(low - values).max() < 4e-6
    assert np.abs(low_slopes - slopes).max() < 4e-6


def test_distribution_function_is_the_standard_librarys():
    z = np.linspace(-36, 12, 3001)
    below, density = normal_cdf_and_density(z)
    expected = np.array([0.5 * math.erfc(-x / math.sqrt(2)) for x in z])
    assert np.abs(below / expected - 1).max() < 1e-10
    assert np.abs(below - expected).max() < 1e-14
    assert np.allclose(density, np.exp(-z * z / 2) / math.sqrt(2 * math.pi), rtol=1e-12, atol=0)


def test_nodes_integrate_polynomials_of_a_gaussian():
    t, weights = nodes()
    for power, expected in ((0, 1), (1, 0), (2, 1), (4, 3), (6, 15), (8, 105)):
        assert t**power @ weights == pytest.approx(expected, abs=1e-12 * max(expected, 1))
    # cosh has the coefficients √e/√k! for even k.
    found = np.cosh(t) @ hermite_weights()
    expected = [math.sqrt(math.e / math.factorial(k)) if k % 2 == 0 else 0 for k in range(12)]
    assert np.allclose(found[:12], expected, atol=1e-12)


@pytest.mark.parametrize("q", [1e-8, 1e-3, 0.3, 1.0, 7.0, 100.0, 1e4, 1e6])
def test_tanh_moments_to_ten_digits_even_at_large_variance(q: float):
    found = moments(Activation.TANH, one(q))
    assert found.second[0] == pytest.approx(slow_sum(lambda z: np.tanh(z) ** 2, q), abs=1e-10)
    slope = slow_sum(lambda z: np.cosh(np.clip(z, -300, 300)) ** -4.0, q)
    assert found.slope_second[0] == pytest.approx(slope, abs=1e-10)
    assert found.mean[0] == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("activation", [a for a in SMOOTH if a is not Activation.TANH])
@pytest.mark.parametrize("q", [0.01, 1.0, 50.0])
def test_smooth_moments_by_dense_sums(activation: Activation, q: float):
    found = moments(activation, one(q))
    for name, power, part in (
        ("mean", 1, 0), ("second", 2, 0), ("fourth", 4, 0), ("slope_second", 2, 1),
        ("slope_fourth", 4, 1),
    ):
        expected = slow_sum(lambda z, p=part, n=power: apply(activation, z)[p] ** n, q)
        assert getattr(found, name)[0] == pytest.approx(expected, rel=1e-10), name


def test_relu_halves_the_mean_square_but_not_the_variance():
    found = moments(Activation.RELU, one(3.0))
    assert found.second[0] == 1.5
    assert found.mean[0] == pytest.approx(0.3989 * math.sqrt(3), abs=1e-4)
    assert found.second[0] - found.mean[0] ** 2 == pytest.approx(relu_variance(3.0), rel=1e-14)
    assert relu_variance(1.0) == pytest.approx(0.341, abs=5e-4)


@pytest.mark.parametrize("activation", [Activation.RELU, Activation.LEAKY_RELU, Activation.LINEAR])
def test_closed_forms_agree_with_dense_sums(activation: Activation):
    found = moments(activation, one(2.0))
    for name, power, part in (("mean", 1, 0), ("second", 2, 0), ("fourth", 4, 0),
                              ("slope_second", 2, 1), ("slope_fourth", 4, 1)):
        expected = slow_sum(lambda z, p=part, n=power: apply(activation, z)[p] ** n, 2.0)
        assert getattr(found, name)[0] == pytest.approx(expected, abs=1e-5), name


def slow_gap(activation: Activation, q1: float, q2: float, c: float) -> float:
    """½E[(f(u) − f(v))²] on a grid of 1,501² points."""
    t = np.linspace(-7.5, 7.5, 1501)
    weight = np.exp(-t * t / 2)
    weight /= weight.sum()
    u = math.sqrt(q1) * t[:, None]
    v = math.sqrt(q2) * (c * t[:, None] + math.sqrt(1 - c * c) * t)
    difference = apply(activation, np.broadcast_to(u, v.shape).copy())[0] - apply(activation, v)[0]
    return float(weight @ (difference**2 / 2) @ weight)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize(("q1", "q2", "c"), [(1, 1, 0.3), (2, 0.5, 0.9), (4, 4, -0.6), (1, 3, 0)])
def test_gap_of_two_inputs_by_a_dense_sum(activation: Activation, q1: float, q2: float, c: float):
    gap = (q1 + q2) / 2 - c * math.sqrt(q1 * q2)
    first = one(q1)
    second = first if q1 == q2 else one(q2)
    found = pair_gap(activation, first, second, one(gap))[0]
    assert found == pytest.approx(slow_gap(activation, q1, q2, c), rel=2e-5)


@pytest.mark.parametrize("activation", SMOOTH)
def test_gap_of_saturated_units_to_a_percent(activation: Activation):
    """Steps as sharp as these have more coefficients than are kept; the rest is a model."""
    q, found = one(100), []
    for c in (0.5, 0.99):
        gap = pair_gap(activation, q, q, one((1 - c) * 100))[0]
        found.append(gap / slow_gap(activation, 100, 100, c))
    assert found == pytest.approx([1, 1], rel=0.01)


@pytest.mark.parametrize("activation", Activation)
def test_a_small_gap_is_not_lost(activation: Activation):
    """For inputs that are all but alike the gap shrinks by E[f′²], to first order."""
    q = one(1.5)
    slope = moments(activation, q).slope_second[0]
    assert pair_gap(activation, q, q, one(1e-20))[0] == pytest.approx(slope * 1e-20, rel=1e-3)
    assert pair_gap(activation, q, q, one(0))[0] == 0
    assert slope_pair(activation, 1.5, 1.0) == pytest.approx(slope, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(list(Activation)),
    st.floats(1e-6, 1e4), st.floats(1e-6, 1e4), st.floats(-1, 1),
)  # fmt: skip
def test_gaps_are_symmetric_and_within_bounds(
    activation: Activation, q1: float, q2: float, c: float
):
    gap = one((q1 + q2) / 2 - c * math.sqrt(q1 * q2))
    found = pair_gap(activation, one(q1), one(q2), gap)[0]
    assert found == pytest.approx(pair_gap(activation, one(q2), one(q1), gap)[0], rel=1e-6)
    # The steepest slope of all is GELU's 1.13: no difference grows by more than its square.
    assert -1e-12 * (q1 + q2) <= found <= 1.13**2 * gap[0] * (1 + 1e-9) + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e3))
def test_moments_of_the_relus_scale(q: float, factor: float):
    for activation in (Activation.RELU, Activation.LEAKY_RELU):
        small, large = moments(activation, one(q)), moments(activation, one(factor * q))
        assert large.second[0] == pytest.approx(factor * small.second[0], rel=1e-12)
        assert large.slope_second[0] == small.slope_second[0]
    assert moments(Activation.LEAKY_RELU, one(1)).second[0] == (1 + LEAK**2) / 2
