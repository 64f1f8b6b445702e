"""What the scenes look at: the images, one sample of them, and the network with its weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.backprop.building import as_inputs, build_network, copy_of, one_hot
from engine.backprop.bundled import bundled_network
from engine.backprop.drawing import prepare_drawing
from engine.backprop.network import Network
from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.tab_spec import BackpropTabSpec, DrawSpec, Split, Weights
from engine.backprop.training import Evaluation
from engine.data.images import ImageSet, load_images
from engine.errors import DataError
from gui.latest import Latest


@dataclass(frozen=True, eq=False)
class Sample:
    """One image (28, 28) uint8 with its label; x (784,) and y (10,) are what the network gets.

    `index` counts within the split, which holds `count`; a drawing is number 0 of 1.
    """

    image: np.ndarray
    label: int
    x: np.ndarray
    y: np.ndarray
    index: int
    count: int


@dataclass(frozen=True, eq=False)
class Trained:
    """The weights of a training at rest: a copy that nobody writes any more.

    `correct` of `total` test images were right at the last evaluation, None before one.
    """

    network: Network
    recipe: BackpropSpec
    step: int
    correct: int | None = None
    total: int | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """Everything for one spec. `weights` are those in the network; where those asked for do not
    fit, its first ones. Where a drawing is none, the sample is black and `problem` says why.
    """

    key: tuple[object, ...]
    images: ImageSet
    sample: Sample
    network: Network
    weights: Weights
    problem: str = ""


class Material(QObject):
    """Holds what was prepared last; nobody writes into its network or its images."""

    #: Images, sample or network are others than before.
    changed = Signal()
    #: A training has brought new weights.
    trained_changed = Signal()

    def __init__(self, data_dir: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data_dir = data_dir
        self.now: Prepared | None = None
        self.trained: Trained | None = None
        self.problem = ""
        self._key: tuple[object, ...] = ()
        self._latest = Latest(0, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Whether something is being prepared."""
        return self._latest.is_busy

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """Prepare what a spec asks for, unless it is there or on its way."""
        key = _key_of(spec, self.trained)
        if key != self._key:
            self._key = key
            trained, data_dir = self.trained, self.data_dir
            self._latest.ask(lambda: prepare(spec, data_dir, trained, key))

    def publish(
        self, network: Network, recipe: BackpropSpec, step: int,
        evaluation: Evaluation | None = None,
    ) -> None:
        """Take over the weights of a training; the network is copied."""
        score = (evaluation.test_correct, evaluation.test_total) if evaluation else (None, None)
        self.trained = Trained(copy_of(network, bug=Bug.NONE), recipe, step, *score)
        self.trained_changed.emit()

    def stop(self) -> None:
        """End every job."""
        self._latest.stop()

    def _on_arrived(self, items: list[object]) -> None:
        prepared = items[-1]
        assert isinstance(prepared, Prepared)
        if prepared.key == self._key:
            self.now, self.problem = prepared, prepared.problem
            self.changed.emit()

    def _on_ended(self) -> None:
        if self._latest.problem:
            self.problem = self._latest.problem
            self._key = ()
            self.changed.emit()


def _key_of(spec: BackpropTabSpec, trained: Trained | None) -> tuple[object, ...]:
    """What decides whether two specs look at the same things."""
    recipe = spec.backprop
    network = (recipe.sizes, recipe.activation, recipe.initialization, recipe.seed, recipe.bug)
    rate = recipe.learning_rate if recipe.bug is Bug.EARLY_UPDATE else None
    drawn = spec.drawing if spec.split is Split.DRAWN else None
    weights = trained if spec.weights is Weights.TRAINED else spec.weights
    return (recipe.data, network, rate, spec.split, spec.index, drawn, weights)


def trained_beforehand() -> Trained:
    """The bundled network; raises `DataError` where its file is broken."""
    found = bundled_network()
    return Trained(
        found.network, found.recipe, found.step, found.test_correct, found.test_total
    )


def fits(trained: Trained | None, recipe: BackpropSpec) -> bool:
    """Whether the trained weights are those of such a network."""
    return trained is not None and (trained.network.sizes, trained.network.activation) == (
        recipe.sizes, recipe.activation.value
    )


def prepare(
    spec: BackpropTabSpec, data_dir: Path | None, trained: Trained | None,
    key: tuple[object, ...],
) -> Iterator[Prepared]:
    """In a job: load, draw the weights, look the sample up.

    Raises `DataError` where there are no images, and `SpecError`.
    """
    images = load_images(spec.backprop.data, data_dir)
    network, _ = build_network(spec.backprop)
    weights = spec.weights
    source = trained_beforehand() if weights is Weights.BUNDLED else trained
    if weights is not Weights.FIRST and source is not None and fits(source, spec.backprop):
        network.theta[:] = source.network.theta
    else:
        weights = Weights.FIRST
    problem = ""
    try:
        sample = _sample(spec, images)
    except DataError as error:
        problem = str(error)
        sample = _as_sample(np.zeros((28, 28), np.uint8), spec.drawing.label)
    yield Prepared(key, images, sample, network, weights, problem)


def _sample(spec: BackpropTabSpec, images: ImageSet) -> Sample:
    """Raises `DataError` where nothing is drawn."""
    if spec.split is Split.DRAWN:
        return _as_sample(drawn_image(spec.drawing), spec.drawing.label)
    labels = images.labels(spec.split.key)
    index = spec.index % len(labels)
    image = images.images(spec.split.key)[index]
    return _as_sample(image, int(labels[index]), index, len(labels))


def _as_sample(image: np.ndarray, label: int, index: int = 0, count: int = 1) -> Sample:
    return Sample(image, label, as_inputs(image)[0], one_hot(label)[0], index, count)


def drawn_image(drawing: DrawSpec) -> np.ndarray:
    """The 28 × 28 image of a drawing; raises `DataError` where nothing is drawn."""
    if drawing.pixels:
        return np.array(drawing.pixels, dtype=np.uint8).reshape(28, 28)
    return prepare_drawing(drawing.strokes, drawing.pen).image
