"""Loss and hits of a split under fixed weights, in chunks so that a run can be paused between."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.training.events import Score, TestResult
from engine.training.pixels import Pixels, Split
from engine.training.recipe import Output, Recipe

#: Images per forward pass: large enough to be fast, small enough to answer "pause" at once.
CHUNK = 2000


class Tally:
    """Collects a split's results chunk by chunk."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.losses = np.empty(len(split), dtype=np.float32)
        self.predicted = np.empty(len(split), dtype=np.uint8)

    def chunks(self, network: nn.Module, pixels: Pixels) -> Iterator[int]:
        """Evaluate the split; yields the number of images in each finished chunk.

        The network is in training mode again at every yield, whatever the consumer does then. The
        cross-entropy is the plain one: label smoothing belongs to training only.
        """
        for start in range(0, len(self.split), CHUNK):
            images = self.split.images[start : start + CHUNK]
            labels = self.split.labels[start : start + CHUNK]
            outputs = forward(network, pixels.inputs(images))
            stop = start + len(labels)
            self.losses[start:stop] = cross_entropy(outputs, labels, reduction="none").cpu().numpy()
            self.predicted[start:stop] = outputs.argmax(dim=1).cpu().numpy()
            yield len(labels)

    def score(self) -> Score:
        """Mean loss over all images (float64 sum, so the chunk size does not matter) and hits."""
        hits = int((self.predicted == self.split.labels.cpu().numpy()).sum())
        return Score(float(self.losses.mean(dtype=np.float64)), hits, len(self.split))

    def result(self, step: int) -> TestResult:
        """Everything per image; see `TestResult`."""
        labels = self.split.labels.cpu().numpy()
        pairs = 10 * labels + self.predicted
        confusion = np.bincount(pairs, minlength=100).reshape(10, 10)
        return TestResult(step, self.predicted, self.losses, confusion)


def forward(network: nn.Module, inputs: Tensor) -> Tensor:
    """Outputs (n, 10) in evaluation mode and without a graph; training mode is restored."""
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            outputs: Tensor = network(inputs)
    finally:
        network.train(was_training)
    return outputs


def probabilities(recipe: Recipe, outputs: Tensor) -> Tensor:
    """Class probabilities (n, 10); where the network ends in a softmax they are its outputs."""
    return outputs if recipe.output is Output.SOFTMAX else outputs.softmax(dim=1)
