"""The targets worth fitting as starts of the Expressivity tab."""

from __future__ import annotations

from engine.expressivity.presets import PRESETS, Preset
from engine.expressivity.spec import TargetKind
from engine.expressivity.tab_spec import ExpressivitySpec, Scene
from engine.spec import Spec
from engine.starts import Start


def _start(preset: Preset) -> Start:
    def change(spec: ExpressivitySpec) -> Spec:
        function = spec.function.replaced(target=TargetKind.PRESET, preset=preset.key)
        return spec.with_function(function).replaced(scene=Scene.FUNCTION)

    return Start(preset.key.value, preset.key.english, preset.watch, change)


STARTS = tuple(_start(preset) for preset in PRESETS.values())
