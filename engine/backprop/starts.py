"""The recipes and the exercises for paper as starts of the Backprop tab."""

from __future__ import annotations

from engine.backprop.presets import PRESETS, Preset
from engine.backprop.small_presets import SMALL_PRESETS, SmallPreset
from engine.backprop.tab_spec import BackpropTabSpec, Scene
from engine.spec import Spec
from engine.starts import Start


def _recipe(preset: Preset) -> Start:
    def change(spec: BackpropTabSpec) -> Spec:
        interval = spec.backprop.evaluation_interval
        recipe = preset.spec.replaced(evaluation_interval=interval)
        return spec.with_backprop(recipe).replaced(is_bug_hidden=False)

    return Start(preset.key, preset.label, preset.watch, change, preset.is_mistake)


def _exercise(preset: SmallPreset) -> Start:
    def change(spec: BackpropTabSpec) -> Spec:
        return spec.replaced(scene=Scene.SMALL, small=preset.spec)

    return Start(f"small_{preset.key}", preset.label, preset.watch, change)


STARTS = (
    *(_recipe(preset) for preset in PRESETS.values()),
    *(_exercise(preset) for preset in SMALL_PRESETS.values()),
)
