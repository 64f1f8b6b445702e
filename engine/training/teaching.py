"""What lessons can say of the Training tab: its run's numbers and curves, and how far to train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.data.catalogue import find_dataset
from engine.lessons.teaching import Command, Curve, Fact, Points, Teaching, Value
from engine.runs.history import History
from engine.training.events import Diverged, TestResult
from engine.training.summary import summarize
from engine.training.tab_spec import TrainingSpec
from engine.words import say

if TYPE_CHECKING:  # it imports torch
    from engine.training.inspection import Inspection

PLAY_UNTIL = "play until epoch"


@dataclass(frozen=True, eq=False)
class TrainingResults:
    """A run so far: its history, the test set under the weights of the last evaluation, and the
    latest look inside the network."""

    history: History
    test: TestResult | None = None
    inspection: Inspection | None = None


#: A fact's or curve's own way to read a spec and a run.
_Read = Callable[[TrainingSpec, TrainingResults], Value | None]
_Value = Callable[[TrainingSpec, TrainingResults | None], Value | None]


def _of_run(read: _Read) -> _Value:
    return lambda spec, results: None if results is None else read(spec, results)


def _last(split: str, quantity: str) -> _Value:
    def read(_spec: TrainingSpec, results: TrainingResults) -> float | None:
        _, values = results.history.curve(split, quantity)
        return float(values[-1]) if len(values) else None

    return _of_run(read)


def _best(of: str) -> _Value:
    """The best accuracy on the test set so far, or the epoch it was measured at."""

    def read(_: TrainingSpec, results: TrainingResults) -> float | None:
        epochs, values = results.history.curve("test", "accuracy")
        if not len(values):
            return None
        best = int(np.argmax(values))
        return float(epochs[best] if of == "epoch" else values[best])

    return _of_run(read)


def _percent(split: str) -> _Value:
    def read(_spec: TrainingSpec, results: TrainingResults) -> float | None:
        _, values = results.history.curve(split, "accuracy")
        return 100 * float(values[-1]) if len(values) else None

    return _of_run(read)


def _gap(_: TrainingSpec, results: TrainingResults) -> float | None:
    last = results.history.last
    return None if last is None else last.test.loss - last.train.loss


def _largest_step_loss(_: TrainingSpec, results: TrainingResults) -> float | None:
    losses = [loss for loss in results.history.step_losses if np.isfinite(loss)]
    return max(losses, default=None)


def _ending(_: TrainingSpec, results: TrainingResults) -> str:
    ending = results.history.ending
    if ending is None:
        return "running"
    return "diverged" if isinstance(ending, Diverged) else "finished"


def _hardest_class(spec: TrainingSpec, results: TrainingResults) -> str | None:
    if results.test is None:
        return None
    confusion = results.test.confusion
    right = np.diag(confusion) / np.maximum(confusion.sum(axis=1), 1)
    return find_dataset(spec.recipe.data.value).class_names[int(right.argmin())]


def _accuracy_by_class(spec: TrainingSpec, results: TrainingResults) -> dict[str, float] | None:
    """The share of each class's test images that are right."""
    if results.test is None:
        return None
    confusion = results.test.confusion
    right = np.diag(confusion) / np.maximum(confusion.sum(axis=1), 1)
    names = find_dataset(spec.recipe.data.value).class_names
    return dict(zip(names, right.tolist(), strict=True))


def _mistaken_for(spec: TrainingSpec, results: TrainingResults) -> str | None:
    """What images of the hardest class are most often taken for."""
    hardest = _hardest_class(spec, results)
    if results.test is None or hardest is None:
        return None
    names = find_dataset(spec.recipe.data.value).class_names
    row = results.test.confusion[names.index(hardest)].copy()
    row[names.index(hardest)] = -1
    return names[int(row.argmax())]


