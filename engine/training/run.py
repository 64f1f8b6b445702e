"""One training run: a generator that trains, evaluates and reports.

    training = Training(recipe, images)
    for event in training.events():
        history.add(event)

Between two events the consumer may look inside (`inspect`), change a live setting (`change`), save
(`engine.training.checkpoint`) or stop: none of it alters a random number or a weight.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from math import ceil, isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from engine.data.images import ImageSet
from engine.errors import SpecError
from engine.runs.history import History
from engine.training.evaluation import Tally, forward, probabilities
from engine.training.events import (
    Changed,
    Diverged,
    Evaluating,
    Evaluation,
    Event,
    Finished,
    Step,
    TestResult,
)
from engine.training.inspection import Inspection, layer_reports, linear_layers, rms
from engine.training.network import Dropout, build_network
from engine.training.optimizers import Descent
from engine.training.pixels import Augmentation, Pixels, split_images
from engine.training.recipe import Change, Device, Recipe
from engine.training.schedule import learning_rate_at
from engine.words import later, say

#: Test images whose activations the layer reports are taken from.
PROBE_IMAGES = 256


class Training:
    """A run in progress. Everything that determines its future is in its attributes.

    Random streams are separate, each derived from the seed: switching augmentation on does not
    change the order of the images.
    """

    def __init__(self, recipe: Recipe, images: ImageSet) -> None:
        """Raises `DataError` where the images do not suffice, `SpecError` for a missing device or
        for batch norm over a single image.
        """
        self.images = images
        self.history = History(recipe)
        self.device = find_device(recipe.device)
        seeds = np.random.SeedSequence(recipe.seed).generate_state(4, np.uint64)
        self.shuffle_stream = torch.Generator().manual_seed(int(seeds[0] >> 1))
        self.augmentation_stream = torch.Generator().manual_seed(int(seeds[1] >> 1))
        self.dropout_stream = torch.Generator(self.device).manual_seed(int(seeds[2] >> 1))
        split_stream = np.random.default_rng(seeds[3])

        self.train, self.validation, self.test = split_images(
            images, recipe, split_stream, self.device
        )
        _check_batch_norm(recipe, len(self.train))
        self.pixels = Pixels(recipe.normalization, self.train)
        self.augmentation = Augmentation(recipe, self.augmentation_stream)
        self.network = build_network(recipe, self.dropout_stream).to(self.device)
        self.optimizer = Descent(
            recipe.optimizer, self.network.parameters(), recipe.weight_decay
        )
        self.step = 0
        self.seconds = 0.0
        #: The shuffle stream as it was before the current epoch's order was drawn.
        self.epoch_shuffle_state = self.shuffle_stream.get_state()
        self._probe = self.pixels.inputs(self.test.images[:PROBE_IMAGES])
        self._settings = recipe.at(0)
        self._applied: dict[str, float] = {}
        self._update_rms: dict[str, float] = {}
        self._measure_update = True

    @property
    def recipe(self) -> Recipe:
        """The recipe, with every change made so far."""
        return self.history.recipe

    @property
    def steps_per_epoch(self) -> int:
        """Optimiser steps an epoch; the last, shorter batch counts."""
        return ceil(len(self.train) / self.recipe.batch_size)

    @property
    def total_steps(self) -> int:
        """Optimiser steps of the whole run."""
        return self.steps_per_epoch * self.recipe.epochs

    @property
    def is_epoch_over(self) -> bool:
        """Whether an epoch is over and, where it ends in an evaluation, that is done, too."""
        ends = self.step > 0 and self.step % self.steps_per_epoch == 0
        return ends and not self.is_evaluation_due

    def events(self) -> Iterator[Event]:
        """Train to the end. Called again after it was closed, it goes on where it stopped."""
        if isinstance(self.history.ending, Diverged):
            return
        resumed_at = time.perf_counter()
        for event in self._events():
            # Only the time spent in here counts: a pause between two events is none of it.
            self.seconds += time.perf_counter() - resumed_at
            if isinstance(event, Evaluation):
                event = replace(event, seconds=self.seconds)
            self.history.add(event)
            yield event
            if isinstance(event, Diverged):
                return
            resumed_at = time.perf_counter()

    def _events(self) -> Iterator[Event]:
        yield from self._stop_if_diverged()
        yield from self._evaluate_if_due()
        while self.step < self.total_steps:
            yield from self._epoch()
        if self.history.ending is None:
            yield Finished(self.step)

    def _epoch(self) -> Iterator[Event]:
        """Steps to the end of the current epoch, from wherever in it the run stands."""
        self.shuffle_stream.set_state(self.epoch_shuffle_state)
        order = torch.randperm(len(self.train), generator=self.shuffle_stream).to(self.device)
        size = self.recipe.batch_size
        for start in range(self.step % self.steps_per_epoch * size, len(order), size):
            yield from self._apply_changes()
            step = self._step(order[start : start + size])
            if self.step % self.steps_per_epoch == 0:
                self.epoch_shuffle_state = self.shuffle_stream.get_state()
            yield step
            yield from self._stop_if_diverged()
            yield from self._evaluate_if_due()

    def _step(self, indices: torch.Tensor) -> Step:
        rate = learning_rate_at(
            self.recipe.schedule, self._settings.learning_rate, self.step, self.total_steps
        )
        batch = self.train.at(indices)
        inputs = self.pixels.inputs(self.augmentation(batch.images))
        loss = cross_entropy(
            self.network(inputs), batch.labels, label_smoothing=self._settings.label_smoothing
        )
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._update(rate)
        self.step += 1
        epoch = self.step / self.steps_per_epoch
        return Step(self.step, epoch, loss.item(), rate, len(indices))

    def _update(self, rate: float) -> None:
        """The optimiser's step; measures its size for the next look inside, if one was taken."""
        if not self._measure_update:
            self.optimizer.step(rate)
            return
        layers = linear_layers(self.network)
        before = [layer.weight.detach().clone() for layer in layers]
        self.optimizer.step(rate)
        self._update_rms = {
            f"linear{number}": rms(layer.weight - old)
            for number, (layer, old) in enumerate(zip(layers, before, strict=True), start=1)
        }
        self._measure_update = False

    def _stop_if_diverged(self) -> Iterator[Event]:
        losses = self.history.step_losses
        if losses and not isfinite(losses[-1]):
            yield self._diverged(losses[-1], say("loss"))

    def _diverged(self, loss: float, what: str) -> Diverged:
        rates = self.history.learning_rates
        rate = rates[-1] if rates else self._settings.learning_rate
        return Diverged(
            self.step,
            say("The {what} became {loss:g} at step {step:,} (learning rate {rate:g}): the steps "
                "are larger than the curvature allows. Lower the learning rate, or use a gentler "
                "initialisation.", what=what, loss=loss, step=self.step, rate=rate),
        )

    # --- evaluation -----------------------------------------------------------------------------

    @property
    def is_evaluation_due(self) -> bool:
        """Whether an evaluation belongs to the current step and is still missing."""
        last = self.history.last
        if last is not None and last.step == self.step:
            return False
        # Multiples of the interval are rounded one by one: a rounded interval would drift away
        # from the ends of the epochs.
        interval = self.recipe.evaluation_interval * self.steps_per_epoch
        at_interval = self.step == round(round(self.step / interval) * interval)
        ends_epoch = self.step % self.steps_per_epoch == 0
        frequent = self.recipe.evaluation_interval <= 1
        return at_interval or (ends_epoch and frequent) or self.step == self.total_steps

    def _evaluate_if_due(self) -> Iterator[Event]:
        """Measure every split on the weights as they are now.

        A loss that is no number ends the run here, so that no evaluation on record has one: the
        loss of the step before may still have been finite.
        """
        if not self.is_evaluation_due:
            return
        splits = [("train", self.train), ("test", self.test)]
        if self.validation is not None:
            splits.append(("validation", self.validation))
        tallies = {name: Tally(split) for name, split in splits}
        done, total = 0, sum(len(split) for _, split in splits)
        for tally in tallies.values():
            for count in tally.chunks(self.network, self.pixels):
                done += count
                yield Evaluating(done, total)
        scores = {name: tally.score() for name, tally in tallies.items()}
        for name, score in scores.items():
            if not isfinite(score.loss):
                yield self._diverged(score.loss, say(_LOSSES[name]))
        yield tallies["test"].result(self.step)
        yield Evaluation(
            step=self.step,
            epoch=self.step / self.steps_per_epoch,
            train=scores["train"],
            test=scores["test"],
            validation=scores.get("validation"),
        )

    def look_at_test_set(self) -> Iterator[Evaluating | TestResult]:
        """The test set under the weights as they are, for looking only: nothing is recorded."""
        tally = Tally(self.test)
        done = 0
        for count in tally.chunks(self.network, self.pixels):
            done += count
            yield Evaluating(done, len(self.test))
        yield tally.result(self.step)

    # --- from outside, between two events -------------------------------------------------------

    def change(self, **values: float) -> None:
        """Let live settings take effect from the next step on, and record that in the recipe.

        Raises `SpecError` for a setting that cannot change in mid-run or a value out of bounds.
        """
        if self.step >= self.total_steps or self.history.ending is not None:
            raise SpecError(
                say("The run is over, so nothing can change in it; reset it to start anew.")
            )
        earlier = [change for change in self.recipe.changes if change.step != self.step]
        merged = Change(self.step, {**self.recipe.change_at(self.step), **values})
        self.history.recipe = self.recipe.replaced(changes=(*earlier, merged))

    def _apply_changes(self) -> Iterator[Event]:
        # A loop, because the consumer may change the setting again before the step is taken.
        while (values := self.recipe.change_at(self.step)) != self._applied:
            self._applied = values
            self.apply_settings()
            yield Changed(Change(self.step, values), self.step / self.steps_per_epoch)
        self._applied = {}

    def apply_settings(self) -> None:
        """Put the settings in force that the recipe has for the current step."""
        self._settings = self.recipe.at(self.step)
        self.optimizer.weight_decay = self._settings.weight_decay
        for module in self.network:
            if isinstance(module, Dropout):
                module.p = self._settings.dropout

    def inspect(self, watched: NDArray[np.int64], first_layer_units: int) -> Inspection:
        """Look inside: `watched` are indices of test images (k,)."""
        self._measure_update = True
        images = self.test.images[torch.from_numpy(watched).to(self.device)]
        outputs = forward(self.network, self.pixels.inputs(images))
        weights = linear_layers(self.network)[0].weight.detach()[:first_layer_units]
        return Inspection(
            step=self.step,
            watched=watched,
            probabilities=probabilities(self.recipe, outputs).cpu().numpy(),
            first_layer=weights.cpu().numpy().reshape(-1, 28, 28).copy(),
            layers=layer_reports(self.network, self._probe, self._update_rms),
        )


#: The losses that may diverge, by the split that they were measured on.
_LOSSES = {
    "train": later("training loss"), "test": later("test loss"),
    "validation": later("validation loss"),
}


def _check_batch_norm(recipe: Recipe, images: int) -> None:
    last = images % recipe.batch_size or recipe.batch_size
    if recipe.batch_norm and min(last, images) == 1:
        raise SpecError(
            say("Batch norm cannot normalise over one image, and the last batch of every epoch "
                "holds one ({images:,} images in batches of {batch_size:,}); change the batch "
                "size.", images=images, batch_size=recipe.batch_size), "batch_size",
        )


def find_device(device: Device) -> torch.device:
    """The torch device; raises `SpecError` where the computer has none of that kind."""
    has = {
        Device.CPU: True,
        Device.CUDA: torch.cuda.is_available(),
        Device.MPS: torch.backends.mps.is_available(),
    }
    if device is Device.AUTO:
        device = next(d for d in (Device.CUDA, Device.MPS, Device.CPU) if has[d])
    if not has[device]:
        raise SpecError(
            say("This computer has no {device} that PyTorch can use; choose CPU or auto.",
                device=device.label), "device",
        )
    return torch.device(device.value)
