"""The lessons that come with Chalknet: complete, right, and reachable by a beginner's hands."""

from __future__ import annotations

import re

import pytest
from playing import Player

from engine.lessons.check import check
from engine.lessons.conditions import holds
from engine.lessons.facts import Facts
from engine.lessons.filling import fill, fill_tex
from engine.lessons.lesson import Assignment, Lesson, Place, Prose, QuestionKind
from engine.lessons.library import Library, bundled_folder
from engine.lessons.reading import read_lesson
from engine.lessons.scoring import score
from engine.lessons.states import patched, value_of
from engine.lessons.truth import truth_of
from engine.tabs import spec_class
from engine.training.recipe import Recipe

PARTS = ["1a", "1b", "1c", "2a", "2b", "2c", "2d", "2e", "3a", "3b", "3c", "4a", "4b", "4c", "4d"]
FILES = sorted((bundled_folder() / "en").glob("*.md"))
LESSONS = {path.stem: read_lesson(path) for path in FILES}

#: What a beginner does to reach each goal, beyond entering its step.
SOLUTIONS = {
    "1a/a-box-from-1-to-2-5-two-high": {
        "box.height": "2", "box.left": "1", "box.width": "1.5",
    },
    "1b/below-0-1-with-twelve-neurons": {
        "function.pieces": "11", "function.heights": "mid_range",
        "function.breakpoints": "adaptive",
    },
    "1c/a-hill-off-by-0-15-at-most": {"grid.cells": "24", "grid.heights": "mid_range"},
    "2b/the-signal-holds-for-50-layers": {"probe.sigma": "0.0884"},
    "4c/find-the-injected-bug": {},
}
#: Those that want a training, tried on all of the data or with more patience than a test has.
TRAINED = {
    "3a/80-right-within-five-epochs", "3b/past-90-on-fashionmnist",
    "4d/90-with-your-own-backprop",
}


def test_there_is_one_for_every_part_an_hour_and_failures():
    library = Library()
    assert library.problems == ()
    assert [lesson.key for lesson in library.lessons] == ["hour", *PARTS, "break-it"]
    assert all(lesson.part == lesson.key for lesson in library.lessons if lesson.key in PARTS)


@pytest.mark.parametrize("path", [*FILES, bundled_folder() / "template.md"], ids=lambda p: p.stem)
def test_the_file_is_good_and_every_formula_can_be_set(path):
    assert "is a good lesson" in check(path)


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.key)
def test_a_step_is_the_same_directly_and_in_sequence(lesson: Lesson):
    in_sequence = [lesson.at(place) for place in lesson.places]
    for place, state in zip(lesson.places, in_sequence, strict=True):
        assert read_lesson(lesson.path).at(place) == state
        # Complete: whatever else a tab showed before, its whole spec is given.
        assert all(type(spec) is spec_class(key) for key, spec in state.specs.items())


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.key)
def test_every_step_says_something_and_questions_come_before_answers(lesson: Lesson):
    assert lesson.summary.endswith(".")
    for step in lesson.steps:
        assert step.minutes > 0, step.title
        assert step.before.blocks or step.question, step.title
        if step.after is not None:
            assert step.after.blocks, step.title
            assert step.question is not None, step.title
    asked = sum(step.question is not None for step in lesson.steps)
    assert asked >= len(lesson.steps) / 2


#: Nothing here waits for a long training; every live number is one, whatever its value.
QUICK = Recipe(training_images=200, hidden=(16,), batch_size=50, epochs=1, evaluation_interval=0.5)


def quick_results(player: Player, lesson: Lesson, place: Place, spec):
    """Results for a place: real ones, of a smaller experiment."""
    tab, actions = lesson.at(place).tab, lesson.at(place).actions
    if tab == "training":
        action = actions.get(tab)
        small = spec.replaced(recipe=QUICK.replaced(output=spec.recipe.output))
        one = None if action is None else _shortened(action, 1.0)
        return player.results(tab, small, {} if one is None else {tab: one})
    if tab == "initialization":
        return player.results(tab, spec.replaced(
            probe=spec.probe.replaced(seeds=1, batch_size=16)), {})
    if tab == "backprop" and tab in actions:
        small = spec.backprop.replaced(training_images=100, epochs=1)
        one = _shortened(actions[tab], 1.0)
        return player.results(tab, spec.replaced(backprop=small), {tab: one})
    return player.results(tab, spec, {})


