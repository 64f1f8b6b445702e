"""Drawings and pictures as MNIST would have them, and which pixels speak for the winner."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from backprop_samples import images, make_case
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backprop.building import as_inputs, build_network
from engine.backprop.drawing import (
    FAINTEST,
    area_weights,
    prepare_drawing,
    prepare_picture,
    rasterise,
)
from engine.backprop.spec import Activation, BackpropSpec
from engine.backprop.why import explain_image, look
from engine.errors import DataError

SEVEN = [[(0.3, 0.25), (0.7, 0.25), (0.45, 0.8)]]


def test_mnist_prepared_once_more_is_mnist():
    """The oracle: MNIST's images are what this preparation makes, so it leaves them alone."""
    compared = 0
    for image in images().test_images:
        # A few end with pixels so faint that a picture would be cut there.
        clean = np.where(image > FAINTEST * 255, image, 0)
        if (np.ptp(np.nonzero(clean), axis=1) != np.ptp(np.nonzero(image), axis=1)).any():
            continue
        padded = np.zeros((60, 50), np.uint8)
        padded[9:37, 3:31] = image
        prepared = prepare_picture(padded)
        assert prepared.image.dtype == np.uint8
        assert np.abs(prepared.image.astype(int) - image).max() <= 1
        compared += 1
    assert compared > 150


def test_a_drawing_fills_the_box_and_is_centred_by_mass():
    prepared = prepare_drawing(SEVEN, 0.08)
    rows, columns = np.nonzero(prepared.image)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    weights = prepared.image / prepared.image.sum(dtype=np.float64)
    centre = [float((weights * index).sum()) for index in np.indices((28, 28))]
    assert centre == pytest.approx([14, 14], abs=0.55)


@settings(deadline=None, max_examples=25)
@given(st.floats(0.4, 1.0), st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_place_and_size_of_a_drawing_do_not_matter(scale: float, dx: float, dy: float):
    moved = [[(0.5 + dx + scale * (x - 0.5), 0.5 + dy + scale * (y - 0.5)) for x, y in SEVEN[0]]]
    here, there = prepare_drawing(SEVEN, 0.08), prepare_drawing(moved, 0.08 * scale)
    difference = here.image.astype(float) - there.image
    # Up to a shift by one pixel, where the centre lies between two.
    shifted = [
        np.abs(here.image.astype(float) - np.roll(there.image, (i, j), (0, 1))).mean()
        for i in (-1, 0, 1) for j in (-1, 0, 1)
    ]  # fmt: skip
    assert min(shifted) < 9
    assert np.abs(difference).mean() < 30


def test_a_stroke_is_as_wide_as_the_pen():
    ink = rasterise([[(0.2, 0.5), (0.8, 0.5)]], 0.1, size=200)
    assert ink[:, 100].sum() == pytest.approx(20, abs=0.01)
    assert ink[100, 100] == 1
    dot = rasterise([[(0.5, 0.5)]], 0.2, size=200)
    assert dot.sum() == pytest.approx(np.pi * 20**2, rel=0.01)
    assert rasterise([[(-0.9, 1.9)]], 0.1).sum() == 0


def test_dark_on_light_is_light_on_dark():
    ink = rasterise(SEVEN, 0.08)
    light, dark = prepare_picture(ink), prepare_picture(1 - ink)
    np.testing.assert_array_equal(light.image, dark.image)
    assert dark.note.startswith("dark on light")
    assert not light.note.startswith("dark")
    grey = np.rint(255 * (1 - ink)).astype(np.uint8)
    coloured = np.stack([grey, grey, grey], axis=-1)
    np.testing.assert_array_equal(prepare_picture(coloured).image, prepare_picture(grey).image)


def test_transparent_is_paper():
    ink = np.rint(255 * rasterise(SEVEN, 0.08)).astype(np.uint8)
    picture = np.zeros((*ink.shape, 4), np.uint8)  # black everywhere, seen only where opaque
    picture[..., 3] = ink
    np.testing.assert_allclose(
        prepare_picture(picture).image.astype(int), prepare_picture(ink).image, atol=2
    )


def test_uneven_paper_is_no_ink():
    rng = np.random.default_rng(5)
    ink = np.kron(rasterise(SEVEN, 0.08), np.ones((3, 3)))
    paper = 0.75 + 0.03 * rng.standard_normal(ink.shape) + np.linspace(-0.03, 0.03, len(ink))
    prepared = prepare_picture(np.clip(paper - 0.6 * ink, 0, 1))
    expected = prepare_drawing(SEVEN, 0.08).image
    assert np.abs(prepared.image.astype(int) - expected).mean() < 12


def test_a_large_photo():
    photo = np.full((3000, 5000, 3), 230, np.uint8)
    photo[700:2300, 2400:2650] = 30
    prepared = prepare_picture(photo)
    top, left, height, width = prepared.box
    assert (top, left) == pytest.approx((700, 2400), abs=20)
    assert (height, width) == pytest.approx((1600, 250), abs=40)
    assert np.ptp(np.nonzero(prepared.image)[0]) + 1 == 20


@pytest.mark.parametrize(
    ("strokes", "pen", "words"),
    [([], 0.08, "Nothing is drawn"), ([[(2.0, 2.0)]], 0.08, "Nothing is drawn"),
     ([[(0.5, 0.5)]], 4.0, "whole canvas is white")],
)
def test_a_canvas_without_a_digit(strokes: list, pen: float, words: str):
    with pytest.raises(DataError, match=words) as raised:
        prepare_drawing(strokes, pen)
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((40, 30), np.uint8), "all black"),
        (np.full((40, 30, 3), 255, np.uint8), "all white"),
        (np.full((40, 30), 128, np.uint8), "one shade"),
        (np.zeros((40, 30, 4), np.uint8), "all white"),
        (np.zeros((0, 30), np.uint8), "rows and columns"),
        (np.zeros((3, 3, 7), np.uint8), "rows and columns"),
        (np.full((9, 9), np.nan), "no numbers"),
    ],
)
def test_a_picture_without_a_digit(picture: np.ndarray, words: str):
    with pytest.raises(DataError, match=words):
        prepare_picture(picture)


