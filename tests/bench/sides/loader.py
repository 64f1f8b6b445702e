"""The homework as it is usually written: Dataset, ToTensor, DataLoader, Adam.

    python -m tests.bench.sides.loader
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

# After torch, as in `bare`.
from engine.data.images import load_images
from engine.data.torchvision_ops import import_torchvision
from tests.bench.sides.outcome import report


def unpack(source: Path, root: Path) -> None:
    """torchvision reads unpacked files only."""
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for path in source.glob("*ubyte"):
        shutil.copy(path, raw)
    for path in source.glob("*ubyte.gz"):
        with gzip.open(path) as packed, (raw / path.stem).open("wb") as file:
            shutil.copyfileobj(packed, file)


@torch.no_grad()
def evaluate(network: nn.Module, loader: DataLoader) -> tuple[float, float]:
    network.eval()
    loss, correct, count = 0.0, 0, 0
    for x, y in loader:
        logits = network(x)
        loss += cross_entropy(logits, y, reduction="sum").item()
        correct += int((logits.argmax(1) == y).sum())
        count += len(y)
    network.train()
    return loss / count, correct / count


def train_epoch(network: nn.Module, optimizer: torch.optim.Optimizer, loader: DataLoader) -> None:
    for x, y in loader:
        loss = cross_entropy(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main() -> None:
    images = load_images("fashion_mnist")
    torchvision = import_torchvision()
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10),
    )
    optimizer = torch.optim.Adam(network.parameters(), 0.001)
    with tempfile.TemporaryDirectory() as folder:
        unpack(images.source.folder, Path(folder))
        data = [
            torchvision.datasets.FashionMNIST(
                folder, train=train, transform=torchvision.transforms.ToTensor()
            )
            for train in (True, False)
        ]
    training = DataLoader(data[0], batch_size=128, shuffle=True)
    testing = DataLoader(data[1], batch_size=64)
    evaluate(network, testing)  # the warm-up
    started = time.perf_counter()
    train_epoch(network, optimizer, training)
    trained = time.perf_counter()
    evaluate(network, training)
    accuracy = evaluate(network, testing)[1]
    seconds = time.perf_counter() - started
    report(
        epoch_s=seconds, epoch_without_evaluation_s=trained - started, test_accuracy=accuracy,
        data=images.describe(),
    )


if __name__ == "__main__":
    main()
