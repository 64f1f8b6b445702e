"""Training with the NumPy network: a generator that learns for a while, reports, and goes on.

    training = Training(spec, images)
    for event in training.events():
        ...

Between two events the consumer may look (`snapshot`), change the learning rate, or stop: none of it
alters a random number or a weight, and however the work is cut into events, the numbers are the
same.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, isfinite
from pathlib import Path

import numpy as np

from engine.backprop.activations import PIXEL_VALUES, Floats
from engine.backprop.building import build_network, copy_of, one_hot
from engine.backprop.evaluation import evaluate_in_chunks
from engine.backprop.lit import LitNetwork, LitPixels
from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec, Bug, RateChange
from engine.data.images import ImageSet, load_images
from engine.errors import SpecError
from engine.initialization.crew import products_on_one_thread
from engine.words import grouped, say

#: A loss of 1,000 nats gives the right class a probability of 10⁻⁴³⁴: that is no learning any more.
LARGEST_LOSS = 1000.0
#: The running loss is an exponential mean over about so many images, or one batch.
SMOOTHING = 500
#: Gradient norms are measured at every so many updates.
NORMS_EVERY = 100
#: The clock is read at every so many updates, a power of two.
CLOCK_EVERY = 8


@dataclass(frozen=True, slots=True)
class Progress:
    """Updates since the event before: `losses` (n,) are each before its update, `running` (n,)
    their exponential mean; `step` counts updates from 1, `epoch` is step / updates per epoch.
    """

    step: int
    epoch: float
    losses: Floats
    running: Floats
    learning_rate: float
    images: int


@dataclass(frozen=True, slots=True)
class Norms:
    """‖∇W‖ of every layer (K,), in the Frobenius norm, at the update `step`."""

    step: int
    norms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evaluating:
    """An evaluation in progress: test images seen so far of all."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole test set on the weights after `step` updates; the loss is a mean, in nats."""

    step: int
    epoch: float
    test_loss: float
    test_correct: int
    test_total: int

    @property
    def accuracy(self) -> float:
        """The share of hits, in 0…1."""
        return self.test_correct / self.test_total


@dataclass(frozen=True, slots=True)
class RateChanged:
    """The learning rate is another from update `step` (0-based) on."""

    step: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class Diverged:
    """The loss is out of hand; the run has stopped and its history stands."""

    step: int
    explanation: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last epoch is over."""

    step: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A run is built; for a window, before its first event."""

    training: Training
    total_steps: int
    steps_per_epoch: int
    data: str
    problems: tuple[str, ...]