def _shortened(action, epoch: float):
    from dataclasses import replace

    return replace(action, argument=min(action.argument, epoch))


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.key)
def test_every_number_is_there_and_every_question_has_a_truth(lesson: Lesson):
    player = Player()
    for place in lesson.places:
        step, state = lesson.steps[place.step], lesson.at(place)
        spec = state.specs[state.tab]
        facts = Facts(state.tab, spec, quick_results(player, lesson, place, spec))
        part = step.after if place.is_revealed else step.before
        for block in part.blocks:
            is_prose = isinstance(block, Prose)
            text = fill(block.text, facts) if is_prose else fill_tex(block.tex, facts)
            assert "{{" not in re.sub(r"\^\{\{|_\{\{", "", text), step.title
            if "…" in text and place.is_revealed:
                pytest.fail(f"not known after the reveal: {text}")
        if place.is_revealed and step.question is not None:
            question = step.question
            assert "…" not in fill(question.prompt, facts).rstrip(" …")
            truth = truth_of(question, facts)
            assert truth is not None, step.title
            if question.kind is QuestionKind.SKETCH:
                assert score(question, (truth.x, truth.y), truth).points > 0.95
            elif question.kind is QuestionKind.ORDER:
                best = tuple(sorted(question.choices, key=truth.ranks.__getitem__))
                assert score(question, best, truth).points == 1
            elif question.kind is QuestionKind.NUMBER:
                assert score(question, truth.number, truth).points == 1
            else:
                assert truth.text in question.choices, step.title


GOALS = [
    (lesson, number, step.goal)
    for lesson in LESSONS.values() for number, step in enumerate(lesson.steps)
    if step.goal is not None
]


@pytest.mark.parametrize(("lesson", "number", "goal"), GOALS, ids=lambda x: getattr(x, "key", x))
def test_goals_are_not_reached_yet_and_can_be(lesson, number, goal):
    assert goal.key in SOLUTIONS.keys() | TRAINED
    state = lesson.at(Place(number))
    spec, player = state.specs[state.tab], Player()
    has_score = lesson.steps[number].question is not None
    if goal.key in TRAINED:
        assert not holds(goal.condition, Facts(state.tab, spec))
        return
    assert not holds(goal.condition, Facts(state.tab, spec, player.results(state.tab, spec, {})))
    moved = patched(state.tab, spec, [
        Assignment(path, value_of(state.tab, path, text), 1)
        for path, text in SOLUTIONS[goal.key].items()
    ])
    extra = {"score": 1.0} if has_score else {}
    facts = Facts(state.tab, moved, player.results(state.tab, moved, {}), extra)
    assert holds(goal.condition, facts)


def test_the_goals_of_training_are_reached_by_the_right_numbers():
    """What the homework's recipe and its improvement measure on all images."""
    known = {
        "3a/80-right-within-five-epochs": {"test_accuracy": 0.8315, "epoch": 5.0},
        "3b/past-90-on-fashionmnist": {"test_accuracy": 0.905},
        "4d/90-with-your-own-backprop": {"test_accuracy": 0.9265},
    }
    for lesson, number, goal in GOALS:
        if goal.key in known:
            state = lesson.at(Place(number))
            facts = Facts(state.tab, state.specs[state.tab], extra=known[goal.key])
            assert holds(goal.condition, facts)


def test_the_truths_given_in_the_files_are_those_of_the_engine():
    """Answers that stand in a lesson as numbers, against closed forms."""
    import math

    closed = {
        ("3a", "What is the loss before"): math.log(10),
        ("3a", "The network becomes"): math.log((math.e + 9) / math.e),
        ("2b", "Which σ makes"): 1 / math.sqrt(256),
        ("2c", "It is 1 in layer 1."): 2.0**-19,
        ("2e", "A layer with 1,024"): 2 / (1024 + 512),
        ("4a", "What is σ in layer 1"): 1 / math.sqrt(784),
        ("4c", "How large can"): 0.25,
        ("4d", "What share of the test images is right by chance"): 10.0,
        ("hour", "It knows nothing yet."): math.log(10),
    }
    found = {
        (lesson.key, step.question.prompt): step.question.answer
        for lesson in LESSONS.values() for step in lesson.steps
        if step.question is not None and isinstance(step.question.answer, float)
    }
    for (key, begin), value in closed.items():
        answers = [a for (k, prompt), a in found.items() if k == key and prompt.startswith(begin)]
        assert answers == [pytest.approx(value, rel=5e-3)], begin
    assert len(found) == len(closed)
