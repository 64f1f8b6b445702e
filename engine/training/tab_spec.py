"""The spec of the Training tab: the recipe, and what is looked at while it runs."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import SpecError
from engine.spec import Choice, Spec
from engine.training.events import TestResult
from engine.training.recipe import Recipe
from engine.words import say

MOST_WATCHED = 12

Index = Annotated[int, msgspec.Meta(ge=0)]
ClassIndex = Annotated[int, msgspec.Meta(ge=0, le=9)]


class Page(Choice):
    """What the middle of the tab shows."""

    OVERVIEW = "overview", "Overview"
    INSIDE = "inside", "Inside"
    IMAGES = "images", "Images"
    MODEL = "model", "Model"


class Follow(Choice):
    """How the watched images that are not pinned are chosen."""

    FIXED = "fixed", "these"
    MOST_WRONG = "most_wrong", "most wrong"


class Speed(Choice):
    """How fast a run goes; the value is the number of batches a second."""

    FULL = "full", "full speed"
    FIFTY = "50", "50 batches/s"
    TEN = "10", "10 batches/s"
    TWO = "2", "2 batches/s"

    @property
    def delay_s(self) -> float:
        """The pause after each batch."""
        return 0.0 if self is Speed.FULL else 1 / float(self.value)


class Statistic(Choice):
    """What is shown of every layer."""

    UPDATE = "update", "update / weight"
    GRADIENT = "gradient", "gradient ∂L/∂W"
    ACTIVATION = "activation", "activation a"
    WEIGHT = "weight", "weight W"
    DEAD = "dead", "dead units"


class Split(Choice):
    """Which images the browser shows."""

    TRAINING = "training", "training"
    TEST = "test", "test"

    @property
    def key(self) -> Literal["training", "test"]:
        """The split's name in `ImageSet`."""
        return "training" if self is Split.TRAINING else "test"


class TrainingSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that determines what the Training tab shows.

    `watched` are indices of test images, `pinned` those among them that stay when others are drawn
    at random or chosen by their loss. `confusion_cell` is (true, predicted) class, or None.
    """

    recipe: Recipe = Recipe()
    watched: Annotated[tuple[Index, ...], msgspec.Meta(min_length=1, max_length=MOST_WATCHED)] = (
        8, 112, 1300,
    )
    pinned: tuple[Index, ...] = ()
    follow: Follow = Follow.FIXED
    speed: Speed = Speed.FULL
    page: Page = Page.OVERVIEW
    log_loss: bool = False
    confusion_cell: tuple[ClassIndex, ClassIndex] | None = None
    statistic: Statistic = Statistic.UPDATE
    browsed_split: Split = Split.TRAINING

    def check(self) -> None:
        """Raise `SpecError` where the watched images do not go together."""
        if len(set(self.watched)) < len(self.watched):
            raise SpecError(say("An image is watched twice; watch each one once."), "watched")
        if not set(self.pinned) <= set(self.watched):
            raise SpecError(say("Only watched images can be pinned."), "pinned")

    def with_pinned(self, index: int) -> TrainingSpec:
        """Watch and pin a test image; where there is no room, the first unpinned one leaves."""
        pinned = self.pinned if index in self.pinned else (*self.pinned, index)
        watched = self.watched
        if index not in watched:
            free = next((i for i in watched if i not in self.pinned), watched[0])
            if len(watched) < 3 or (free in self.pinned and len(watched) < MOST_WATCHED):
                watched = (*watched, index)
            else:
                watched = tuple(index if i == free else i for i in watched)
        return self.replaced(watched=watched, pinned=tuple(i for i in pinned if i in watched))

    def without_pin(self, index: int) -> TrainingSpec:
        """Let a pinned image go; it stays watched until another takes its place."""
        return self.replaced(pinned=tuple(i for i in self.pinned if i != index))

    def without(self, index: int) -> TrainingSpec:
        """Watch one image less; the last one stays.

        An image that is shown for its loss stands in the place of an unpinned one.
        """
        if len(self.watched) == 1:
            return self
        if index not in self.watched:
            free = (i for i in reversed(self.watched) if i not in self.pinned)
            index = next(free, self.watched[-1])
        return self.replaced(
            watched=tuple(i for i in self.watched if i != index),
            pinned=tuple(i for i in self.pinned if i != index),
        )

    def with_count(self, count: int, test_images: int) -> TrainingSpec:
        """Watch `count` images; pinned ones leave last, new ones are the next of the test set."""
        keep = sorted(self.watched, key=lambda i: i not in self.pinned)[:count]
        kept = [i for i in self.watched if i in keep]
        fresh = (i for i in range(test_images) if i not in kept)
        while len(kept) < min(count, test_images):
            kept.append(next(fresh))
        return self.replaced(
            watched=tuple(kept), pinned=tuple(i for i in self.pinned if i in kept)
        )

    def with_random(self, test_images: int, stream: np.random.Generator) -> TrainingSpec:
        """Draw all unpinned images anew."""
        free = len(self.watched) - len(self.pinned)
        others = np.setdiff1d(np.arange(test_images), self.pinned)
        drawn = iter(stream.choice(others, free, replace=False).tolist())
        watched = tuple(i if i in self.pinned else next(drawn) for i in self.watched)
        return self.replaced(watched=watched, follow=Follow.FIXED)

    def images_to_show(self, result: TestResult | None, test_images: int) -> NDArray[np.int64]:
        """The indices (k,) to show now: `watched`, or with the greatest losses among the unpinned.

        Indices beyond the test set, as after a change of the data, are wrapped into it.
        """
        shown = [i % test_images for i in self.watched]
        if self.follow is Follow.MOST_WRONG and result is not None:
            worst = iter(np.argsort(-result.losses, kind="stable").tolist())
            pinned = {i % test_images for i in self.pinned}
            shown = [
                i if i in pinned else next(w for w in worst if w not in pinned) for i in shown
            ]
        return np.array(shown, dtype=np.int64)