Event = Progress | Norms | Evaluating | Evaluation | RateChanged | Diverged | Finished


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the network after `step` updates; `first_layer` (n_1, 28, 28) are its weights as
    images.
    """

    step: int
    network: Network
    first_layer: Floats


class Training:
    """A run in progress. `pace` is how many updates an event reports at most, None for as many as
    the time allows.
    """

    def __init__(self, spec: BackpropSpec, images: ImageSet) -> None:
        """Raises `SpecError` where the spec does not hold."""
        self.spec = spec
        self.images = images
        built, self._rng = build_network(spec, spec.batch_size)
        count = spec.training_images or len(images.training_labels)
        self._images = images.training_images[:count].reshape(-1, spec.sizes[0])
        self._labels: list[int] = images.training_labels[:count].tolist()
        self.network = built
        self._lit: LitPixels | None = None
        if spec.batch_size == 1 and spec.bug is Bug.NONE:
            self._lit = LitPixels.of(self._images)
            self.network = LitNetwork(spec.sizes, spec.activation)
            self.network.theta[:] = built.theta
        self.step = 0
        self.pace: int | None = None
        self.losses, self.running = array("d"), array("d")
        self.norms: list[Norms] = []
        self.evaluations: list[Evaluation] = []
        self.ending: Diverged | Finished | None = None
        self._order: list[int] = []
        self._order_epoch = -1
        self._running = 0.0
        self._announced_rate = spec.learning_rate_at(0)

    # --- where the run stands -------------------------------------------------------------------

    @property
    def steps_per_epoch(self) -> int:
        """Updates an epoch; the last, shorter batch counts."""
        return ceil(len(self._labels) / self.spec.batch_size)

    @property
    def total_steps(self) -> int:
        """Updates of the whole run."""
        return self.steps_per_epoch * self.spec.epochs

    @property
    def learning_rate(self) -> float:
        """The learning rate of the next update."""
        return self.spec.learning_rate_at(self.step)

    def snapshot(self) -> Snapshot:
        """The network as it is now, in arrays of its own."""
        twin = copy_of(self.network)
        return Snapshot(self.step, twin, twin.w[1].T.reshape(-1, 28, 28).copy())

    def change_rate(self, learning_rate: float) -> None:
        """Let another learning rate take effect from the next update on; the spec records it.

        Raises `SpecError` where the run is over or the rate is out of bounds.
        """
        if self.ending is not None or self.step >= self.total_steps:
            raise SpecError(say("The run is over, so nothing can change in it; reset it to start "
                                "anew."))
        self.spec.replaced(learning_rate=learning_rate)
        others = tuple(change for change in self.spec.changes if change.step != self.step)
        change = RateChange(step=self.step, learning_rate=learning_rate)
        self.spec = self.spec.replaced(changes=(*others, change))

    # --- the run --------------------------------------------------------------------------------

    def events(self, budget_s: float = 0.015) -> Iterator[Event]:
        """Train to the end; about `budget_s` seconds of work between two events.

        Called again after it was closed, it goes on where it stopped.
        """
        # Products this small gain nothing from a second thread, and wait for it.
        with products_on_one_thread():
            yield from self._run(budget_s)

    def _run(self, budget_s: float) -> Iterator[Event]:
        if self.ending is not None:
            return
        yield from self._evaluate_if_due()
        while self.step < self.total_steps:
            if self.learning_rate != self._announced_rate:
                self._announced_rate = self.learning_rate
                yield RateChanged(self.step, self.learning_rate)
            first, known = self.step, len(self.norms)
            self._learn(budget_s)
            yield self._progress(first)
            yield from self.norms[known:]
            if not self.losses[-1] < LARGEST_LOSS:
                self.ending = self._diverged(self.losses[-1], say("loss"))
                yield self.ending
                return
            yield from self._evaluate_if_due()
            if isinstance(self.ending, Diverged):
                return
        self.ending = Finished(self.step)
        yield self.ending

    def _learn(self, budget_s: float) -> None:
        """Update until the time is up, something is due, or the loss is out of hand."""
        epoch, start = divmod(self.step, self.steps_per_epoch)
        if self._order_epoch != epoch:
            self._order = self._rng.permutation(len(self._labels)).tolist()
            self._order_epoch = epoch
        until = min(self._next_stop(), self.step + self.pace) if self.pace else self._next_stop()
        deadline = time.perf_counter() + budget_s
        with np.errstate(all="ignore"):  # a loss that is no number ends the run by itself
            if self._lit is not None and isinstance(self.network, LitNetwork):
                self._learn_singly(self.network, self._lit, start, until, deadline)
            else:
                self._learn_batches(start, until, deadline)

    def _learn_singly(
        self, network: LitNetwork, lit: LitPixels, start: int, until: int, deadline: float
    ) -> None:
        rate, labels, learn, image = self.learning_rate, self._labels, network.learn, lit.image
        note_loss, note_running = self.losses.append, self.running.append
        step, running = self.step, self._running
        for i in self._order[start : start + until - step]:
            places, x = image(i)
            loss = learn(places, x, labels[i], rate)
            step += 1
            running += (loss - running) / (step if step < SMOOTHING else SMOOTHING)
            note_loss(loss)
            note_running(running)
            if not step % NORMS_EVERY:
                inputs = [x, *(network.a[k] for k in network.layers if k < network.last)]
                self._note_norms(step, [
                    float(np.linalg.norm(a) * np.linalg.norm(network.delta[k])) / rate
                    for k, a in enumerate(inputs, 1)
                ])
            if not loss < LARGEST_LOSS:
                break
            if not step % CLOCK_EVERY and time.perf_counter() > deadline:
                break
        self.step, self._running = step, running

    def _learn_batches(self, start: int, until: int, deadline: float) -> None:
        network, size, rate = self.network, self.spec.batch_size, self.learning_rate
        while self.step < until:
            chosen = self._order[start * size : (start + 1) * size]
            if len(chosen) != len(network.p):
                network.make_room(len(chosen))
            y = one_hot([self._labels[i] for i in chosen], network.sizes[-1])
            network.forward(PIXEL_VALUES[self._images[chosen]])
            loss = network.loss(y)
            network.backward(y)
            network.update(rate)
            start += 1
            self.step += 1
            self._note(loss, self.step)
            if not self.step % NORMS_EVERY:
                grads = network.grad_w.values()
                self._note_norms(self.step, [float(np.linalg.norm(grad)) for grad in grads])
            if not loss < LARGEST_LOSS or time.perf_counter() > deadline:
                break

    def _next_stop(self) -> int:
        """The next update before which something else has to be done."""
        changes = [c.step for c in self.spec.changes if c.step > self.step]
        return min([self._next_evaluation(), *changes])

    def _note(self, loss: float, step: int) -> None:
        smoothing = max(1, SMOOTHING // self.spec.batch_size)
        self._running += (loss - self._running) / min(step, smoothing)
        self.losses.append(loss)
        self.running.append(self._running)

    def _note_norms(self, step: int, norms: list[float]) -> None:
        self.norms.append(Norms(step, tuple(norms)))

    def _progress(self, first: int) -> Progress:
        per_epoch = self.steps_per_epoch
        epochs, rest = divmod(self.step, per_epoch)
        images = epochs * len(self._labels) + rest * self.spec.batch_size
        return Progress(
            step=self.step, epoch=self.step / per_epoch,
            losses=np.array(self.losses[first : self.step]),
            running=np.array(self.running[first : self.step]),
            learning_rate=self.spec.learning_rate_at(max(self.step - 1, 0)), images=images,
        )

    def _diverged(self, loss: float, what: str) -> Diverged:
        size = grouped(loss, ",.0f") if isfinite(loss) else say("no number")
        rate = self.spec.learning_rate_at(max(self.step - 1, 0))
        return Diverged(
            self.step,
            say("The {what} became {size} at update {step:,} (learning rate {rate:g}): each step "
                "jumps over the valley it aims for. Lower the learning rate.",
                what=what, size=size, step=self.step, rate=rate),
        )

    # --- evaluation -----------------------------------------------------------------------------

    def _evaluation_steps(self) -> list[int]:
        """After which updates of an epoch the test set is measured; its end is always one."""
        per_epoch, interval = self.steps_per_epoch, self.spec.evaluation_interval
        count = round(1 / interval)
        return sorted({round(k * per_epoch / count) for k in range(1, count + 1)} - {0})

    def _next_evaluation(self) -> int:
        epoch, within = divmod(self.step, self.steps_per_epoch)
        due = next(step for step in self._evaluation_steps() if step > within)
        return epoch * self.steps_per_epoch + due

    @property
    def is_evaluation_due(self) -> bool:
        """Whether an evaluation belongs to the current step and is still missing."""
        if self.evaluations and self.evaluations[-1].step == self.step:
            return False
        within = self.step % self.steps_per_epoch
        return within == 0 or within in self._evaluation_steps()

    def _evaluate_if_due(self) -> Iterator[Event]:
        if not self.is_evaluation_due:
            return
        images, labels = self.images.test_images, self.images.test_labels
        for tally in evaluate_in_chunks(self.network, images, labels):
            yield Evaluating(tally.done, tally.total)
        if not isfinite(tally.loss):
            self.ending = self._diverged(tally.loss, say("test loss"))
            yield self.ending
            return
        epoch = self.step / self.steps_per_epoch
        found = Evaluation(self.step, epoch, tally.loss, tally.correct, tally.total)
        self.evaluations.append(found)
        yield found


def live_training(spec: BackpropSpec, data_dir: Path | None = None) -> Iterator[Event | Ready]:
    """A run for a window: first `Ready`, then its events.

    Raises `DataError` or `SpecError` before the first event.
    """
    training = Training(spec, load_images(spec.data, data_dir))
    images = training.images
    yield Ready(
        training, training.total_steps, training.steps_per_epoch, images.describe(),
        images.problems,
    )
    yield from training.events()
