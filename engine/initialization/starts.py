"""The networks worth probing as starts of the Initialization tab."""

from __future__ import annotations

from engine.initialization.presets import PRESETS, Preset
from engine.initialization.tab_spec import InitializationSpec
from engine.spec import Spec
from engine.starts import Start


def _start(preset: Preset) -> Start:
    def change(spec: InitializationSpec) -> Spec:
        return spec.with_probe(preset.spec)

    return Start(preset.key, preset.label, preset.watch, change)


STARTS = tuple(_start(preset) for preset in PRESETS.values())
