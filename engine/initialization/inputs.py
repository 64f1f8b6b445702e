"""What enters layer 1: drawn numbers or pixels, and what theory has to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SpecError
from engine.initialization.spec import PIXELS, Input, ProbeSpec, Scaling
from engine.initialization.theory import InputMoments, gaussian_inputs, paired_inputs
from engine.words import say

if TYPE_CHECKING:
    from engine.data.images import ImageSet

Array = NDArray[Any]
Floats = NDArray[np.float64]

#: Images stand in theory as so many groups of like brightness, and so many random pairs.
GROUPS, PAIRS = 32, 1500
#: Purposes of random streams, so that each seed's inputs, gradients and layers are independent.
INPUT_STREAM, GRADIENT_STREAM, LAYER_STREAM = 0, 1, 2


def stream(spec: ProbeSpec, number: int, purpose: int, layer: int = 0) -> np.random.Generator:
    """The random stream of seed `number` (0-based) of the probe for one purpose."""
    return np.random.default_rng([spec.seed + number, purpose, layer])


@dataclass(frozen=True, eq=False)
class Inputs:
    """A batch `x` (B, n), and `labels` (B,) int64 where it is of images."""

    x: Array
    labels: NDArray[np.int64] | None = None


def draw_inputs(spec: ProbeSpec, number: int, images: ImageSet | None) -> Inputs:
    """The batch of seed `number`; images are the same for all seeds, so that theory knows them.

    Raises `SpecError` where the spec asks for images and there are none.
    """
    dtype = np.dtype(spec.precision.value)
    if spec.input.is_pixels:
        return _pixels(spec, images, dtype)
    shape = (spec.batch_size, spec.layer_widths[0])
    source = stream(spec, number, INPUT_STREAM)
    x = source.standard_normal(shape, dtype)
    if spec.input is Input.PAIRS:
        rho = spec.correlation
        x[1::2] *= dtype.type(np.sqrt(1 - rho * rho))
        x[1::2] += dtype.type(rho) * x[::2]
    x *= dtype.type(spec.v)
    return Inputs(x)


def _pixels(spec: ProbeSpec, images: ImageSet | None, dtype: np.dtype[Any]) -> Inputs:
    if images is None:
        raise SpecError(say("The input {input} needs its images; load them first.",
                            input=spec.input.label), "input")
    count = len(images.training_labels)
    if spec.batch_size > count:
        raise SpecError(
            say("Batch: {data} has only {count:,} training images; use at most {count:,}.",
                data=images.describe(), count=count), "batch_size",
        )
    chosen = stream(spec, 0, INPUT_STREAM).permutation(count)[: spec.batch_size]
    x = images.training_images[chosen].reshape(-1, PIXELS).astype(dtype)
    x /= dtype.type(255)
    if spec.scaling is Scaling.NORMALIZED:
        mean, deviation = pixel_moments(images)
        x -= dtype.type(mean)
        x /= dtype.type(deviation)
    return Inputs(x, images.training_labels[chosen].astype(np.int64))


@lru_cache(maxsize=2)
def pixel_moments(images: ImageSet) -> tuple[float, float]:
    """Mean and standard deviation of all training pixels, scaled to [0, 1]."""
    counts = np.bincount(images.training_images.ravel(), minlength=256)
    values = np.arange(256) / 255
    mean = float(counts @ values / counts.sum())
    variance = float(counts @ (values - mean) ** 2 / counts.sum())
    return mean, max(variance, 1e-12) ** 0.5


def input_moments(spec: ProbeSpec, inputs: Inputs) -> InputMoments:
    """What theory starts from: of drawn inputs their law, of pixels this batch itself."""
    if spec.input is Input.GAUSSIAN:
        return gaussian_inputs(spec.v)
    if spec.input is Input.PAIRS:
        return paired_inputs(spec.v, spec.correlation, spec.batch_size)
    return _moments_of(inputs.x.astype(np.float64))


def _moments_of(x: Floats) -> InputMoments:
    batch, width = x.shape
    squares = np.einsum("ij,ij->i", x, x) / width
    order = np.argsort(squares, kind="stable")
    groups = min(GROUPS, batch)
    while batch % groups:  # groups of equal size, so that their plain mean is the batch's
        groups -= 1
    group_of = np.empty(batch, np.intp)
    group_of[order] = np.arange(batch) // (batch // groups)
    means = squares[order].reshape(groups, -1).mean(axis=1)
    first, second = _random_pairs(batch)
    sizes = np.sqrt(squares[first] * squares[second])
    products = np.einsum("ij,ij->i", x[first], x[second]) / width
    cosines = np.divide(products, sizes, out=np.zeros_like(sizes), where=sizes > 0)
    one, two = group_of[first], group_of[second]
    gaps = (means[one] + means[two]) / 2 - cosines * np.sqrt(means[one] * means[two])
    return InputMoments(
        means, one, two, np.maximum(gaps, 0.0), np.full(len(gaps), 1 / len(gaps)),
        sums=x.sum(axis=1), squares=squares, is_drawn=False,
    )


def _random_pairs(batch: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs (m,), (m,) of a small batch, random ones of a large one."""
    if batch * (batch - 1) // 2 <= PAIRS:
        first, second = np.triu_indices(batch, 1)
        return first, second
    source = np.random.default_rng(0)
    first = source.integers(batch, size=PAIRS)
    second = (first + source.integers(1, batch, size=PAIRS)) % batch
    return first, second
