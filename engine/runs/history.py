"""The history of a training run: per-step losses and evaluations, filled from its events."""

from __future__ import annotations

from array import array
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.training.events import Changed, Diverged, Evaluation, Finished, Score, Step
from engine.training.recipe import Change, Recipe


class History:
    """Everything a run reported that is worth keeping; events go in through `add`.

    `recipe` carries the changes made in mid-run, so it reproduces what the curves show.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.step_epochs = array("d")
        self.step_losses = array("d")
        self.learning_rates = array("d")
        self.evaluations: list[Evaluation] = []
        self.ending: Finished | Diverged | None = None

    def copy(self) -> History:
        """An independent copy, for another thread."""
        other = History(self.recipe)
        other.step_epochs = self.step_epochs[:]
        other.step_losses = self.step_losses[:]
        other.learning_rates = self.learning_rates[:]
        other.evaluations = self.evaluations[:]
        other.ending = self.ending
        return other

    def add(self, event: object) -> None:
        """Record one event; events that carry nothing to keep are ignored."""
        if isinstance(event, Step):
            self.step_epochs.append(event.epoch)
            self.step_losses.append(event.loss)
            self.learning_rates.append(event.learning_rate)
        elif isinstance(event, Evaluation):
            self.evaluations.append(event)
        elif isinstance(event, Changed):
            self._record(event.change)
        elif isinstance(event, Finished | Diverged):
            self.ending = event

    def _record(self, change: Change) -> None:
        others = tuple(c for c in self.recipe.changes if c.step != change.step)
        ordered = sorted((*others, change), key=lambda c: c.step)
        self.recipe = self.recipe.replaced(changes=tuple(ordered))

    def changes(self) -> list[tuple[float, Change]]:
        """The changes that have taken effect, each with the epoch at which it did."""
        return [
            (self.step_epochs[change.step - 1] if change.step else 0.0, change)
            for change in self.recipe.changes
            if change.step <= len(self.step_epochs)
        ]

    @property
    def epoch(self) -> float:
        """How far the run is, in epochs."""
        return self.step_epochs[-1] if self.step_epochs else 0.0

    @property
    def last(self) -> Evaluation | None:
        """The latest evaluation."""
        return self.evaluations[-1] if self.evaluations else None

    def curve(self, split: str, quantity: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs and values of one evaluated curve: `curve("test", "loss")`.

        `split` is train, test or validation; `quantity` is loss or accuracy. Both arrays (n,).
        """
        points = [
            (e.epoch, getattr(score, quantity))
            for e in self.evaluations
            if (score := getattr(e, split)) is not None
        ]
        pairs = np.array(points, dtype=np.float64).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def step_curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Epochs and losses of every step, both (steps,), as copies."""
        return np.array(self.step_epochs), np.array(self.step_losses)

    @property
    def held_out_split(self) -> str:
        """The split that says how well the network generalises."""
        return "validation" if self.recipe.validation_share else "test"

    def overfitting_epoch(self) -> float | None:
        """Where the held-out loss was lowest, if it has risen clearly since; else None.

        Clearly means twice in a row above the minimum and by more than 2 % of it. The validation
        split decides where there is one, else the test split, for looking only.
        """
        epochs, losses = self.curve(self.held_out_split, "loss")
        if len(losses) < 3:
            return None
        best = int(np.argmin(losses))
        after = losses[best + 1 :]
        if len(after) >= 2 and min(after[-2:]) > 1.02 * losses[best]:
            return float(epochs[best])
        return None


def evaluation_as_builtins(evaluation: Evaluation) -> dict[str, Any]:
    """An evaluation as JSON types, flat: train_loss, train_accuracy, test_correct, …"""
    flat: dict[str, Any] = {"step": evaluation.step, "epoch": evaluation.epoch}
    for split in ("train", "test", "validation"):
        score: Score | None = getattr(evaluation, split)
        if score is not None:
            flat |= {
                f"{split}_loss": score.loss,
                f"{split}_accuracy": score.accuracy,
                f"{split}_correct": score.correct,
                f"{split}_total": score.total,
            }
    flat["seconds"] = evaluation.seconds
    return flat


def evaluations_to_json(evaluations: list[Evaluation]) -> str:
    """Evaluations as JSON text, for a checkpoint."""
    return msgspec.json.encode(evaluations).decode()


def evaluations_from_json(text: str) -> list[Evaluation]:
    """The inverse of `evaluations_to_json`; raises `msgspec.MsgspecError` on anything else."""
    return msgspec.json.decode(text, type=list[Evaluation])
