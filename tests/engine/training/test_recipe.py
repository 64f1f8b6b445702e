"""The recipe and its presets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from toys import recipes

from engine.errors import SpecError
from engine.spec import from_builtins, from_json, knobs, to_builtins, to_json
from engine.training.presets import PRESETS, find_preset, matching_preset
from engine.training.recipe import GROUPS, LIVE_FIELDS, Change, Recipe


def test_the_homework_is_part_3_exactly():
    assert json.loads(to_json(PRESETS["homework"].recipe)) == {
        "data": "fashion_mnist",
        "training_images": 0,
        "validation_share": 0.0,
        "normalization": "unit",
        "hidden": [256, 128, 64],
        "activation": "relu",
        "initialization": "pytorch",
        "output": "logits",
        "optimizer": "adam",
        "learning_rate": 0.001,
        "schedule": "constant",
        "batch_size": 128,
        "epochs": 30,
        "dropout": 0.0,
        "batch_norm": False,
        "weight_decay": 0.0,
        "label_smoothing": 0.0,
        "flip": False,
        "shift": 0,
        "seed": 0,
        "device": "cpu",
        "evaluation_interval": 1.0,
        "changes": [],
    }
    assert PRESETS["homework"].recipe.layer_sizes == (784, 256, 128, 64, 10)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_are_valid_and_say_what_to_watch(preset):
    assert from_builtins(Recipe, to_builtins(preset.recipe)) == preset.recipe
    assert preset.watch.endswith(".")
    assert find_preset(preset.key) is preset
    assert matching_preset(preset.recipe) is preset
    assert matching_preset(preset.recipe.replaced(seed=5)) is preset
    assert matching_preset(preset.recipe.replaced(learning_rate=0.0123)) is None


def test_the_instructive_mistakes_are_there():
    mistakes = {key: preset.recipe for key, preset in PRESETS.items() if preset.is_mistake}
    assert mistakes["rate_too_large"].learning_rate == 1.0
    assert mistakes["all_zero"].initialization == "zeros"
    assert mistakes["double_softmax"].output == "softmax"
    assert mistakes["few_images"].training_images == 200
    assert len(mistakes["deep_sigmoid"].hidden) == 20
    assert mistakes["deep_sigmoid"].activation == "sigmoid"


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(SpecError, match="no preset “homwork”; choose from homework, first_minute"):
        find_preset("homwork")


@given(recipes())
def test_every_recipe_survives_a_file(recipe: Recipe):
    assert from_json(Recipe, to_json(recipe)) == recipe


def test_every_field_but_changes_has_a_knob_in_a_known_group():
    fields = knobs(Recipe)
    assert {*fields, "changes"} == set(Recipe.__struct_fields__)
    assert {field.group for field in fields.values()} == set(GROUPS)
    assert all(field.help.endswith(".") for field in fields.values())
    assert set(fields) >= LIVE_FIELDS


CHANGED = Recipe(
    learning_rate=0.1,
    changes=(
        Change(20, {"learning_rate": 0.4}),
        Change(5, {"learning_rate": 0.2, "dropout": 0.5}),
        Change(5, {"weight_decay": 0.1}),
        Change(10, {"learning_rate": 0.3}),
    ),
)


@pytest.mark.parametrize(
    ("step", "rate", "dropout", "decay"),
    [(0, 0.1, 0.0, 0.0), (4, 0.1, 0.0, 0.0), (5, 0.2, 0.5, 0.1), (9, 0.2, 0.5, 0.1),
     (10, 0.3, 0.5, 0.1), (19, 0.3, 0.5, 0.1), (20, 0.4, 0.5, 0.1), (10**6, 0.4, 0.5, 0.1)],
)  # fmt: skip
def test_settings_in_force(step: int, rate: float, dropout: float, decay: float):
    """In the order of the steps, whatever the order in the file."""
    at = CHANGED.at(step)
    assert (at.learning_rate, at.dropout, at.weight_decay) == (rate, dropout, decay)
    assert at.changes == ()


def test_changes_at_one_step_are_merged():
    assert CHANGED.change_at(5) == {"learning_rate": 0.2, "dropout": 0.5, "weight_decay": 0.1}
    assert CHANGED.change_at(6) == {}


def test_without_live_fields_compares_what_cannot_change():
    other = CHANGED.replaced(dropout=0.7, label_smoothing=0.2)
    assert other.without_live_fields() == Recipe().without_live_fields()
    assert other.replaced(seed=1).without_live_fields() != Recipe().without_live_fields()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"training_images": 9}, "at least 10, one for each class; 0 stands for all"),
        ({"training_images": 60_001}, "Training images must be a whole number from 0 to 60,000"),
        ({"hidden": [8] * 51}, "Hidden layers: 51 .* at most 50"),
        ({"hidden": [2049]}, "Hidden layers must be a list of whole numbers from 1 to 2,048"),
        ({"seed": -1}, "Seed must be a whole number from 0 to 2,147,483,647"),
        ({"changes": [{"step": 1, "values": {"epochs": 2}}]}, "“epochs” cannot change in mid-run"),
        ({"changes": [{"step": 1, "values": {"dropout": 2}}]}, "Dropout must be .* from 0 to 0.9"),
        ({"changes": [{"step": -1, "values": {}}]}, "“changes”"),
        ({"changes": [{"step": 1}]}, "values.* in “changes”"),
    ],
)
def test_what_does_not_go_together(fields: dict[str, object], words: str):
    with pytest.raises(SpecError, match=words):
        from_builtins(Recipe, fields)
