"""Networks worth probing, each with a sentence on what to watch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.initialization.spec import Activation, Input, ProbeSpec, Scaling
from engine.presets import chosen_preset


@dataclass(frozen=True)
class Preset:
    """A named network; `spec` is a whole probe of it."""

    key: str
    label: str
    watch: str
    spec: ProbeSpec


def _preset(key: str, label: str, watch: str, **settings: Any) -> Preset:
    return Preset(key, label, watch, ProbeSpec(**settings))


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        _preset(
            "20x256", "20 × 256",
            "All layers alike: ReLU halves the mean square, 1/n_in loses it, 2/n_in holds it.",
            widths="256x21", schemes=("1/n_in", "2/n_in", "xavier_normal"),
        ),
        _preset(
            "50x512", "50 × 512",
            "Deep: what is wrong by 2 % per layer is wrong by a factor of e at the end.",
            widths="512x51", schemes=("1/n_in", "2/n_in", "constant:0.0625", "orthogonal"),
        ),
        _preset(
            "homework_3", "784-256-128-64-10",
            "Real pixels are not zero-mean; 1/n_out and 2/n_in agree where a layer halves.",
            widths="784,256,128,64,10", schemes=("1/n_out", "2/n_in", "pytorch"),
            input=Input.FASHION_MNIST,
        ),
        _preset(
            "homework_4", "784-32-32-10",
            "Sigmoids sit near ½: the mean square is mostly their mean, their variance is small.",
            widths="784,32,32,10", schemes=("1/max(n_in, n_out)", "xavier_normal", "pytorch"),
            activation=Activation.SIGMOID, input=Input.MNIST, scaling=Scaling.RAW,
        ),
        _preset(
            "narrowing", "narrowing",
            "2/n_in holds the signal, yet gradients halve at every layer: fan-in is not fan-out.",
            widths="1024,512,256,128,64,32", schemes=("2/n_in", "1/n_out", "xavier_normal"),
        ),
        _preset(
            "widening", "widening",
            "The other way round: 2/n_in holds the signal, and gradients double at every layer.",
            widths="32,64,128,256,512,1024", schemes=("2/n_in", "1/n_out", "xavier_normal"),
        ),
    )
}


def find_preset(key: str) -> Preset:
    """The preset `key`; raises `SpecError` with the known ones otherwise."""
    return chosen_preset(PRESETS, key)


def matching_preset(spec: ProbeSpec) -> Preset | None:
    """The preset whose network `spec` has, whatever else is set."""
    return next((p for p in PRESETS.values() if p.spec.widths == spec.widths), None)
