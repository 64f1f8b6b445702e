"""A probe that is redrawn while the mouse moves: one seed, few inputs, and only what changed.

Its numbers are those of `probe` for one seed and the smaller batch; they only have a wider spread,
which the snapshot's standard errors say. They agree to the last digit but where another σ is a mere
change of scale (see `scaled`): there to the last digits of float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.initialization.activations import HOMOGENEOUS
from engine.initialization.collecting import Collected
from engine.initialization.crew import products_on_one_thread
from engine.initialization.histogram import Bins, common_bins
from engine.initialization.inputs import draw_inputs, input_moments
from engine.initialization.probe import draw_start, make_walk, standard_draw_of
from engine.initialization.results import Quantity, SchemeResult, Snapshot
from engine.initialization.scaled import KeptWalk
from engine.initialization.schemes import Law, Scheme, SchemeKey
from engine.initialization.spec import Loss, ProbeSpec
from engine.initialization.theory import Prediction, predict, rescaled
from engine.initialization.walk import Measured, Walk, Workspace

if TYPE_CHECKING:
    from engine.data.images import ImageSet

Array = NDArray[Any]
K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W", bound=Walk)

#: More than there are schemes.
MOST_KEPT = 32
#: So many inputs at most, and so many multiplications, go through in a hundredth of a second; more
#: inputs where another σ does not have to go through at all.
BATCH, SCALED_BATCH, PRODUCTS = 16, 64, 1.5e8
#: Numbers a layer that a histogram is drawn from.
SAMPLES = 4096
#: The σ that a prediction is scaled from; its powers are exact.
REFERENCE = 2.0**-4


class LiveProbe:
    """Answers `at(spec)` for specs that differ from the first in σ or the schemes alone.

    Not to be used by two threads at once.
    """

    def __init__(self, spec: ProbeSpec, images: ImageSet | None = None) -> None:
        """Draws inputs and weights once; raises `SpecError` where images are missing."""
        self.spec = _reduced(spec)
        self._inputs = draw_inputs(self.spec, 0, images)
        self._moments = input_moments(self.spec, self._inputs)
        self._start = draw_start(self.spec, 0)
        self._draws: dict[Law, list[Array]] = {}
        self._workspace = Workspace()
        #: A pass that all constant σ are told from.
        self._reference: KeptWalk | None = None
        self._predictions: dict[Scheme, Prediction] = {}
        self._results: dict[tuple[Scheme, tuple[Bins, ...]], SchemeResult] = {}

    def fits(self, spec: ProbeSpec) -> bool:
        """Whether `at` may be asked for this spec."""
        reduced = _reduced(spec)
        return set(self.spec.differences(reduced)) <= {"sigma", "formula", "schemes"}

    def at(self, spec: ProbeSpec) -> Snapshot:
        """The snapshot of one seed, `seeds_done` 1, for the reduced spec that it carries."""
        reduced = _reduced(spec)
        schemes = reduced.scheme_list
        with products_on_one_thread():
            predictions = [self._predicted(reduced, scheme) for scheme in schemes]
            bins = common_bins(reduced, predictions, SAMPLES)
            results = tuple(
                self._measured(reduced, scheme, prediction, bins)
                for scheme, prediction in zip(schemes, predictions, strict=True)
            )
        edges = {quantity: found.edges for quantity, found in bins.items()}
        return Snapshot(reduced, results, edges, 1)

    def _predicted(self, spec: ProbeSpec, scheme: Scheme) -> Prediction:
        if scheme.key is SchemeKey.CONSTANT and scheme.value and _scales(spec):
            unit = replace(scheme, value=REFERENCE, text="constant")
            factor = (scheme.value / REFERENCE) ** 2
            return rescaled(self._known_prediction(spec, unit), factor)
        return self._known_prediction(spec, scheme)

    def _known_prediction(self, spec: ProbeSpec, scheme: Scheme) -> Prediction:
        return _known(self._predictions, scheme, lambda: predict(spec, scheme, self._moments))

    def _measured(
        self, spec: ProbeSpec, scheme: Scheme, prediction: Prediction, bins: dict[Quantity, Bins]
    ) -> SchemeResult:
        return _known(
            self._results, (scheme, tuple(bins.values())),
            lambda: self._walked(spec, scheme, prediction, bins),
        )

    def _walked(
        self, spec: ProbeSpec, scheme: Scheme, prediction: Prediction, bins: dict[Quantity, Bins]
    ) -> SchemeResult:
        measured = self._scaled(spec, scheme, bins)
        if measured is None:
            measured = self._run(spec, scheme, bins, Walk).measured
        collected = Collected(spec, scheme, prediction, bins)
        collected.add(measured)
        return collected.result()

    def _run(
        self, spec: ProbeSpec, scheme: Scheme, bins: dict[Quantity, Bins], kind: type[W]
    ) -> W:
        draws = self._draws_of(scheme.law)
        walk = make_walk(spec, scheme, draws, self._inputs, 0, bins, self._workspace, kind)
        with np.errstate(all="ignore"):
            for _ in walk.run(self._start):
                pass
        walk.let_go()
        return walk

    def _scaled(
        self, spec: ProbeSpec, scheme: Scheme, bins: dict[Quantity, Bins]
    ) -> Measured | None:
        """The pass of a constant σ from the one known pass; None where that does not tell it.

        The gradient of cross-entropy depends on the logits, and not on their scale alone.
        """
        is_constant = scheme.key is SchemeKey.CONSTANT
        if not (is_constant and _scales(spec) and scheme.value) or spec.loss is Loss.CROSS_ENTROPY:
            return None
        # About where nothing grows or shrinks, so that the pass itself stays within range.
        unit = math.sqrt(2 / np.mean(spec.layer_widths[:-1]))
        if self._reference is None:
            reference = replace(scheme, value=unit, text="constant")
            self._reference = self._run(spec, reference, bins, KeptWalk)
        return self._reference.at(scheme.value / unit, bins)

    def _draws_of(self, law: Law) -> list[Array]:
        if law not in self._draws:
            drawn = []
            for layer in range(len(self.spec.layer_widths) - 1):
                *_, last = standard_draw_of(self.spec, law, 0, layer)
                assert last is not None
                drawn.append(last)
            self._draws[law] = drawn
        return self._draws[law]


def _known(kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value of `key`, made where it is not known.

    A drag leaves a trail of values: those that nobody asked for the longest may go.
    """
    value = kept.pop(key) if key in kept else make()
    kept[key] = value
    if len(kept) > MOST_KEPT:
        del kept[next(iter(kept))]
    return value


def _scales(spec: ProbeSpec) -> bool:
    """Whether another σ only changes the scale of what theory predicts."""
    return spec.activation in HOMOGENEOUS and not spec.bias_variance


def _reduced(spec: ProbeSpec) -> ProbeSpec:
    """One seed, and as many inputs as can be sent through between two frames."""
    widths = spec.layer_widths
    weights = sum(a * b for a, b in pairwise(widths))
    most = SCALED_BATCH if _scales(spec) else BATCH
    batch = max(8, min(most, spec.batch_size, int(PRODUCTS / weights)))
    return spec.replaced(seeds=1, batch_size=min(batch - batch % 2, spec.batch_size))
