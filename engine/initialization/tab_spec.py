"""The spec of the Initialization tab: the probe, and what is looked at of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.initialization.results import Quantity, Statistic
from engine.initialization.spec import MOST_LAYERS, MOST_SCHEMES, ProbeSpec
from engine.spec import Choice, Spec

LARGEST_WEIGHT_GAIN, LARGEST_BIAS_VARIANCE = 16.0, 4.0


class Scene(Choice):
    """What the middle of the tab shows."""

    LAYERS = "layers", "Layers"
    CHAOS = "chaos", "Order and chaos"
    DERIVATION = "derivation", "Derivation 2a–2e"
    TRAINING = "training", "Train these"


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layer shown enlarged: number `scheme` of the spec's schemes (0-based), layer from 1."""

    scheme: Annotated[int, msgspec.Meta(ge=0, lt=MOST_SCHEMES)] = 0
    layer: Annotated[int, msgspec.Meta(ge=1, le=MOST_LAYERS)] = 1


class ChaosPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point of the map: σ_w² = n_in·σ², the weights' gain, and the bias variance σ_b²."""

    weight_gain: Annotated[float, msgspec.Meta(ge=0, le=LARGEST_WEIGHT_GAIN)] = 2.0
    bias_variance: Annotated[float, msgspec.Meta(ge=0, le=LARGEST_BIAS_VARIANCE)] = 0.1


class InitializationSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that determines what the Initialization tab shows.

    `derivation_step` counts the steps of 2a to 2e that are shown. `passed_layers` is how far the
    signal has come through the network, None for all of it.
    """

    scene: Scene = Scene.LAYERS
    probe: ProbeSpec = ProbeSpec()
    quantity: Quantity = Quantity.PRE
    statistic: Statistic = Statistic.MEAN_SQUARE
    chosen: Chosen | None = None
    point: ChaosPoint = ChaosPoint()
    derivation_step: Annotated[int, msgspec.Meta(ge=0)] = 0
    passed_layers: Annotated[int, msgspec.Meta(ge=1, le=MOST_LAYERS)] | None = None

    def check(self) -> None:
        """Raise `SpecError` where the probe does not hold by itself."""
        self.probe.check()

    def with_probe(self, probe: ProbeSpec) -> InitializationSpec:
        """Another probe; what was chosen in a network that is no more is let go."""
        layers = len(probe.layer_widths) - 1
        chosen, passed = self.chosen, self.passed_layers
        if chosen is not None and (
            chosen.layer > layers or chosen.scheme >= len(probe.schemes)
        ):
            chosen = None
        if passed is not None and passed >= layers:
            passed = None
        return msgspec.structs.replace(self, probe=probe, chosen=chosen, passed_layers=passed)

    def with_scheme(self, text: str) -> InitializationSpec:
        """One scheme more. Raises `SpecError` where it cannot be read, or is one too many."""
        return self.with_probe(self.probe.replaced(schemes=(*self.probe.schemes, text)))

    def without_scheme(self, index: int) -> InitializationSpec:
        """One scheme less; the last one stays."""
        schemes = self.probe.schemes
        if len(schemes) == 1:
            return self
        left = schemes[:index] + schemes[index + 1 :]
        return self.replaced(chosen=None).with_probe(self.probe.replaced(schemes=left))
