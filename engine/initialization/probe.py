"""The measured probe: every scheme on every seed, and what theory says beside it.

    for event in probe(spec):
        if isinstance(event, Snapshot):
            show(event)
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.initialization.collecting import Collected
from engine.initialization.crew import Crew
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
W = TypeVar("W", bound=Walk)

#: So many slopes are kept at once: 800 MB in float32.
MOST_NUMBERS = 200_000_000
#: The streams of a layer's weights and biases; one for each law, since they are independent.
_LAWS = {law: number for number, law in enumerate(Law)}


def probe(spec: ProbeSpec, images: ImageSet | None = None) -> Iterator[Progress | Snapshot]:
    """Measure; yields `Progress` all the time, and a `Snapshot` after every seed and at the end.

    A consumer may stop whenever it is handed something; closing the generator waits for one layer
    at most. The numbers of a seed depend on the spec alone: schemes of one law (normal, uniform,
    orthogonal) are measured on the same standard draws, scaled to their σ, so that what is compared
    is the scheme and not luck.

    Raises `SpecError` where the spec asks for images that are not given.
    """
    spec.check()
    total = spec.seeds * len(spec.schemes)
    first = draw_inputs(spec, 0, images)
    moments = input_moments(spec, first)
    predictions = []
    for scheme in spec.scheme_list:
        predictions.append(predict(spec, scheme, moments))
        yield Progress(0, total)
    bins = common_bins(spec, predictions)
    collected = [
        Collected(spec, scheme, prediction, bins)
        for scheme, prediction in zip(spec.scheme_list, predictions, strict=True)
    ]
    edges = {quantity: found.edges for quantity, found in bins.items()}
    # Every pass keeps the slopes of all its layers.
    each = sum(spec.layer_widths) * spec.batch_size
    with Crew(MOST_NUMBERS // each) as crew:
        run = _Run(spec, images, collected, crew)
        shown = 0
        for _ in run.events():
            yield Progress(run.done, total)
            while shown < spec.seeds and run.add_seed(shown):
                shown += 1
                yield Snapshot(spec, tuple(c.result() for c in collected), edges, shown)
            if shown == spec.seeds:
                return


class _Run:
    """All passes of a probe, handed to a crew in the order of seeds, laws and schemes."""

    def __init__(
        self, spec: ProbeSpec, images: ImageSet | None, collected: list[Collected], crew: Crew
    ) -> None:
        self.spec, self.images, self.collected, self.crew = spec, images, collected, crew
        self.workspaces: SimpleQueue[Workspace] = SimpleQueue()
        for _ in range(crew.workers):
            self.workspaces.put(Workspace())
        self.finished: dict[tuple[int, int], Walk] = {}
        self.done = 0

    def events(self) -> Iterator[None]:
        """Run everything; yields where a pass may just have been finished."""
        for number in range(self.spec.seeds):
            inputs = draw_inputs(self.spec, number, self.images)
            start = draw_start(self.spec, number)
            for law in dict.fromkeys(own.scheme.law for own in self.collected):
                layers = len(self.spec.layer_widths) - 1
                drawing = [
                    self.crew.start(self._draw, law, number, layer) for layer in range(layers)
                ]
                for _ in self.crew.wait_for(drawing):
                    yield
                found = [future.result() for future in drawing]
                draws = [drawn for drawn in found if drawn is not None]
                for index, own in enumerate(self.collected):
                    if own.scheme.law is law:
                        self.crew.start(self._walk, index, number, draws, inputs, start)
                # The next draws follow upon the last passes; more would fill the memory.
                for _ in self.crew.wait_until(self.crew.workers):
                    yield
        for _ in self.crew.wait_until(0):
            yield
        yield

    def add_seed(self, number: int) -> bool:
        """Add all passes of a seed to what is collected, if they are there."""
        keys = [(number, index) for index in range(len(self.collected))]
        if not all(key in self.finished for key in keys):
            return False
        for (_, index), own in zip(keys, self.collected, strict=True):
            own.add(self.finished.pop((number, index)).measured)
        return True

    def _draw(self, law: Law, number: int, layer: int) -> Array | None:
        for drawn in standard_draw_of(self.spec, law, number, layer):
            if drawn is not None or self.crew.stopped.is_set():
                return drawn
        return None

    def _walk(
        self, index: int, number: int, draws: list[Array], inputs: Inputs, start: Array | None
    ) -> None:
        own = self.collected[index]
        workspace = self.workspaces.get()
        walk = make_walk(self.spec, own.scheme, draws, inputs, number, own.bins, workspace, Walk)
        # Infinite and missing numbers are results here, not faults.
        with np.errstate(all="ignore"):
            for _ in walk.run(start):
                if self.crew.stopped.is_set():
                    return
        self.workspaces.put(workspace)
        walk.let_go()
        self.finished[number, index] = walk
        self.done += 1


def standard_draw_of(
    spec: ProbeSpec, law: Law, number: int, layer: int
) -> Iterator[Array | None]:
    """Weights (n_in, n_out) of mean square 1 of a layer (0-based), for seed `number`.

    Yields None before them where it takes long, so that whoever waits can stop.
    """
    fan_in, fan_out = spec.layer_widths[layer : layer + 2]
    source = stream(spec, number, LAYER_STREAM + _LAWS[law], layer)
    return standard_draw(law, source, fan_in, fan_out, np.dtype(spec.precision.value))


def draw_start(spec: ProbeSpec, number: int) -> Array | None:
    """∂L/∂z of the last layer, (B, n) of variance 1; None where cross-entropy gives it."""
    if spec.loss is Loss.CROSS_ENTROPY:
        return None
    source = stream(spec, number, GRADIENT_STREAM)
    dtype = np.dtype(spec.precision.value)
    shape = (spec.batch_size, spec.layer_widths[-1])
    start: Array = source.standard_normal(shape, dtype)
    return start


def scheme_weights(spec: ProbeSpec, scheme: Scheme, draws: list[Array], number: int) -> Weights:
    """A scheme's network for seed `number` on standard draws of its law."""
    dtype = np.dtype(spec.precision.value)
    fans = list(pairwise(spec.layer_widths))
    given, purpose = spec.bias_variance, LAYER_STREAM + len(_LAWS)
    biases = [
        draw_bias(scheme, stream(spec, number, purpose, layer), *pair, given, dtype)
        if scheme.bias_variance(pair[0], given) else None
        for layer, pair in enumerate(fans)
    ]
    return Weights(draws, [weight_scale(scheme, *pair) for pair in fans], biases)


def make_walk(
    spec: ProbeSpec, scheme: Scheme, draws: list[Array], inputs: Inputs, number: int,
    bins: Any, workspace: Workspace, kind: type[W],
) -> W:
    """One scheme's pass of a kind, ready to run."""
    weights = scheme_weights(spec, scheme, draws, number)
    is_paired = spec.input is Input.PAIRS
    return kind(inputs, weights, spec.activation, bins, workspace, is_paired)
