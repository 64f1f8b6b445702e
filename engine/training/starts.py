"""The recipes of the Training tab as starts."""

from __future__ import annotations

from engine.spec import Spec
from engine.starts import Start
from engine.training.presets import PRESETS, Preset
from engine.training.tab_spec import TrainingSpec


def _start(preset: Preset) -> Start:
    def change(spec: TrainingSpec) -> Spec:
        return spec.replaced(recipe=preset.recipe)

    return Start(preset.key, preset.label, preset.watch, change, preset.is_mistake)


STARTS = tuple(_start(preset) for preset in PRESETS.values())
