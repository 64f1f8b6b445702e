"""The spec of the Backprop tab: the recipe, the sample walked through, and what is looked at."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.backprop.small_spec import SmallSpec
from engine.backprop.spec import INPUTS, BackpropSpec
from engine.errors import SpecError
from engine.spec import Choice, Spec
from engine.words import say

SMALLEST_EPSILON, LARGEST_EPSILON = 1e-12, 1.0
MOST_STROKES, MOST_POINTS = 200, 2000

Index = Annotated[int, msgspec.Meta(ge=0)]
Point = tuple[
    Annotated[float, msgspec.Meta(ge=-1.0, le=2.0)], Annotated[float, msgspec.Meta(ge=-1.0, le=2.0)]
]


class Scene(Choice):
    """What the middle of the tab shows."""

    STEPS = "steps", "One sample"
    PROOF = "proof", "Proof"
    TRAINING = "training", "Training"
    DRAW = "draw", "Draw a digit"
    SMALL = "small", "By hand"


class Split(Choice):
    """Where the sample is from; a drawing has the label `drawn_label`."""

    TRAINING = "training", "training"
    TEST = "test", "test"
    DRAWN = "drawn", "drawing"

    @property
    def key(self) -> Literal["training", "test"]:
        """The split's name in `ImageSet`; a drawing has none."""
        return "test" if self is Split.TEST else "training"


class Weights(Choice):
    """Which weights an image meets; those trained beforehand are of the homework's network."""

    FIRST = "first", "before training"
    TRAINED = "trained", "as trained now"
    BUNDLED = "bundled", "trained beforehand"


class Speed(Choice):
    """How fast training goes; the value is the number of updates a second."""

    FULL = "full", "full speed"
    FIFTY = "50", "50 updates/s"
    TEN = "10", "10 updates/s"
    TWO = "2", "2 updates/s"

    @property
    def delay_s(self) -> float:
        """The pause after each update; 0 at full speed."""
        return 0.0 if self is Speed.FULL else 1 / float(self.value)


class Part(Choice):
    """What can be chosen to see its whole chain."""

    WEIGHT = "weight", "weight"
    BIAS = "bias", "bias"
    UNIT = "unit", "unit"
    INPUT = "input", "input"


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number of the network.

    A weight is w[layer][row, column], from unit `row` of layer − 1 to unit `column` of the layer; a
    bias or unit is number `column` of its layer (1 … L), an input is number `column` of layer 0.
    """

    part: Part = Part.WEIGHT
    layer: Index = 1
    row: Index = 0
    column: Index = 0


class DrawSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A drawing: strokes over the unit square, y downwards, or the pixels of an image file.

    `pixels` is empty or holds 784 grey values 0…255 of an image that was prepared already.
    """

    strokes: Annotated[
        tuple[Annotated[tuple[Point, ...], msgspec.Meta(max_length=MOST_POINTS)], ...],
        msgspec.Meta(max_length=MOST_STROKES),
    ] = ()
    pen: Annotated[float, msgspec.Meta(ge=0.01, le=0.2)] = 0.08
    pixels: tuple[Annotated[int, msgspec.Meta(ge=0, le=255)], ...] = ()
    file_name: str = ""
    label: Annotated[int, msgspec.Meta(ge=0, le=9)] = 7

    def check(self) -> None:
        """Raise `SpecError` where the pixels are no 28 × 28 image."""
        if len(self.pixels) not in (0, INPUTS):
            raise SpecError(say("A prepared image has 28 × 28 pixels, not {count:,}.",
                                count=len(self.pixels)))


class BackpropTabSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that determines what the Backprop tab shows.

    `step` is how many steps of the sample are done; a network with fewer steps shows its last.
    `index` counts within the split, and is wrapped into it. `epsilon` is that of the gradient check
    and of a nudge. While `is_bug_hidden`, the window does not tell which bug is in. `reader` says
    which weights read a drawing; where nothing is trained yet, those trained beforehand do.
    """

    scene: Scene = Scene.STEPS
    backprop: BackpropSpec = BackpropSpec(evaluation_interval=0.1)
    is_bug_hidden: bool = False
    split: Split = Split.TRAINING
    index: Index = 41_207
    weights: Weights = Weights.FIRST
    step: Index = 0
    chosen: Chosen | None = None
    epsilon: Annotated[float, msgspec.Meta(ge=SMALLEST_EPSILON, le=LARGEST_EPSILON)] = 1e-5
    speed: Speed = Speed.FULL
    drawing: DrawSpec = DrawSpec()
    reader: Weights = Weights.TRAINED
    small: SmallSpec = SmallSpec()

    def check(self) -> None:
        """Raise `SpecError` where a part does not hold by itself."""
        for part in (self.backprop, self.drawing, self.small):
            part.check()

    def with_backprop(self, backprop: BackpropSpec) -> BackpropTabSpec:
        """Another recipe; another network has other numbers, so none of them stays chosen."""
        is_same = backprop.sizes == self.backprop.sizes
        return self.replaced(backprop=backprop, chosen=self.chosen if is_same else None)
