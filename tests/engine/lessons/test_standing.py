"""What every tab can be asked at any time: good questions, whose truth is known and right."""

from __future__ import annotations

import numpy as np
import pytest

from engine.backprop.building import build_network, one_hot
from engine.backprop.spec import BackpropSpec
from engine.backprop.tab_spec import BackpropTabSpec, Chosen, Part
from engine.backprop.teaching import BackpropResults
from engine.expressivity.spec import FunctionSpec
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.initialization.headless import measure
from engine.initialization.tab_spec import InitializationSpec
from engine.lessons.facts import Facts
from engine.lessons.filling import fill
from engine.lessons.lesson import QuestionKind
from engine.lessons.scoring import score
from engine.lessons.truth import truth_of
from engine.tabs import TAB_SPECS, standing, teaching
from engine.training.events import TestResult
from engine.training.recipe import Recipe
from engine.training.tab_spec import Follow, TrainingSpec
from engine.training.teaching import TrainingResults

KINDS = {
    "expressivity": {QuestionKind.SKETCH, QuestionKind.NUMBER},
    "initialization": {QuestionKind.SKETCH, QuestionKind.ORDER, QuestionKind.NUMBER},
    "training": {QuestionKind.SKETCH, QuestionKind.CHOICE, QuestionKind.ORDER},
    "backprop": {QuestionKind.SKETCH, QuestionKind.CHOICE, QuestionKind.SIGN, QuestionKind.NUMBER},
}


def _probes(**changes):
    default = InitializationSpec()
    return default.with_probe(default.probe.replaced(**changes))


SPECS = {
    "expressivity": [
        ExpressivitySpec(), ExpressivitySpec(function=FunctionSpec(formula="3", pieces=1)),
    ],
    "initialization": [
        InitializationSpec(), _probes(schemes=("constant:0.1",)), _probes(widths="8x2"),
    ],
    "training": [TrainingSpec(), TrainingSpec(follow=Follow.MOST_WRONG)],
    "backprop": [BackpropTabSpec(), BackpropTabSpec(chosen=Chosen(Part.BIAS, 2, 0, 1))],
}


@pytest.mark.parametrize("key", TAB_SPECS)
def test_every_tab_asks_good_questions_whatever_its_spec(key):
    for spec in SPECS[key]:
        found = standing(key, spec, None)
        assert found
        assert len({one.title for one in found}) == len(found)
        facts = Facts(key, spec)
        for one in found:
            question = one.question
            assert question.prompt.endswith((".", "?"))
            assert "{{" not in fill(question.prompt, facts)
            if question.kind is QuestionKind.SKETCH:
                assert teaching(key).curve(question.of) is not None
                for low, high in (question.x_range, question.y_range):
                    assert low < high
                assert not question.is_log or question.y_range[0] > 0
                assert not question.is_x_log or question.x_range[0] > 0
            else:
                assert teaching(key).fact(question.of) is not None
            assert not one.given or teaching(key).curve(one.given) is not None
            one.placed(spec).check()
    assert {one.question.kind for one in standing(key, SPECS[key][0], None)} <= KINDS[key]
    asked = {one.question.kind for spec in SPECS[key] for one in standing(key, spec, None)}
    assert asked == KINDS[key]


def judged(key, spec, results, of):
    """The question about `of`, and its truth."""
    one = next(s for s in standing(key, spec, results) if s.question.of == of)
    facts = Facts(key, spec, results)
    return one, truth_of(one.question, facts), facts


def test_expressivity_knows_at_once_what_the_boxes_make():
    spec = ExpressivitySpec(function=FunctionSpec(formula="x", pieces=4, half_width=2))
    one, truth, facts = judged("expressivity", spec, None, "network")
    assert one.is_final(facts)
    # Four boxes of width 1 under the line x, as high as its middle.
    at = np.interp([-1.5, -0.5, 0.5, 1.5], truth.x, truth.y)
    assert at == pytest.approx([-1.5, -0.5, 0.5, 1.5], abs=1e-9)
    assert score(one.question, (truth.x, truth.y), truth).points == pytest.approx(1)
    assert Facts("expressivity", spec).points(one.given)[1] == pytest.approx(truth.x)


def test_initialization_orders_the_schemes_by_the_names_that_it_shows():
    probe = InitializationSpec().probe.replaced(
        schemes=("1/n_in", "2/n_in"), widths="32x6", batch_size=64, seeds=2
    )
    spec = InitializationSpec().with_probe(probe)
    snapshot = measure(probe, None)
    one, truth, facts = judged("initialization", spec, snapshot, "pre_by_scheme")
    assert one.is_final(facts)
    finals = {r.scheme.label: float(r.at("pre").measured[-1]) for r in snapshot.results}
    assert set(one.question.choices) == set(finals)
    assert max(finals, key=finals.get) == "He: 2/n_in"
    right = tuple(sorted(finals, key=finals.get, reverse=True))
    assert score(one.question, right, truth).points == 1
    assert score(one.question, right[::-1], truth).points == 0


