"""Hints: each holds where it should and not where all is well, and what it shows is a good spec."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from engine.backprop.building import as_inputs, build_network, one_hot
from engine.backprop.check import CheckResult, check_by_differences
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec
from engine.backprop.teaching import BackpropResults
from engine.backprop.training import Evaluation as BackpropEvaluation
from engine.data.images import load_images
from engine.errors import SpecError
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.initialization.probe import probe
from engine.initialization.results import Snapshot
from engine.initialization.tab_spec import InitializationSpec
from engine.lessons.facts import Facts
from engine.lessons.filling import NOT_YET
from engine.lessons.hints import Found, find_hint, hints_of, still_holding
from engine.lessons.library import Library
from engine.runs.history import History
from engine.spec import from_builtins, to_builtins
from engine.tabs import TAB_SPECS, spec_class
from engine.training.events import Diverged, Evaluation, Score, Step
from engine.training.inspection import Inspection, LayerReport
from engine.training.recipe import Recipe
from engine.training.tab_spec import TrainingSpec
from engine.training.teaching import TrainingResults

ALL = [(tab, hint) for tab in TAB_SPECS for hint in hints_of(tab)]
KEYS = [hint.key for _, hint in ALL]
LESSONS = {lesson.key: [step.title for step in lesson.steps] for lesson in Library().lessons}


# --- a run, a probe and a pass as they are handed over --------------------------------------------


def score_of(loss: float, accuracy: float = 0.5) -> Score:
    return Score(loss, round(1000 * accuracy), 1000)


def run(
    recipe: Recipe, *, train: list[float], test: list[float] | None = None,
    accuracy: float = 0.5, steps: list[float] = (2.3,), ending: object = None,
    layers: list[LayerReport] | None = None,
) -> TrainingResults:
    """A run with an evaluation after every epoch, from 1."""
    history = History(recipe)
    for number, loss in enumerate(steps, 1):
        history.add(Step(number, float(len(train)), loss, recipe.learning_rate, 50 * number))
    for epoch, (a, b) in enumerate(zip(train, test or train, strict=True), 1):
        history.add(Evaluation(epoch, float(epoch), score_of(a, accuracy), score_of(b), None))
    if ending is not None:
        history.add(ending)
    inspection = None if layers is None else Inspection(
        1, np.zeros(0, np.int64), np.zeros((0, 10), np.float32),
        np.zeros((0, 28, 28), np.float32), tuple(layers),
    )
    return TrainingResults(history, None, inspection)


def layer(**changes: float | None) -> LayerReport:
    values = {
        "name": "linear", "fan_in": 64, "fan_out": 64, "weight_rms": 0.1, "gradient_rms": 1e-3,
        "update_rms": 1e-4, "activation_mean": 0.2, "activation_rms": 0.4, "dead_share": 0.0,
    }
    return LayerReport(**{**values, **changes})


@cache
def snapshot(spec: InitializationSpec) -> Snapshot:
    found = [event for event in probe(spec.probe, load_images("fashion_mnist"))
             if isinstance(event, Snapshot)]
    return found[-1]


@cache
def check(recipe: BackpropSpec) -> CheckResult:
    network, x, y = sample(recipe)
    return list(check_by_differences(network, x, y, most=6))[-1]


def sample(recipe: BackpropSpec):
    images = load_images(recipe.data.value)
    network, _ = build_network(recipe)
    return (network, as_inputs(images.training_images[:1])[0],
            one_hot(images.training_labels[:1])[0])


def passed(spec: BackpropTabSpec, **more: object) -> BackpropResults:
    return BackpropResults(*sample(spec.backprop), **more)


def evaluated(*losses: float) -> tuple[BackpropEvaluation, ...]:
    return tuple(BackpropEvaluation(k, float(k), loss, 10, 100) for k, loss in enumerate(losses))


# --- the state in which each hint holds -----------------------------------------------------------


def training(**changes: object) -> TrainingSpec:
    return TrainingSpec(recipe=Recipe().replaced(**changes))


def expressivity(scene: str, **parts: dict[str, object]) -> ExpressivitySpec:
    page = parts.pop("grid_page", "fields")
    spec = ExpressivitySpec().replaced(scene=scene, grid_page=page)
    changed = {name: getattr(spec, name).replaced(**values) for name, values in parts.items()}
    return spec.replaced(**changed)


def initialization(**changes: object) -> InitializationSpec:
    spec = InitializationSpec()
    small = {"widths": "64x8", "batch_size": 32, "seeds": 2, "schemes": ["2/n_in"]}
    return spec.with_probe(spec.probe.replaced(**{**small, **changes}))


def backprop(scene: str = "steps", step: int = 0, **changes: object) -> BackpropTabSpec:
    spec = BackpropTabSpec().replaced(scene=scene, step=step)
    return spec.with_backprop(spec.backprop.replaced(**changes))


def _cases():
    t, x, i, b = training, expressivity, initialization, backprop
    deep = [layer(gradient_rms=1e-9), layer(), layer(), layer(dead_share=None)]
    wild = [layer(gradient_rms=1e3), layer(), layer(), layer(gradient_rms=1e-3, dead_share=None)]
    yield "training/diverged", t(learning_rate=5.0), run(
        Recipe(learning_rate=5.0), train=[9.0], steps=[2.3, 80.0], ending=Diverged(2, "no number"))
    yield "training/thrown", t(learning_rate=1.0), run(
        Recipe(learning_rate=1.0), train=[2.304], steps=[2.3, 900.0])
    yield "training/zeros", t(initialization="zeros"), run(
        Recipe(), train=[2.303], accuracy=0.1)
    yield "training/softmax", t(output="softmax"), run(Recipe(), train=[1.6])
    yield "training/dead", t(), run(
        Recipe(), train=[1.0], layers=[layer(dead_share=0.7), layer(dead_share=None)])
    yield "training/vanishing", t(), run(Recipe(), train=[1.0], layers=deep)
    yield "training/exploding", t(), run(Recipe(), train=[1.0], layers=wild)
    yield "training/saturated", t(activation="tanh"), run(
        Recipe(), train=[1.0], layers=[layer(activation_rms=0.99), layer(dead_share=None)])
    yield "training/slow", t(learning_rate=1e-6), run(
        Recipe(), train=[1.0], layers=[layer(update_rms=1e-8)] * 3)
    yield "training/overfitting", t(), run(
        Recipe(), train=[0.5, 0.3, 0.2, 0.1], test=[0.5, 0.4, 0.5, 0.6])
    yield "expressivity/no_edge", x("neuron", neuron={"weight": 0.0}), None
    yield "expressivity/edge_outside", x("neuron", neuron={"bias": 50.0}), None
    yield "expressivity/jump", x("function", function={"target": "preset", "preset": "jump"}), None
    yield "expressivity/naive", x("function", function={"edges": "naive"}), None
    yield "expressivity/left", x("function", function={"heights": "left"}), None
    yield "expressivity/steep", x(
        "function", function={"formula": "tanh(20*x)", "heights": "mid_range"}), None
    yield "expressivity/blurred", x(
        "function", function={"activation": "sigmoid", "steepness": 2.0}), None
    yield "expressivity/grid_jump", x("dimensions", grid={"target": "disc", "cells": 6}), None
    yield "expressivity/blow_up", x(
        "dimensions", grid_page="cost", sparsity={"dimension": 100}), None
    yield "expressivity/empty", x("dimensions", grid_page="sparsity"), None
    for key, changes in (
        ("overflow", {"widths": "64x40", "schemes": ["constant"], "sigma": 5.0}),
        ("explodes", {"schemes": ["constant"], "sigma": 0.5}),
        ("vanishes", {"schemes": ["1/n_in"]}),
        ("gradient_vanishes", {"widths": "512,256,128,64,32,16,8", "activation": "linear",
                               "schemes": ["1/n_in"]}),
        ("gradient_explodes", {"widths": "8,16,32,64,128,256,512", "activation": "linear",
                               "schemes": ["1/n_in"]}),
        ("saturated", {"activation": "tanh", "schemes": ["constant"], "sigma": 2.0}),
        ("pixels", {"widths": "784,64,10", "input": "fashion_mnist"}),
        ("alike", {"widths": "256x20"}),
    ):
        spec = i(**changes)
        yield f"initialization/{key}", spec, snapshot(spec)
    bug = b("proof", bug="missing_slope")
    yield "backprop/check", bug, passed(bug, check=check(bug.backprop))
    yield "backprop/epsilon", b("proof").replaced(epsilon=1e-11), passed(b())
    yield "backprop/diverging", b("training", learning_rate=100.0), passed(
        b(), evaluations=evaluated(2.3, 40.0))
    yield "backprop/twins", b("steps", initialization="zeros"), passed(
        b(initialization="zeros"))
    many = b("steps", 99, hidden=[16] * 8)
    yield "backprop/vanishing", many, passed(many)
    flat = b("steps", 5, activation="tanh", initialization="he", hidden=[8])
    network, image, label = sample(flat.backprop)
    network.w[1][:] *= 100
    yield "backprop/flat", flat, BackpropResults(network, image, label)
    yield "backprop/black", b("steps", 16), passed(b())


CASES = {key: (spec, results) for key, spec, results in _cases()}


def found(key: str) -> Found | None:
    """What is said where only this hint may speak."""
    spec, results = CASES[key]
    others = [other for other in KEYS if other != key]
    return find_hint(Facts(key.partition("/")[0], spec, results), others)


# --- tests ----------------------------------------------------------------------------------------


def test_there_are_enough_of_them_and_each_is_tried():
    assert len(set(KEYS)) == len(KEYS) >= 10
    assert all(len(hints_of(tab)) >= 2 for tab in TAB_SPECS)
    assert set(CASES) == set(KEYS)
    assert all(hint.key.startswith(f"{tab}/") for tab, hint in ALL)


@pytest.mark.parametrize("key", KEYS)
def test_it_is_said_in_one_sentence_with_its_numbers(key):
    hint = found(key)
    assert hint is not None
    assert hint.hint.key == key
    assert hint.sentence.endswith(".")
    assert not {NOT_YET, "{", "}"} & set(hint.sentence + hint.why)
    assert any(character.isdigit() for character in hint.sentence)
    assert 40 < len(hint.sentence) < 200
    assert hint.why.endswith(".")
    assert hint.tex


@pytest.mark.parametrize("key", KEYS)
def test_what_it_shows_is_another_spec_and_a_good_one(key):
    spec, _ = CASES[key]
    shown = found(key).shown
    assert shown != spec
    assert from_builtins(type(spec), to_builtins(shown)) == shown
    assert 2 < len(found(key).show) < 40


@pytest.mark.parametrize(("tab", "hint"), ALL, ids=KEYS)
def test_why_leads_to_a_step_that_there_is(tab, hint):
    lesson, title = hint.see
    assert title in LESSONS[lesson]


#: Hints whose remedy ends them at once, whatever the results are.
REMEDIED = [
    "training/softmax", "expressivity/no_edge", "expressivity/edge_outside", "expressivity/naive",
    "expressivity/left", "expressivity/steep", "expressivity/blurred", "expressivity/blow_up",
    "expressivity/empty", "initialization/pixels", "initialization/alike", "backprop/epsilon",
    "backprop/twins",
]


@pytest.mark.parametrize("key", REMEDIED)
def test_the_remedy_ends_it(key):
    _, results = CASES[key]
    tab = key.partition("/")[0]
    assert still_holding(Facts(tab, *CASES[key]), [key]) == {key}
    assert still_holding(Facts(tab, found(key).shown, results), [key]) == frozenset()


@pytest.mark.parametrize("key", ["overflow", "explodes", "vanishes"])
def test_the_rule_that_is_put_beside_holds_the_signal(key):
    shown = found(f"initialization/{key}").shown
    after = Facts("initialization", shown, snapshot(shown))
    assert find_hint(after, ["initialization/alike"]) is None
    assert snapshot(shown).results[0].forward.kind == "holds"


def test_a_fresh_tab_is_quiet():
    for tab in ("expressivity", "training", "backprop"):
        assert find_hint(Facts(tab, spec_class(tab)())) is None
    spec = backprop("steps", 3)
    assert find_hint(Facts("backprop", spec, passed(spec))) is None
    good = run(Recipe(), train=[0.9, 0.6, 0.5], test=[0.9, 0.6, 0.5],
               layers=[layer(), layer(), layer(dead_share=None)])
    assert find_hint(Facts("training", TrainingSpec(), good)) is None


def test_a_comparison_that_has_one_rule_right_needs_no_hint():
    spec = initialization(schemes=["1/n_in", "2/n_in"])
    assert find_hint(Facts("initialization", spec, snapshot(spec))) is None


def test_the_most_urgent_one_is_said_and_a_silenced_one_gives_way():
    spec = training(output="softmax", learning_rate=1.0)
    results = run(Recipe(learning_rate=1.0), train=[2.303], steps=[2.3, 50.0])
    facts = Facts("training", spec, results)
    assert find_hint(facts).hint.key == "training/thrown"
    assert find_hint(facts, ["training/thrown"]).hint.key == "training/softmax"
    assert find_hint(facts, ["training/thrown", "training/softmax"]) is None


def test_numbers_are_those_of_the_closed_forms():
    soft = found("training/softmax").sentence
    assert f"{math.log(1 + 9 / math.e):.3f}" in soft
    naive = found("expressivity/naive").sentence
    assert "28 neurons" in naive
    assert "15 give" in naive
    black, (_, results) = found("backprop/black").sentence, CASES["backprop/black"]
    dark = int((results.x == 0).sum())
    # Each black pixel has a weight to each of the 32 units of layer 1.
    assert f"{32 * dark:,} entries" in black
    assert f"{dark} pixels" in black


def test_a_change_that_does_not_go_together_is_not_offered(monkeypatch):
    def refuse(_spec):
        raise SpecError("No.")

    key = "expressivity/no_edge"
    hint = next(hint for _, hint in ALL if hint.key == key)
    refusing = replace(hint, change=refuse)
    monkeypatch.setattr("engine.lessons.hints.hints_of", lambda tab: (refusing,))
    assert found(key) is None
