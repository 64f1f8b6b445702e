"""What the specs of part 4 accept, and what they say where they do not."""

from __future__ import annotations

import pytest

from engine.backprop.presets import PRESETS, find_preset, matching_preset
from engine.backprop.spec import GROUPS, BackpropSpec, RateChange
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, DrawSpec, Part, Scene
from engine.errors import SpecError
from engine.spec import from_json, knobs, to_json, with_assignments


def test_the_default_is_the_homework():
    spec = BackpropSpec()
    assert spec.sizes == (784, 32, 32, 10)
    assert (spec.learning_rate, spec.epochs, spec.batch_size, spec.seed) == (0.003, 3, 1, 80085)
    assert find_preset("homework").spec == spec


def test_every_knob_has_a_group_and_an_explanation():
    for knob in knobs(BackpropSpec).values():
        assert knob.group in GROUPS
        assert knob.label
        assert knob.help.endswith(".")


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.key)
def test_presets_are_found_again(preset):
    preset.spec.check()
    seen = preset.spec.replaced(
        seed=5, changes=[{"step": 3, "learning_rate": 0.1}], evaluation_interval=0.5
    )
    assert matching_preset(seen) is preset
    assert preset.watch.endswith(".")


def test_an_unknown_preset_names_the_known():
    with pytest.raises(SpecError, match="choose from homework"):
        find_preset("nonsense")


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("hidden=32-0", "0 units passes nothing on"),
        ("hidden=2x9", "at most 8"),
        ("hidden=900", "Hidden layers must be"),
        ("learning_rate=0", "Learning rate η must be a number from"),
        ("activation=gelu", "Activation must be one of sigmoid, tanh, relu"),
        ("bug=nonsense", "Inject a bug must be one of none, missing_slope"),
        ("epochs=0", "Epochs must be"),
    ],
)
def test_bad_settings_are_one_sentence(assignment: str, words: str):
    with pytest.raises(SpecError, match=words) as raised:
        with_assignments(BackpropSpec(), [assignment])
    assert raised.value.field == assignment.partition("=")[0]


def test_no_hidden_layer_is_a_network():
    assert with_assignments(BackpropSpec(), ["hidden="]).sizes == (784, 10)


def test_the_rate_in_force():
    spec = BackpropSpec(
        changes=(RateChange(step=10, learning_rate=0.1), RateChange(step=5, learning_rate=0.2))
    )
    assert [spec.learning_rate_at(k) for k in (0, 4, 5, 9, 10, 99)] == [
        0.003, 0.003, 0.2, 0.2, 0.1, 0.1,
    ]


def test_the_tabs_state_survives_a_file():
    spec = BackpropTabSpec().replaced(
        scene=Scene.DRAW, step=9, chosen=Chosen(Part.UNIT, 2, 0, 7),
        drawing=DrawSpec(strokes=(((0.1, 0.2), (0.3, 0.4)),), label=3),
    )
    assert from_json(BackpropTabSpec, to_json(spec)) == spec


def test_another_network_lets_the_chosen_number_go():
    spec = BackpropTabSpec(chosen=Chosen())
    same = spec.with_backprop(spec.backprop.replaced(learning_rate=0.1))
    assert same.chosen == Chosen()
    assert spec.with_backprop(spec.backprop.replaced(hidden=(5,))).chosen is None


def test_a_prepared_image_has_784_pixels():
    with pytest.raises(SpecError, match="28 × 28 pixels, not 3"):
        BackpropTabSpec().replaced(drawing={"pixels": [1, 2, 3]})
    with pytest.raises(SpecError, match="epsilon"):
        BackpropTabSpec().replaced(epsilon=0)
