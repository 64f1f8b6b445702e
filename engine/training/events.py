"""What a training run reports while it runs. Plain values and copies, never live arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.training.recipe import Change

if TYPE_CHECKING:
    from engine.data.images import ImageSet
    from engine.runs.history import History
    from engine.training.run import Training


@dataclass(frozen=True, slots=True)
class Step:
    """One optimiser step: `loss` is the batch's mean loss before the update.

    `step` counts finished steps from 1, `epoch` is step / steps per epoch.
    """

    step: int
    epoch: float
    loss: float
    learning_rate: float
    images: int


@dataclass(frozen=True, slots=True)
class Evaluating:
    """An evaluation in progress: images seen so far of all that will be seen."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Score:
    """Mean cross-entropy (in nats) and hits of one split, all on the same weights."""

    loss: float
    correct: int
    total: int

    @property
    def accuracy(self) -> float:
        """The share of images classified right, in 0…1."""
        return self.correct / self.total


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All splits measured on the weights after `step` steps.

    `seconds` is the time spent training and evaluating so far; it is no part of the result.
    """

    step: int
    epoch: float
    train: Score
    test: Score
    validation: Score | None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TestResult:
    """The test set under the weights of the last evaluation.

    `predicted` (n,) uint8 classes, `losses` (n,) float32 in nats, `confusion` (10, 10) int64 with
    true classes as rows and predicted classes as columns.
    """

    __test__ = False  # not a pytest class, whatever its name begins with

    step: int
    predicted: NDArray[np.uint8]
    losses: NDArray[np.float32]
    confusion: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting was changed in mid-run."""

    change: Change
    epoch: float


@dataclass(frozen=True, slots=True)
class Diverged:
    """The loss is no number any more; the run has stopped and its history stands."""

    step: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last epoch is over."""

    step: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The recipe's network cannot be built, for a reason that is raised next; its images are there.
    """

    images: ImageSet


@dataclass(frozen=True, slots=True)
class Ready:
    """A run is built for a window; `history` is a copy, empty unless the run was loaded."""

    training: Training
    history: History
    total_steps: int
    steps_per_epoch: int
    device: str

    @property
    def images(self) -> ImageSet:
        """The images that the run uses."""
        return self.training.images


@dataclass(frozen=True, slots=True)
class AutosaveFailed:
    """The checkpoint could not be written; the run goes on."""

    problem: str


Event = Step | Evaluating | Evaluation | TestResult | Changed | Diverged | Finished
