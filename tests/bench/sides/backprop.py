"""Training per sample in NumPy: the engine's generator, or the textbook kept beside its tests.

    python -m tests.bench.sides.backprop ours|textbook
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from engine.backprop.presets import find_preset
from engine.backprop.training import Training
from engine.data.images import ImageSet, load_images
from tests.bench.sides.outcome import report

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "engine" / "backprop"))

import textbook

#: After so many samples the numbers of both are compared.
COMPARED = 1000
SAMPLES = 30_000


def train_ours(images: ImageSet) -> tuple[float, np.ndarray]:
    training = Training(find_preset("homework").spec, images)
    events = training.events()
    while training.step == 0:
        next(events)
    while training.step < COMPARED:
        training.pace = COMPARED - training.step
        next(events)
    compared, training.pace = training.network.theta.copy(), None
    start, before = time.perf_counter(), training.step
    while training.step < SAMPLES:
        next(events)
    return (training.step - before) / (time.perf_counter() - start), compared


def train_textbook(images: ImageSet) -> tuple[float, np.ndarray]:
    x = images.training_images.reshape(-1, 784).astype(np.float32) / 255
    labels = images.training_labels.astype(int)
    rng = np.random.default_rng(80085)
    weights, biases = textbook.initialize((784, 32, 32, 10), rng)
    order = rng.permutation(len(labels))
    compared, start = np.zeros(0), 0.0
    for done, i in enumerate(order[:SAMPLES]):
        if done == COMPARED:
            pairs = zip(weights, biases, strict=True)
            compared = np.concatenate([part.ravel() for pair in pairs for part in pair])
            start = time.perf_counter()
        textbook.train_sample(x[i], labels[i], weights, biases, 0.003)
    return (SAMPLES - COMPARED) / (time.perf_counter() - start), compared


def main() -> None:
    images = load_images("mnist")
    train = train_ours if sys.argv[1] == "ours" else train_textbook
    rate, parameters = train(images)
    report(samples_per_s=rate, parameters=parameters.tolist(), data=images.describe())


if __name__ == "__main__":
    main()
