"""A run against plain PyTorch written out here: the same loop, the same optimisers, image by image.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from toys import BUSY, SMALL, finish, outcome, toy_images

from engine.data.images import ImageSet
from engine.errors import SpecError
from engine.training.evaluation import CHUNK
from engine.training.events import Evaluating, Evaluation, Finished, Step, TestResult
from engine.training.recipe import Device, Output, Recipe
from engine.training.run import Training

OPTIMIZERS = {
    "sgd": lambda p, rate, decay: torch.optim.SGD(p, lr=rate, weight_decay=decay),
    "momentum": lambda p, rate, decay: torch.optim.SGD(
        p, lr=rate, momentum=0.9, weight_decay=decay
    ),
    "adam": lambda p, rate, decay: torch.optim.Adam(p, lr=rate, weight_decay=decay, fused=True),
    "adamw": lambda p, rate, decay: torch.optim.AdamW(p, lr=rate, weight_decay=decay, fused=True),
}


def as_floats(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(images.reshape(-1, 784).copy()).float() * (1 / 255)


def plain_network(seed: int) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 10)
    )


def textbook_losses(recipe: Recipe, images: ImageSet, order_state: torch.Tensor):
    """The loop of any tutorial; only the order of the images is taken from the run."""
    network = plain_network(recipe.seed)
    optimizer = OPTIMIZERS[recipe.optimizer](
        network.parameters(), recipe.learning_rate, recipe.weight_decay
    )
    inputs = as_floats(images.training_images)
    labels = torch.from_numpy(images.training_labels.astype(np.int64))
    orders = torch.Generator()
    orders.set_state(order_state)
    losses = []
    for _ in range(recipe.epochs):
        order = torch.randperm(len(inputs), generator=orders)
        for batch in order.split(recipe.batch_size):
            loss = cross_entropy(
                network(inputs[batch]), labels[batch], label_smoothing=recipe.label_smoothing
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return network, losses


@pytest.mark.parametrize("decay", [0.0, 0.05])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_run_is_the_textbook_loop(images: ImageSet, optimizer: str, decay: float):
    recipe = SMALL.replaced(
        optimizer=optimizer, learning_rate=0.02, weight_decay=decay, label_smoothing=0.1, seed=5
    )
    training = Training(recipe, images)
    order_state = training.shuffle_stream.get_state()
    finish(training)
    network, losses = textbook_losses(recipe, images, order_state)
    exactly = optimizer in ("adam", "adamw")  # the others are fused here and not there
    assert list(training.history.step_losses) == (
        losses if exactly else pytest.approx(losses, rel=1e-5)
    )
    ours = torch.cat([p.flatten() for p in training.network.parameters()])
    theirs = torch.cat([p.flatten() for p in network.parameters()])
    assert torch.equal(ours, theirs) if exactly else torch.allclose(ours, theirs, atol=1e-6)
    assert losses[-1] < losses[0]


def scores_one_by_one(network: nn.Module, images: np.ndarray, labels: np.ndarray):
    network.eval()
    with torch.no_grad():
        outputs = [network(row) for row in as_floats(images).split(1)]
    network.train()
    losses = [
        float(cross_entropy(out, torch.tensor([int(label)])))
        for out, label in zip(outputs, labels, strict=True)
    ]
    return losses, [int(out.argmax()) for out in outputs]


@pytest.mark.parametrize("recipe", [SMALL, SMALL.replaced(
    dropout=0.5, batch_norm=True, flip=True, shift=3, label_smoothing=0.3)])  # fmt: skip
def test_an_evaluation_is_the_mean_over_single_images(images: ImageSet, recipe: Recipe):
    """Train and test on the weights of that moment; no dropout, no smoothing, no augmentation."""
    training = Training(recipe, images)
    result, count = None, 0
    for event in training.events():
        if isinstance(event, TestResult):
            result = event
        if not isinstance(event, Evaluation):
            continue
        count += 1
        train_losses, train_guesses = scores_one_by_one(
            training.network, images.training_images, images.training_labels
        )
        losses, guesses = scores_one_by_one(
            training.network, images.test_images, images.test_labels
        )
        assert event.train.loss == pytest.approx(np.mean(train_losses), rel=1e-5)
        assert event.test.loss == pytest.approx(np.mean(losses), rel=1e-5)
        assert event.train.correct == np.sum(train_guesses == images.training_labels)
        assert event.test.correct == np.sum(guesses == images.test_labels)
        assert (event.train.total, event.test.total) == (230, 120)
        assert event.test.accuracy == event.test.correct / 120

        assert result.step == event.step == training.step
        assert result.predicted.tolist() == guesses
        assert result.losses.tolist() == pytest.approx(losses, rel=1e-4, abs=1e-6)
        confusion = np.zeros((10, 10), dtype=int)
        for truth, guess in zip(images.test_labels, guesses, strict=True):
            confusion[truth, guess] += 1
        assert np.array_equal(result.confusion, confusion)
        assert np.array_equal(result.confusion.sum(axis=1), np.bincount(images.test_labels))
    assert count == 4


def test_the_validation_split_is_measured_too(images: ImageSet):
    training = Training(SMALL.replaced(validation_share=0.3), images)
    finish(training)
    held_out = training.validation
    losses, guesses = scores_one_by_one(
        training.network, held_out.images.numpy(), held_out.labels.numpy()
    )
    score = training.history.last.validation
    assert score.total == 69
    assert score.loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert score.correct == np.sum(guesses == held_out.labels.numpy())
    assert training.history.last.train.total == 161


def test_the_last_batch_of_an_epoch_is_short(images: ImageSet):
    training = Training(SMALL, images)
    steps = [event for event in training.events() if isinstance(event, Step)]
    assert [step.images for step in steps] == [64, 64, 64, 38] * 3
    assert [step.step for step in steps] == list(range(1, 13))
    assert [step.epoch for step in steps] == [n / 4 for n in range(1, 13)]
    assert (training.steps_per_epoch, training.total_steps) == (4, 12)


def test_every_epoch_visits_every_image_once_in_a_new_order(images: ImageSet):
    training = Training(SMALL, images)
    seen, take = [], training.train.at
    training.train.at = lambda indices: seen.append(indices.clone()) or take(indices)
    finish(training)
    epochs = [torch.cat(seen[4 * n : 4 * n + 4]).tolist() for n in range(3)]
    assert all(sorted(order) == list(range(230)) for order in epochs)
    assert len({tuple(order) for order in epochs}) == 3


def test_a_step_reports_the_loss_before_its_update(images: ImageSet):
    training = Training(SMALL.replaced(batch_size=230, epochs=2), images)
    finish(training)
    before_each = [e.train.loss for e in training.history.evaluations]
    assert list(training.history.step_losses) == pytest.approx(before_each[:-1], rel=1e-5)


@pytest.mark.parametrize(
    ("interval", "steps"),
    [
        (1.0, [0, 10, 20, 30]),
        (0.5, [0, 5, 10, 15, 20, 25, 30]),
        (0.25, [0, 2, 5, 8, 10, 12, 15, 18, 20, 22, 25, 28, 30]),
        (0.3, [0, 3, 6, 9, 10, 12, 15, 18, 20, 21, 24, 27, 30]),
        (0.05, list(range(31))),
        (2.0, [0, 20, 30]),
        (10.0, [0, 30]),
    ],
)
def test_when_it_evaluates(images: ImageSet, interval: float, steps: list[int]):
    """Multiples of the interval, the ends of epochs where it is no longer than one, and the end."""
    training = Training(SMALL.replaced(batch_size=23, evaluation_interval=interval), images)
    finish(training)
    assert [evaluation.step for evaluation in training.history.evaluations] == steps


@pytest.mark.parametrize("batch_size", [1, 2, 3, 7, 11, 13, 23, 46, 64])
def test_a_quarter_of_an_epoch_never_drifts(images: ImageSet, batch_size: int):
    recipe = SMALL.replaced(batch_size=batch_size, evaluation_interval=0.25, hidden=())
    training = Training(recipe, images)
    finish(training)
    epochs = [evaluation.epoch for evaluation in training.history.evaluations]
    assert epochs == pytest.approx([n / 4 for n in range(13)], abs=0.51 / training.steps_per_epoch)


def test_the_order_of_events(images: ImageSet):
    events = finish(Training(SMALL.replaced(epochs=1), images))
    names = [type(event).__name__ for event in events]
    evaluation = ["Evaluating", "Evaluating", "TestResult", "Evaluation"]
    assert names == evaluation + ["Step"] * 4 + evaluation + ["Finished"]
    assert events[-1] == Finished(4)


def test_a_pause_never_waits_long():
    """At most a batch, or one chunk of an evaluation, between two events."""
    images = toy_images(training=4500, test=2001)
    training = Training(SMALL.replaced(epochs=1, batch_size=512), images)
    done = [0]
    for event in training.events():
        if isinstance(event, Evaluating):
            done.append(event.done)
            assert event.total == 6501
        elif isinstance(event, Step):
            assert event.images <= 512
            break
    assert done[-1] == 6501
    assert max(after - before for before, after in pairwise(done)) <= CHUNK == 2000


def test_closing_it_anywhere_leaves_the_network_in_training_mode(images: ImageSet):
    count = len(finish(Training(BUSY, images)))
    for stop in range(count):
        training = Training(BUSY, images)
        events = training.events()
        for _ in range(stop + 1):
            next(events)
        events.close()
        assert all(module.training for module in training.network.modules())


def test_results_are_copies(images: ImageSet):
    """A result is not overwritten by what comes after it."""
    results = []
    for event in Training(SMALL, images).events():
        if isinstance(event, TestResult):
            results.append((event, event.losses.copy(), event.predicted.copy()))
    for event, losses, predicted in results:
        assert np.array_equal(event.losses, losses)
        assert np.array_equal(event.predicted, predicted)


def test_seconds_grow_and_leave_pauses_out(images: ImageSet, monkeypatch: pytest.MonkeyPatch):
    now = [0.0]

    def tick() -> float:
        now[0] += 1.0
        return now[0]

    monkeypatch.setattr("engine.training.run.time.perf_counter", tick)
    training = Training(SMALL, images)
    seen = 0
    for event in training.events():
        seen += 1
        now[0] += 1000  # a pause
        if isinstance(event, Evaluation):
            assert event.seconds == seen
    assert training.seconds == seen


def test_softmax_before_the_loss_floors_it(images: ImageSet):
    floor = float(torch.tensor([1.0] + [0.0] * 9).logsumexp(0)) - 1
    assert floor == pytest.approx(1.461, abs=5e-4)
    training = Training(SMALL.replaced(output=Output.SOFTMAX, epochs=20), images)
    finish(training)
    assert min(training.history.step_losses) >= floor - 1e-6
    assert all(e.train.loss >= floor - 1e-6 for e in training.history.evaluations)

    last = training.network[-2]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.zero_()
        last.bias[3] = 100.0  # certain, and right about every 3
    outputs = training.network(torch.zeros(5, 784)).detach()
    assert float(cross_entropy(outputs, torch.full((5,), 3))) == pytest.approx(floor, abs=1e-6)


@pytest.mark.parametrize(("count", "batch_size"), [(129, 128), (20, 1), (65, 64)])
def test_batch_norm_over_one_image_is_refused_before_the_first_step(
    images: ImageSet, count: int, batch_size: int
):
    recipe = SMALL.replaced(training_images=count, batch_size=batch_size, batch_norm=True)
    with pytest.raises(SpecError, match="Batch norm cannot normalise over one image") as caught:
        Training(recipe, images)
    assert caught.value.field == "batch_size"
    finish(Training(recipe.replaced(batch_norm=False, epochs=1), images))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has a CUDA GPU")
def test_a_missing_device_is_named(images: ImageSet):
    with pytest.raises(SpecError, match="no CUDA GPU that PyTorch can use; choose CPU or auto"):
        Training(SMALL.replaced(device=Device.CUDA), images)


@pytest.mark.skipif(
    torch.cuda.is_available() or torch.backends.mps.is_available(), reason="there is a GPU"
)
def test_auto_without_a_gpu_is_the_cpu(images: ImageSet):
    on_cpu, on_auto = (Training(SMALL.replaced(device=d), images) for d in ("cpu", "auto"))
    finish(on_cpu)
    finish(on_auto)
    assert on_auto.device.type == "cpu"
    assert outcome(on_auto)["weights"] == outcome(on_cpu)["weights"]


def test_an_interrupted_evaluation_is_made_again(images: ImageSet):
    training = Training(SMALL, images)
    for event in training.events():
        if isinstance(event, Evaluating):
            break
    assert training.history.evaluations == []
    finish(training)
    whole = Training(SMALL, images)
    finish(whole)
    assert [replace(e, seconds=0) for e in training.history.evaluations] == [
        replace(e, seconds=0) for e in whole.history.evaluations
    ]


def test_a_finished_run_has_nothing_more_to_report(images: ImageSet):
    training = Training(SMALL.replaced(epochs=1), images)
    finish(training)
    assert finish(training) == []
