"""What the tests of this folder share: the toy images and runs on them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from checkpoints import CHANGES, trained_to
from toys import BUSY, finish, outcome, toy_images

from engine.data.images import ImageSet
from engine.training import checkpoint
from engine.training.checkpoint import save_checkpoint
from engine.training.run import Training


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Such small matrices gain nothing from more, and beside other programs they lose much."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def images() -> ImageSet:
    return toy_images()


@pytest.fixture
def found(images: ImageSet, monkeypatch: pytest.MonkeyPatch) -> ImageSet:
    """The toy images are what a checkpoint finds when it is loaded."""
    monkeypatch.setattr(checkpoint, "load_images", lambda *_: images)
    return images


@pytest.fixture(scope="session")
def raw(images: ImageSet, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An intact checkpoint in mid-epoch."""
    recipe = BUSY.replaced(hidden=(4,), changes=CHANGES)
    path = tmp_path_factory.mktemp("intact") / "run.safetensors"
    save_checkpoint(trained_to(recipe, images, 20), path)
    return path.read_bytes()


@pytest.fixture(scope="session")
def undisturbed(images: ImageSet) -> dict[str, Any]:
    """What `BUSY` leaves when nothing happens around it."""
    training = Training(BUSY, images)
    finish(training)
    return outcome(training)
