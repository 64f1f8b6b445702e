"""The lecture page against autograd, differences, and the textbook kept beside these tests."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import textbook
from backprop_samples import Case, cases, images, make_case
from hypothesis import given, settings
from hypothesis import strategies as st

import engine.backprop
import engine.backprop.network as page
from engine.backprop.activations import PIXEL_VALUES
from engine.backprop.building import as_inputs, build_network, copy_of, one_hot
from engine.backprop.check import autograd_gradient, check, gradient
from engine.backprop.evaluation import evaluate
from engine.backprop.lit import LitNetwork, LitPixels
from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec, Initialization

ROOT = Path(__file__).resolve().parents[3]
HOMEWORK = (784, 32, 32, 10)


def homework_network() -> Network:
    network = Network(HOMEWORK)
    network.initialise(np.random.default_rng(80085))
    return network


@settings(deadline=None, max_examples=60)
@given(cases())
def test_gradients_equal_autograd(case: Case):
    ours, theirs = gradient(case.network, case.x, case.y), autograd_gradient(
        case.network, case.x, case.y
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_gradients_equal_central_differences(case: Case):
    result = check(case.network, case.x, case.y)
    assert not result.failed, result.sentence
    assert all(g.relative_error < 1e-6 for g in result.groups if g.verdict == "passed")


def test_loss_equals_its_definition():
    case = make_case((5, 4, 3), samples=6)
    p = case.network.forward(case.x)
    expected = -np.mean(np.log(np.sum(p * case.y, axis=1)))
    assert case.network.loss(case.y) == pytest.approx(expected, rel=1e-14)


def test_thousand_samples_as_the_textbook_has_them():
    rng = np.random.default_rng(80085)
    weights, biases = textbook.initialize(HOMEWORK, rng)
    chosen = images()
    order = rng.permutation(len(chosen.training_labels))[:1000]
    x = chosen.training_images.reshape(-1, 784).astype(np.float32) / 255
    labels = chosen.training_labels.astype(int)

    dense, lit = homework_network(), LitNetwork(HOMEWORK)
    lit.theta[:] = dense.theta
    pixels = LitPixels.of(chosen.training_images.reshape(-1, 784))
    for i in order:
        expected = textbook.train_sample(x[i], labels[i], weights, biases, 0.003)
        y = one_hot(labels[i])
        dense.forward(as_inputs(chosen.training_images[i]))
        assert abs(dense.loss(y) - expected) < 1e-12
        dense.backward(y)
        dense.update(0.003)
        assert abs(lit.learn(*pixels.image(i), labels[i], 0.003) - expected) < 1e-12
    for network in (dense, lit):
        for k, (w, b) in enumerate(zip(weights, biases, strict=True), 1):
            np.testing.assert_allclose(network.w[k], w, rtol=0, atol=1e-12)
            np.testing.assert_allclose(network.b[k][0], b, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(1, 9), max_size=3), st.sampled_from(["sigmoid", "tanh", "relu"]),
    st.integers(0, 10_000),
)
def test_lit_pixels_only_are_enough(hidden: list[int], activation: str, seed: int):
    rng = np.random.default_rng(seed)
    sizes = (20, *hidden, 4)
    pictures = rng.integers(1, 256, (5, 20)).astype(np.uint8)
    pictures[rng.random((5, 20)) < 0.6] = 0
    pictures[4] = 0  # one image is all black
    page_network, lit = Network(sizes, activation), LitNetwork(sizes, activation)
    page_network.initialise(rng)
    lit.theta[:] = page_network.theta
    pixels = LitPixels.of(pictures)
    for i, label in enumerate((0, 1, 2, 3, 1)):
        y = one_hot(label, 4)
        page_network.forward(PIXEL_VALUES[pictures[i : i + 1]])
        loss = page_network.loss(y)
        page_network.backward(y)
        page_network.update(0.1)
        assert lit.learn(*pixels.image(i), label, 0.1) == pytest.approx(loss, abs=1e-13)
    np.testing.assert_allclose(lit.theta, page_network.theta, rtol=0, atol=1e-13)


def test_first_weights_are_the_homeworks():
    rng = np.random.default_rng(80085)
    network, ours = build_network(BackpropSpec())
    for k, shape in enumerate(((784, 32), (32, 32), (32, 10)), 1):
        expected = rng.normal(scale=1 / np.sqrt(max(shape)), size=shape)
        np.testing.assert_array_equal(network.w[k], expected)
        assert not network.b[k].any()
    np.testing.assert_array_equal(ours.permutation(60), rng.permutation(60))


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [("1/n_in", 1 / 784), ("he", 2 / 784), ("xavier", 2 / 816), ("homework", 1 / 784),
     ("zeros", 0)],
)
def test_variance_of_first_weights(scheme: str, variance: float):
    network, _ = build_network(BackpropSpec(initialization=Initialization(scheme)))
    assert network.w[1].var() == pytest.approx(variance, rel=0.05)
    assert not network.b[1].any()


def test_a_batch_is_the_mean_of_its_samples():
    case = make_case((7, 5, 4, 3), "tanh", samples=9)
    singles = [gradient(case.network, x, y) for x, y in zip(case.x, case.y, strict=True)]
    together = gradient(case.network, case.x, case.y)
    np.testing.assert_allclose(together, np.mean(singles, axis=0), rtol=1e-12, atol=1e-15)


def test_all_gradients_come_before_any_weight_moves():
    case = make_case((4, 3, 3, 2))
    before = case.network.theta.copy()
    case.network.forward(case.x)
    case.network.backward(case.y)
    np.testing.assert_array_equal(case.network.theta, before)
    grad = case.network.grad.copy()
    case.network.update(0.1)
    np.testing.assert_allclose(case.network.theta, before - 0.1 * grad, rtol=1e-15)
    np.testing.assert_array_equal(case.network.grad, grad)


@pytest.mark.parametrize("scale", [1e3, 1e8])
def test_huge_weights_give_no_nan(scale: float):
    case = make_case((4, 3, 3), samples=2)
    case.network.theta *= scale
    p = case.network.forward(case.x)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    assert np.isfinite(case.network.loss(case.y))


def test_black_pixels_have_a_gradient_of_exactly_zero():
    network = homework_network()
    image = images().training_images[0]
    grad = gradient(network, as_inputs(image)[0], one_hot(5)[0])
    first = grad[: 784 * 32].reshape(784, 32)
    assert not first[image.ravel() == 0].any()
    assert first[image.ravel() > 0].all()


def test_whole_set_is_one_sample_after_the_other():
    network = homework_network()
    chosen = images()
    tally = evaluate(network, chosen.test_images, chosen.test_labels)
    weights, biases = [*network.w.values()], [b[0] for b in network.b.values()]
    losses, hits = [], 0
    for image, label in zip(chosen.test_images, chosen.test_labels, strict=True):
        x = image.ravel().astype(np.float32) / 255
        _, logits = textbook.forward(x, weights, biases)
        losses.append(textbook.cross_entropy(logits, int(label)))
        hits += int(np.argmax(logits) == label)
    assert tally.correct == hits
    assert tally.loss == pytest.approx(np.mean(losses), rel=1e-13)
    assert tally.done == tally.total == 200


def test_a_copy_shares_nothing():
    network = homework_network()
    before = network.theta.copy()
    twin = copy_of(network)
    twin.theta += 1
    np.testing.assert_array_equal(network.theta, before)


def test_pixels_are_single_precision_over_255():
    levels = np.arange(256, dtype=np.uint8).astype(np.float32) / 255
    np.testing.assert_array_equal(PIXEL_VALUES, levels.astype(np.float64))


def test_nothing_but_the_second_witness_needs_torch():
    names = [module.name for module in pkgutil.iter_modules(engine.backprop.__path__)]
    assert "check" in names
    code = "import sys\n" + "".join(f"import engine.backprop.{name}\n" for name in names)
    result = subprocess.run(
        [sys.executable, "-c", code + "assert 'torch' not in sys.modules"], cwd=ROOT,
        capture_output=True, encoding="utf-8", timeout=100,
    )
    assert result.returncode == 0, result.stderr


def test_lecture_page_fits_a_projector():
    lines = Path(page.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
