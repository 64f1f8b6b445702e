"""“Train these”: the shown schemes, trained briefly on real images, side by side.

Every scheme starts from the weights that the probe draws for seed 0 and then sees the same images
in the same order, by plain gradient descent: an adaptive optimiser would hide what a bad start does
to gradients. This module imports torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from engine.initialization.probe import scheme_weights, standard_draw_of
from engine.initialization.schemes import Scheme
from engine.initialization.spec import CLASSES, PIXELS, Input, Loss, Precision, ProbeSpec, Scaling
from engine.training.events import Diverged, Evaluation, Step
from engine.training.inspection import linear_layers
from engine.training.recipe import Activation, Data, Normalization, Optimizer, Recipe
from engine.training.run import Training

if TYPE_CHECKING:
    from engine.data.images import ImageSet

STEPS, BATCH, LEARNING_RATE = 100, 128, 0.05


@dataclass(frozen=True)
class LossPoint:
    """The loss of the batch of a step (from 1), before its update, of scheme number `scheme`."""

    scheme: int
    step: int
    loss: float


@dataclass(frozen=True)
class TrainedScore:
    """Loss and accuracy (0…1) on the test set, at `step` 0 and at the end."""

    scheme: int
    step: int
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True)
class GaveUp:
    """The loss of a scheme is no number any more; the others go on."""

    scheme: int
    step: int
    explanation: str


@dataclass(frozen=True)
class Working:
    """Nothing to show yet; a chance to stop."""


TrainingEvent = LossPoint | TrainedScore | GaveUp | Working


def data_of(spec: ProbeSpec) -> Data:
    """Which images the schemes are trained on: those of the spec, FashionMNIST without any."""
    return Data.MNIST if spec.input is Input.MNIST else Data.FASHION_MNIST


def training_recipe(spec: ProbeSpec, images: ImageSet, steps: int = STEPS) -> Recipe:
    """The recipe of every scheme: the spec's hidden layers between pixels and ten classes.

    Raises `SpecError` where the network is larger than Chalknet trains.
    """
    is_normalized = spec.scaling is Scaling.NORMALIZED
    recipe = Recipe(
        data=data_of(spec),
        training_images=min(steps * BATCH, len(images.training_labels)),
        normalization=Normalization.STANDARDIZED if is_normalized else Normalization.UNIT,
        activation=Activation(spec.activation.value),
        optimizer=Optimizer.SGD, learning_rate=LEARNING_RATE, batch_size=BATCH, epochs=1,
        seed=spec.seed,
    )
    return recipe.replaced(hidden=spec.layer_widths[1:-1])


def train_schemes(
    spec: ProbeSpec, images: ImageSet, steps: int = STEPS
) -> Iterator[TrainingEvent]:
    """Train all schemes, a step of each in turn, so that their curves grow side by side.

    Raises `SpecError` or `DataError` with one sentence.
    """
    recipe = training_recipe(spec, images, steps)
    runs = {}
    for number, scheme in enumerate(spec.scheme_list):
        training = Training(recipe, images)
        for _ in _start_from(training, spec, scheme):
            yield Working()
        runs[number] = _events(number, training)
    while runs:
        for number in list(runs):
            event = next(runs[number], None)
            # Evaluations are in small parts: each scheme goes on to its next point.
            while isinstance(event, Working):
                yield event
                event = next(runs[number], None)
            if event is None:
                del runs[number]
            else:
                yield event


def _events(number: int, training: Training) -> Iterator[TrainingEvent]:
    for event in training.events():
        if isinstance(event, Step):
            yield LossPoint(number, event.step, event.loss)
        elif isinstance(event, Evaluation):
            yield TrainedScore(number, event.step, event.test.loss, event.test.accuracy)
        elif isinstance(event, Diverged):
            yield GaveUp(number, event.step, event.explanation)
        else:
            yield Working()


def _start_from(training: Training, spec: ProbeSpec, scheme: Scheme) -> Iterator[None]:
    """Put a scheme's draws in place of the network's own; yields from layer to layer."""
    hidden = ",".join(str(width) for width in spec.layer_widths[1:-1])
    widths = f"{PIXELS},{hidden},{CLASSES}" if hidden else f"{PIXELS},{CLASSES}"
    drawn_as = spec.replaced(
        widths=widths, precision=Precision.FLOAT32, input=Input.GAUSSIAN, loss=Loss.RANDOM,
        batch_size=2,
    )
    draws = []
    for layer in range(len(drawn_as.layer_widths) - 1):
        for drawn in standard_draw_of(drawn_as, scheme.law, 0, layer):
            if drawn is not None:
                draws.append(drawn)
            yield
    weights = scheme_weights(drawn_as, scheme, draws, 0)
    layers = linear_layers(training.network)
    with torch.no_grad():
        for linear, standard, scale, bias in zip(
            layers, weights.standard, weights.scales, weights.biases, strict=True
        ):
            # PyTorch keeps weights as (out, in).
            linear.weight.copy_(torch.from_numpy(standard.T * standard.dtype.type(scale)))
            linear.bias.zero_()
            if bias is not None:
                linear.bias.copy_(torch.from_numpy(bias))
