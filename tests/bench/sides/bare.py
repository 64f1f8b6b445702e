"""The homework as a plain script with its images in memory: no window, no engine, no looking.

    python -m tests.bench.sides.bare
"""

from __future__ import annotations

import time
import warnings

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

# After torch, which reads its threads' settings when it is imported: a plain script has the
# defaults. Only the reading of the files is Chalknet's.
from engine.data.images import load_images
from tests.bench.sides.outcome import report, timed_epochs

BATCH, CHUNK = 128, 2000


# The images are in memory once, and read-only; torch says so each time.
warnings.filterwarnings("ignore", message="The given NumPy array is not writable")


def tensors(images, labels) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(images).view(-1, 784), torch.from_numpy(labels).long()


def train_epoch(network: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
    order = torch.randperm(len(y))
    for start in range(0, len(y), BATCH):
        batch = order[start : start + BATCH]
        loss = cross_entropy(network(x[batch].float().div_(255)), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def evaluate(network: nn.Module, x: Tensor, y: Tensor) -> tuple[float, float]:
    network.eval()
    loss, correct = 0.0, 0
    for start in range(0, len(y), CHUNK):
        labels = y[start : start + CHUNK]
        logits = network(x[start : start + CHUNK].float().div_(255))
        loss += cross_entropy(logits, labels, reduction="sum").item()
        correct += int((logits.argmax(1) == labels).sum())
    network.train()
    return loss / len(y), correct / len(y)


def main() -> None:
    images = load_images("fashion_mnist")
    train = tensors(images.training_images, images.training_labels)
    test = tensors(images.test_images, images.test_labels)
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), 0.001, fused=True)
    steps_per_epoch = -(-len(train[1]) // BATCH)
    epochs = timed_epochs(steps_per_epoch)
    started = 0.0
    for epoch in range(1 + epochs):
        if epoch == 1:  # the first one was the warm-up
            started = time.perf_counter()
        train_epoch(network, optimizer, *train)
        evaluate(network, *train)
        accuracy = evaluate(network, *test)[1]
    seconds = time.perf_counter() - started
    report(
        seconds=seconds, epochs=epochs, steps_per_s=epochs * steps_per_epoch / seconds,
        epoch_s=seconds / epochs, test_accuracy=accuracy, data=images.describe(),
    )


if __name__ == "__main__":
    main()
