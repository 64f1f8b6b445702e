"""The measured probe: every scheme on every seed, and what theory says beside it.

    for event in probe(spec):
        if isinstance(event, Snapshot):
            show(event)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.initialization.collecting import Collected
from engine.initialization.histogram import common_bins
from engine.initialization.inputs import (
    GRADIENT_STREAM,
    LAYER_STREAM,
    Inputs,
    draw_inputs,
    input_moments,
    stream,
)
from engine.initialization.results import Progress, Snapshot
from engine.initialization.schemes import Law, Scheme, draw_bias, standard_draw, weight_scale
from engine.initialization.spec import Input, Loss, ProbeSpec
from engine.initialization.theory import predict
from engine.initialization.walk import Walk, Weights, Workspace

if TYPE_CHECKING:
    from engine.data.images import ImageSet

Array = NDArray[Any]

#: The streams of a layer's weights and biases; one for each law, since they are independent.
_LAWS = {law: number for number, law in enumerate(Law)}


def probe(spec: ProbeSpec, images: ImageSet | None = None) -> Iterator[Progress | Snapshot]:
    """Measure; yields `Progress` after every layer, and a `Snapshot` after every seed.

    A consumer may stop between two of them. The numbers of a seed depend on the spec alone:
    schemes of one law (normal, uniform, orthogonal) are measured on the same standard draws, scaled
    to their σ, so that what is compared is the scheme and not luck.

    Raises `SpecError` where the spec asks for images that are not given.
    """
    spec.check()
    schemes = spec.scheme_list
    inputs = draw_inputs(spec, 0, images)
    moments = input_moments(spec, inputs)
    predictions = []
    for scheme in schemes:
        predictions.append(predict(spec, scheme, moments))
        yield Progress(0, _passes(spec))
    bins = common_bins(spec, predictions)
    collected = [
        Collected(spec, scheme, prediction, bins)
        for scheme, prediction in zip(schemes, predictions, strict=True)
    ]
    workspace, done = Workspace(), 0
    for number in range(spec.seeds):
        if number:
            inputs = draw_inputs(spec, number, images)
        start = draw_start(spec, number)
        for law in dict.fromkeys(scheme.law for scheme in schemes):
            draws: list[Array] = []
            for drawn in standard_draws(spec, law, number):
                draws.append(drawn)
                yield Progress(done, _passes(spec))
            for own in (c for c in collected if c.scheme.law is law):
                walk = make_walk(spec, own.scheme, draws, inputs, number, own.bins, workspace)
                for _ in walk.run(start):
                    done += 1
                    yield Progress(done, _passes(spec))
                own.add(walk, inputs)
        results = tuple(c.result() for c in collected)
        yield Snapshot(spec, results, {q: b.edges for q, b in bins.items()}, number + 1)


def _passes(spec: ProbeSpec) -> int:
    layers = len(spec.layer_widths) - 1
    return spec.seeds * len(spec.schemes) * (2 * layers - 1)


def standard_draws(spec: ProbeSpec, law: Law, number: int) -> Iterator[Array]:
    """Weights (n_in, n_out) of mean square 1 of every layer, for seed `number`."""
    dtype = np.dtype(spec.precision.value)
    for layer, (fan_in, fan_out) in enumerate(pairwise(spec.layer_widths)):
        source = stream(spec, number, LAYER_STREAM + _LAWS[law], layer)
        yield standard_draw(law, source, fan_in, fan_out, dtype)


def draw_start(spec: ProbeSpec, number: int) -> Array | None:
    """∂L/∂z of the last layer, (B, n) of variance 1; None where cross-entropy gives it."""
    if spec.loss is Loss.CROSS_ENTROPY:
        return None
    source = stream(spec, number, GRADIENT_STREAM)
    dtype = np.dtype(spec.precision.value)
    shape = (spec.batch_size, spec.layer_widths[-1])
    return source.standard_normal(shape, dtype)  # type: ignore[arg-type]


def scheme_weights(spec: ProbeSpec, scheme: Scheme, draws: list[Array], number: int) -> Weights:
    """A scheme's network for seed `number` on standard draws of its law."""
    dtype = np.dtype(spec.precision.value)
    fans = list(pairwise(spec.layer_widths))
    biases = [
        draw_bias(
            scheme, stream(spec, number, LAYER_STREAM + len(_LAWS), layer), *pair,
            spec.bias_variance, dtype,
        )
        for layer, pair in enumerate(fans)
    ]
    return Weights(draws, [weight_scale(scheme, *pair) for pair in fans], biases)


def make_walk(
    spec: ProbeSpec, scheme: Scheme, draws: list[Array], inputs: Inputs, number: int,
    bins: Any, workspace: Workspace,
) -> Walk:
    """One scheme's pass, ready to run."""
    weights = scheme_weights(spec, scheme, draws, number)
    is_paired = spec.input is Input.PAIRS
    return Walk(inputs, weights, spec.activation, bins, workspace, is_paired)