@pytest.mark.parametrize("shape", [(1, 9), (2, 900), (1500, 1), (3, 3)])
def test_odd_shapes(shape: tuple[int, int]):
    picture = np.zeros(shape)
    axis = int(np.argmax(shape))
    middle = slice(shape[axis] // 3, 2 * shape[axis] // 3)
    picture[(middle, slice(None)) if axis == 0 else (slice(None), middle)] = 1
    assert prepare_picture(picture).image.max() == 255


def test_one_pixel_is_no_digit():
    with pytest.raises(DataError, match="is all white"):
        prepare_picture(np.ones((1, 1)))


@given(st.integers(1, 60), st.integers(1, 60))
def test_resampling_by_area_keeps_the_mass(before: int, after: int):
    weights = area_weights(before, after)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    np.testing.assert_allclose(weights.sum(axis=0), after / before)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("hidden", [(), (9,), (12, 8)])
def test_contributions_add_up_exactly(activation: Activation, hidden: tuple[int, ...]):
    network, _ = build_network(
        BackpropSpec(activation=activation, hidden=hidden, learning_rate=0.01)
    )
    network.theta *= 3
    for b in network.b.values():
        b += 0.3
    image = prepare_drawing(SEVEN, 0.08).image
    why = explain_image(network, image)
    assert abs(why.residual) < 1e-9
    assert not why.contributions[image == 0].any()
    seen = look(network, image)
    assert why.winner == seen.winner == int(np.argmax(seen.p))
    assert why.logit == seen.logits.max()
    other = explain_image(network, image, winner=(why.winner + 1) % 10)
    assert abs(other.residual) < 1e-9
    assert other.logit < why.logit


def test_contributions_are_the_integral_of_autograds_gradient():
    network, _ = build_network(BackpropSpec(hidden=(6,)))
    network.theta *= 4
    image = prepare_drawing(SEVEN, 0.08).image
    why = explain_image(network, image)
    x = torch.tensor(as_inputs(image))
    w, b = ({k: torch.tensor(p) for k, p in parts.items()} for parts in (network.w, network.b))
    total, steps = torch.zeros_like(x), 2000
    for t in (np.arange(steps) + 0.5) / steps:
        point = (t * x).requires_grad_()
        logits = torch.sigmoid(point @ w[1] + b[1]) @ w[2] + b[2]
        total += torch.autograd.grad(logits[0, why.winner], point)[0]
    expected = (x * total / steps).reshape(28, 28).numpy()
    np.testing.assert_allclose(why.contributions, expected, atol=1e-6)


def test_looking_shows_every_layer():
    case = make_case((784, 5, 4, 10))
    image = images().test_images[0]
    seen = look(case.network, image)
    case.network.forward(as_inputs(image))
    np.testing.assert_array_equal(seen.p, case.network.p[0])
    assert {k: a.shape for k, a in seen.activations.items()} == {1: (5,), 2: (4,)}
