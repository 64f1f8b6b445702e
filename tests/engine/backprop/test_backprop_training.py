"""Training: the same numbers however it is cut, paused, watched or hurried; and how it ends."""

from __future__ import annotations

import numpy as np
import pytest
import textbook
from backprop_samples import TINY, images
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backprop.evaluation import evaluate
from engine.backprop.spec import BackpropSpec, Bug, RateChange
from engine.backprop.training import (
    Diverged,
    Evaluation,
    Finished,
    Norms,
    Progress,
    RateChanged,
    Training,
)
from engine.errors import SpecError


def finish(training: Training, budget_s: float = 0.015) -> list[object]:
    return list(training.events(budget_s))


def outcome(training: Training) -> tuple[object, ...]:
    return (
        training.network.theta.tobytes(), training.losses.tobytes(), training.running.tobytes(),
        tuple(training.norms), tuple(training.evaluations),
    )


@pytest.mark.parametrize("batch_size", [1, 32])
def test_numbers_are_the_same_however_the_work_is_cut(batch_size: int):
    spec = TINY.replaced(batch_size=batch_size, evaluation_interval=0.25)
    whole = Training(spec, images())
    finish(whole, 10.0)
    crumbs = Training(spec, images())
    finish(crumbs, 0.0)
    paced = Training(spec, images())
    paced.pace = 7
    finish(paced)
    assert outcome(whole) == outcome(crumbs) == outcome(paced)


def test_stopping_looking_and_going_on_changes_nothing():
    straight = Training(TINY, images())
    finish(straight)
    halting = Training(TINY, images())
    halting.pace = 40
    while not isinstance(halting.ending, Finished):
        run = halting.events()
        for _ in range(3):
            next(run, None)
        halting.snapshot().network.theta[:] = 0
        run.close()
    assert outcome(halting) == outcome(straight)


def test_run_is_the_textbooks():
    chosen, rng = images(), np.random.default_rng(TINY.seed)
    spec = TINY.replaced(learning_rate=0.01, hidden=(32, 32))
    training = Training(spec, chosen)
    evaluations = [e for e in finish(training) if isinstance(e, Evaluation)]
    x, tests = (
        part.reshape(-1, 784).astype(np.float32) / 255
        for part in (chosen.training_images[:300], chosen.test_images)
    )
    labels, true = chosen.training_labels.astype(int), chosen.test_labels.astype(int)
    weights, biases = textbook.initialize((784, 32, 32, 10), rng)
    expected, losses = [textbook.evaluate(tests, true, weights, biases)], []
    for _ in range(2):
        for i in rng.permutation(300):
            losses.append(textbook.train_sample(x[i], labels[i], weights, biases, 0.01))
        expected.append(textbook.evaluate(tests, true, weights, biases))
    np.testing.assert_allclose(training.losses, losses, rtol=0, atol=1e-12)
    assert [e.test_correct for e in evaluations] == [hits for _, hits in expected]
    np.testing.assert_allclose(
        [e.test_loss for e in evaluations], [loss for loss, _ in expected], rtol=0, atol=1e-12
    )


def test_a_pass_in_batches_is_gradient_descent_on_means():
    spec = TINY.replaced(batch_size=128, epochs=1)  # the last batch has 44
    training = Training(spec, images())
    finish(training)
    page = Training(spec.replaced(bug=Bug.NONE), images()).network
    rng = np.random.default_rng(spec.seed)
    page.initialise(rng)
    order = rng.permutation(300)
    x = images().training_images[:300].reshape(-1, 784).astype(np.float32) / 255
    for start in (0, 128, 256):
        chosen = order[start : start + 128]
        page.make_room(len(chosen))
        page.forward(x[chosen].astype(np.float64))
        page.backward(np.eye(10)[images().training_labels[chosen]])
        page.update(spec.learning_rate)
    np.testing.assert_array_equal(training.network.theta, page.theta)


def test_what_is_reported():
    training = Training(TINY.replaced(evaluation_interval=0.5), images())
    events = finish(training)
    progress = [e for e in events if isinstance(e, Progress)]
    assert np.concatenate([e.losses for e in progress]).tolist() == list(training.losses)
    assert [e.step for e in progress] == np.cumsum([len(e.losses) for e in progress]).tolist()
    assert progress[-1].images == 600
    evaluations = [e for e in events if isinstance(e, Evaluation)]
    assert [e.epoch for e in evaluations] == [0, 0.5, 1, 1.5, 2]
    assert [e.step for e in events if isinstance(e, Norms)] == [100, 200, 300, 400, 500, 600]
    assert isinstance(events[-1], Finished)
    assert training.total_steps == 600
    assert finish(training) == []