def _predicted(spec: TrainingSpec, results: TrainingResults) -> str | None:
    """The class that the first watched image is taken for."""
    if results.test is None:
        return None
    predicted = results.test.predicted
    names = find_dataset(spec.recipe.data.value).class_names
    return names[int(predicted[spec.watched[0] % len(predicted)])]


def _parameters(spec: TrainingSpec, _: object) -> int:
    return sum(row.parameters for row in summarize(spec.recipe))


def _curve(
    split: str, quantity: str
) -> Callable[[TrainingSpec, TrainingResults | None], Points | None]:
    def points(_: TrainingSpec, results: TrainingResults | None) -> Points | None:
        return None if results is None else results.history.curve(split, quantity)

    return points


def _step_losses(_: TrainingSpec, results: TrainingResults | None) -> Points | None:
    return None if results is None else results.history.step_curve()


def _read_epoch(text: str) -> float:
    try:
        epoch = float(text)
    except ValueError:
        epoch = 0.0
    if not 0 < epoch <= 500:
        raise ValueError(say("say up to which epoch, e.g. play until epoch 3."))
    return epoch


TEACHING = Teaching(
    facts=(
        Fact("epoch", "How far the run is, in epochs.", _of_run(lambda _, r: r.history.epoch)),
        Fact("train_loss", "Mean cross-entropy on the training images.", _last("train", "loss")),
        Fact("test_loss", "Mean cross-entropy on the test images.", _last("test", "loss")),
        Fact("train_accuracy", "Share of training images that are right.",
             _last("train", "accuracy")),
        Fact("test_accuracy", "Share of test images that are right.", _last("test", "accuracy")),
        Fact("train_percent", "Training accuracy in per cent.", _percent("train"), 88.0),
        Fact("test_percent", "Test accuracy in per cent.", _percent("test"), 88.0),
        Fact("best_test_accuracy", "The best test accuracy so far.", _best("accuracy")),
        Fact("best_epoch", "The epoch of the best test accuracy.", _best("epoch")),
        Fact("loss_gap", "Test loss − training loss, on the same weights.", _of_run(_gap)),
        Fact("overfitting_epoch", "Where the held-out loss was lowest, if it has risen since.",
             _of_run(lambda _, r: r.history.overfitting_epoch())),
        Fact("largest_step_loss", "The largest loss of a batch so far.",
             _of_run(_largest_step_loss)),
        Fact("ending", "running, finished or diverged.", _of_run(_ending), "running"),
        Fact("hardest_class", "The class that is recognised least.", _of_run(_hardest_class),
             "Shirt"),
        Fact("mistaken_for", "What the hardest class is most often taken for.",
             _of_run(_mistaken_for), "T-shirt/top"),
        Fact("tested_step", "How many steps were done when the test images were last looked at.",
             _of_run(lambda _, r: None if r.test is None else r.test.step), 94),
        Fact("accuracy_by_class", "The share of each class's test images that are right.",
             _of_run(_accuracy_by_class), {"Trouser": 0.95, "Shirt": 0.6}),
        Fact("predicted", "The class that the first watched image is taken for.",
             _of_run(_predicted), "Sneaker"),
        Fact("parameters", "Trainable weights and biases.", _parameters, 242_762),
        Fact("layers", "Layers with weights.", lambda s, _: len(s.recipe.hidden) + 1, 4),
    ),
    curves=(
        *(
            Curve(f"{split}_{quantity}", f"{quantity.capitalize()} on the {words} images.",
                  _curve(split, quantity), "epoch", quantity)
            for split, words in (("train", "training"), ("test", "test"))
            for quantity in ("loss", "accuracy")
        ),
        Curve("step_loss", "The loss of every batch.", _step_losses, "epoch", "loss"),
    ),
    commands=(
        Command(PLAY_UNTIL, "Train until that epoch, then rest.", _read_epoch, press="play",
                reached=lambda epoch: f"epoch >= {epoch:g}", bound_to=("recipe",)),
    ),
)  # fmt: skip