def test_training_counts_what_is_right_in_each_class():
    labels = np.repeat(np.arange(10), 5)
    predicted = labels.copy()
    predicted[30:33] = 0  # three of the five shirts
    predicted[0] = 6
    confusion = np.zeros((10, 10), dtype=np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    test = TestResult(8, predicted.astype(np.uint8), np.zeros(50, dtype=np.float32), confusion)
    spec = TrainingSpec(recipe=Recipe(), watched=(31, 2, 3))
    results = TrainingResults(_history(epoch=1.0), test)
    one, truth, facts = judged("training", spec, results, "accuracy_by_class")
    assert one.is_final(facts)
    by_hand = {
        name: float(np.mean(predicted[labels == k] == k))
        for k, name in enumerate(spec_class_names())
    }
    assert facts.value("accuracy_by_class") == pytest.approx(by_hand)
    assert score(one.question, ("Trouser", "Sandal", "T-shirt/top", "Shirt"), truth).points == 1
    one, truth, _ = judged("training", spec, results, "predicted")
    assert truth.text == "T-shirt/top"
    assert score(one.question, "Shirt", truth).points == 0


def test_training_is_over_when_it_has_ended_and_not_before():
    spec = TrainingSpec()
    one, _, _ = judged("training", spec, None, "test_loss")
    assert not one.is_final(Facts("training", spec))
    assert not one.is_final(Facts("training", spec, TrainingResults(_history(epoch=1.0))))


class _History:
    """As much of a run's history as the facts ask for."""

    last = ending = None

    def __init__(self, epoch):
        self.epoch = epoch


def _history(epoch):
    return _History(epoch)


def spec_class_names():
    from engine.data.catalogue import find_dataset

    return find_dataset("fashion_mnist").class_names


@pytest.fixture
def small_pass():
    recipe = BackpropSpec(hidden=(6, 5), seed=3)
    network, _ = build_network(recipe)
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 1, 784), one_hot(4)[0]
    return recipe, BackpropResults(network, x, y)


def loss_at(network, x, y):
    network.forward(x[None])
    return float(network.loss(y[None]))


@pytest.mark.parametrize("chosen", [
    Chosen(Part.WEIGHT, 3, 2, 4), Chosen(Part.WEIGHT, 1, 100, 3), Chosen(Part.BIAS, 2, 0, 1),
])
def test_the_gradient_that_is_asked_for_is_what_the_loss_does(small_pass, chosen):
    recipe, results = small_pass
    spec = BackpropTabSpec(backprop=recipe, chosen=chosen)
    network, eps = results.network, 1e-6
    group = network.w if chosen.part is Part.WEIGHT else network.b
    at = (chosen.row if chosen.part is Part.WEIGHT else 0, chosen.column)
    losses = []
    for step in (eps, -eps):
        group[chosen.layer][at] += step
        losses.append(loss_at(network, results.x, results.y))
        group[chosen.layer][at] -= step
    quotient = (losses[0] - losses[1]) / (2 * eps)
    one, truth, facts = judged("backprop", spec, results, "chosen_gradient")
    assert facts.value("chosen_gradient") == pytest.approx(quotient, rel=1e-5, abs=1e-9)
    right = "+" if quotient > 0 else "−"
    assert score(one.question, right, truth).points == 1
    one, truth, _ = judged("backprop", spec, results, "chosen_size")
    assert score(one.question, abs(quotient), truth).points == 1


def test_backprop_asks_of_the_image_that_is_shown(small_pass):
    recipe, results = small_pass
    spec = BackpropTabSpec(backprop=recipe)
    one, truth, _ = judged("backprop", spec, results, "winner_class")
    assert one.picture.shape == (28, 28)
    np.testing.assert_array_equal(one.picture.ravel(), np.round(255 * results.x))
    network = results.network
    network.forward(results.x[None])
    assert truth.text == str(int(np.argmax(network.p)))
    again = next(s for s in standing("backprop", spec, results) if s.question.of == "winner_class")
    assert one.is_same(again)
    other = BackpropResults(network, 1 - results.x, results.y)
    assert not one.is_same(standing("backprop", spec, other)[0])
    # A number of another network is none that could be asked for.
    alien = spec.replaced(chosen=Chosen(Part.WEIGHT, 3, 99, 0))
    assert Facts("backprop", alien, results).value("chosen_gradient") is None