@pytest.mark.parametrize(("batch_size", "smoothing"), [(1, 500), (32, 15), (1000, 1)])
def test_running_loss_is_an_exponential_mean(batch_size: int, smoothing: int):
    training = Training(TINY.replaced(epochs=3, batch_size=batch_size), images())
    finish(training)
    expected, mean = [], 0.0
    for step, loss in enumerate(training.losses, 1):
        mean += (loss - mean) / min(step, smoothing)
        expected.append(mean)
    np.testing.assert_allclose(training.running, expected, rtol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_norms_are_those_of_the_gradient(batch_size: int):
    spec = TINY.replaced(batch_size=batch_size, epochs=1, training_images=100 * batch_size)
    training = Training(spec, images())
    training.pace = 1
    events = training.events()
    while training.step < 99:
        next(events)
    before = training.snapshot().network.theta
    while training.step < 100:
        next(events)
    moved = before - training.network.theta
    sizes, start = spec.sizes, 0
    for k, norm in enumerate(training.norms[0].norms, 1):
        part = moved[start : start + sizes[k - 1] * sizes[k]]
        start += (sizes[k - 1] + 1) * sizes[k]
        assert norm == pytest.approx(np.linalg.norm(part) / spec.learning_rate, rel=1e-9)


@settings(deadline=None, max_examples=8)
@given(st.integers(1, 599), st.sampled_from([0.01, 0.2]))
def test_a_rate_changed_in_mid_run_reproduces(step: int, rate: float):
    changed = Training(TINY, images())
    events = changed.events(0.0005)
    while changed.step < step:
        changed.pace = step - changed.step
        next(events)
    changed.pace = None
    changed.change_rate(rate)
    seen = list(events)
    assert changed.spec.changes == (RateChange(step=step, learning_rate=rate),)
    assert RateChanged(step, rate) in seen
    again = Training(changed.spec, images())
    finish(again)
    assert outcome(again) == outcome(changed)
    assert changed.spec.learning_rate_at(step - 1) == TINY.learning_rate
    assert changed.spec.learning_rate_at(step) == rate


def test_a_rate_cannot_change_after_the_end_nor_to_nonsense():
    training = Training(TINY.replaced(epochs=1), images())
    with pytest.raises(SpecError, match="Learning rate η must be a number from"):
        training.change_rate(-1.0)
    assert training.spec.changes == ()
    finish(training)
    with pytest.raises(SpecError, match="The run is over"):
        training.change_rate(0.1)


@pytest.mark.parametrize(
    "spec",
    [TINY.replaced(learning_rate=1000.0),
     TINY.replaced(learning_rate=1000.0, batch_size=16),
     TINY.replaced(learning_rate=1000.0, activation="relu"),
     TINY.replaced(learning_rate=1000.0, hidden=())],
)  # fmt: skip
def test_rate_1000_ends_with_one_sentence_and_keeps_its_history(spec: BackpropSpec):
    training = Training(spec, images())
    events = finish(training)
    assert isinstance(events[-1], Diverged)
    sentence = events[-1].explanation
    assert "learning rate 1000" in sentence
    assert sentence.endswith("Lower the learning rate.")
    assert len(training.losses) == training.step >= 1
    assert training.evaluations[0].epoch == 0
    assert finish(training) == []


@pytest.mark.parametrize("bug", [bug for bug in Bug if bug is not Bug.DOUBLE_SOFTMAX])
def test_a_bug_can_be_trained_and_most_learn_all_the_same(bug: Bug):
    training = Training(TINY.replaced(bug=bug, learning_rate=0.1, epochs=3), images())
    finish(training)
    assert training.evaluations[-1].test_loss < training.evaluations[0].test_loss


def test_a_snapshot_is_of_its_moment():
    training = Training(TINY, images())
    events = training.events(0.001)
    while training.step < 50:
        next(events)
    taken = training.snapshot()
    tally = evaluate(taken.network, images().test_images, images().test_labels)
    assert taken.first_layer.shape == (12, 28, 28)
    np.testing.assert_array_equal(taken.first_layer[3].ravel(), taken.network.w[1][:, 3])
    list(events)
    after = evaluate(taken.network, images().test_images, images().test_labels)
    assert (tally.loss, tally.correct) == (after.loss, after.correct)
    assert (taken.network.theta != training.network.theta).any()
