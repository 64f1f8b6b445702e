"""A run in one file: weights, recipe, history, optimiser and random streams.

The format is safetensors, so no code is executed on loading. Tensors are named `network.…` (the
state dict), `optimizer.<parameter>.<key>`, `stream.…` and `history.…`; the header's text fields
hold the recipe, the evaluations, where the run stands, and a digest of all that, because the format
itself would not notice a flipped bit in a weight.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from engine.data.images import load_images
from engine.errors import ChalknetError, CheckpointError
from engine.files import write_atomically
from engine.runs.history import evaluations_from_json, evaluations_to_json
from engine.spec import from_json, to_json
from engine.training.events import Diverged, Finished
from engine.training.optimizers import Descent
from engine.training.recipe import Recipe
from engine.training.run import Training
from engine.words import say

FORMAT = "chalknet training 1"
SUFFIX = ".safetensors"


class Position(msgspec.Struct, frozen=True):
    """Where a run stands, and which images it used ("full" or "sample").

    `diverged` is the explanation of a run that diverged, else empty.
    """

    step: int
    seconds: float
    data: str
    diverged: str


def save_checkpoint(training: Training, path: Path) -> None:
    """Write the run to `path`, atomically. To be called between two events.

    Raises `CheckpointError` where the file cannot be written; an older one then stands.
    """
    history = training.history
    tensors: dict[str, Tensor] = {
        **{f"network.{k}": v for k, v in training.network.state_dict().items()},
        **_optimizer_tensors(training.optimizer),
        "stream.epoch_shuffle": training.epoch_shuffle_state,
        "stream.augmentation": training.augmentation_stream.get_state(),
        "stream.dropout": training.dropout_stream.get_state(),
        "history.step_losses": torch.tensor(history.step_losses, dtype=torch.float64),
        "history.step_epochs": torch.tensor(history.step_epochs, dtype=torch.float64),
        "history.learning_rates": torch.tensor(history.learning_rates, dtype=torch.float64),
    }
    diverged = history.ending.explanation if isinstance(history.ending, Diverged) else ""
    position = Position(
        training.step, training.seconds, training.images.source.kind, diverged
    )
    metadata = {
        "format": FORMAT,
        "recipe": to_json(training.recipe),
        "evaluations": evaluations_to_json(history.evaluations),
        "position": msgspec.json.encode(position).decode(),
    }
    contiguous = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    metadata["sha256"] = _digest(contiguous, metadata)
    try:
        write_atomically(
            path, lambda file: safetensors.torch.save_file(contiguous, file, metadata)
        )
    except (OSError, safetensors.SafetensorError) as error:
        raise CheckpointError(
            say("The run could not be saved to {file}, because {why}; choose another place or "
                "free some space.", file=path, why=_reason(error))
        ) from error


def read_recipe(path: Path) -> Recipe:
    """The recipe in a checkpoint, without loading weights; raises `CheckpointError`."""
    return _recipe(path, _metadata(path))


def read_progress(path: Path) -> tuple[Recipe, float]:
    """The recipe in a checkpoint and how many epochs of it are done; raises `CheckpointError`."""
    recipe = read_recipe(path)
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            epochs = file.get_tensor("history.step_epochs")
    except (OSError, safetensors.SafetensorError) as error:
        raise _damaged(path, error) from error
    return recipe, float(epochs[-1]) if len(epochs) else 0.0


def load_checkpoint(path: Path, data_dir: Path | None = None) -> Training:
    """A run as it was saved; training it on gives the numbers of an uninterrupted run.

    Raises `CheckpointError` for a file that is damaged or no checkpoint of this version, and where
    the images it was trained on (full set or sample) are not the ones found now.
    """
    metadata = _metadata(path)
    recipe = _recipe(path, metadata)
    images = load_images(recipe.data, data_dir)
    try:
        tensors = safetensors.torch.load_file(path)
        if metadata.get("sha256") != _digest(tensors, metadata):
            raise ValueError(say("its digest does not fit its content"))
        position = msgspec.json.decode(metadata["position"], type=Position)
        if images.source.kind != position.data:
            raise CheckpointError(
                say("{file} was trained on the full data set, but only the bundled sample is found "
                    "now; to go on, give the folder with the same images (--data-dir or "
                    "CHALKNET_DATA).", file=path.name)
                if position.data == "full"
                else say("{file} was trained on the bundled sample, but only the full data set is "
                         "found now; to go on, give the folder with the same images (--data-dir or "
                         "CHALKNET_DATA).", file=path.name)
            )
        training = Training(recipe, images)
        training.history.evaluations = evaluations_from_json(metadata["evaluations"])
        _restore(training, tensors, position)
    except ChalknetError:
        raise
    except (
        OSError, KeyError, ValueError, RuntimeError, TypeError,
        msgspec.MsgspecError, safetensors.SafetensorError,
    ) as error:
        raise _damaged(path, error) from error
    return training


def _restore(training: Training, tensors: dict[str, Tensor], position: Position) -> None:
    steps = len(tensors["history.step_losses"])
    if position.step != steps or not 0 <= steps <= training.total_steps:
        raise ValueError(
            say("its history has {steps} steps where {claimed} are claimed",
                steps=steps, claimed=position.step)
        )
    names = training.network.state_dict().keys()
    training.network.load_state_dict({name: tensors[f"network.{name}"] for name in names})
    _restore_optimizer(training.optimizer, tensors)
    training.shuffle_stream.set_state(tensors["stream.epoch_shuffle"])
    training.epoch_shuffle_state = training.shuffle_stream.get_state()
    training.augmentation_stream.set_state(tensors["stream.augmentation"])
    training.dropout_stream.set_state(tensors["stream.dropout"])
    history = training.history
    for name in ("step_losses", "step_epochs", "learning_rates"):
        getattr(history, name).extend(tensors[f"history.{name}"].tolist())
    if position.diverged:
        history.ending = Diverged(position.step, position.diverged)
    elif history.last is not None and history.last.step == training.total_steps:
        history.ending = Finished(position.step)
    training.step, training.seconds = position.step, position.seconds
    training.apply_settings()


def _optimizer_tensors(optimizer: Descent) -> dict[str, Tensor]:
    return {
        f"optimizer.{index}.{name}": tensor
        for name, tensors in optimizer.memory.items()
        for index, tensor in enumerate(tensors)
    }


def _restore_optimizer(optimizer: Descent, tensors: dict[str, Tensor]) -> None:
    for key, remembered in _optimizer_tensors(optimizer).items():
        if tensors[key].shape != remembered.shape:
            raise ValueError(say("“{key}” has the wrong shape", key=key))
        remembered.copy_(tensors[key])


def _digest(tensors: dict[str, Tensor], metadata: dict[str, str]) -> str:
    """SHA-256 over all names, types, shapes and bytes, and over all other text fields."""
    digest = hashlib.sha256()
    for name, text in sorted(metadata.items()):
        if name != "sha256":
            digest.update(repr((name, text)).encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(repr((name, str(tensor.dtype), tuple(tensor.shape))).encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def _metadata(path: Path) -> dict[str, str]:
    if path.is_dir():
        raise CheckpointError(say("{file} is a folder; choose a file in it.", file=path))
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata: dict[str, str] = file.metadata() or {}
    except FileNotFoundError:
        raise CheckpointError(say("There is no file {file}; choose another.", file=path)) from None
    except (OSError, safetensors.SafetensorError) as error:
        raise _damaged(path, error) from error
    written_as = metadata.get("format", "")
    if not written_as.startswith("chalknet"):
        raise CheckpointError(
            say("{file} was not written by Chalknet; choose another file.", file=path.name)
        )
    if written_as != FORMAT:
        raise CheckpointError(
            say("{file} is no training run of this version of Chalknet (it says “{found}”, "
                "expected “{expected}”); open it with the version that wrote it.",
                file=path.name, found=written_as, expected=FORMAT)
        )
    return metadata


def _recipe(path: Path, metadata: dict[str, str]) -> Recipe:
    try:
        return from_json(Recipe, metadata["recipe"])
    except (KeyError, ChalknetError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        say("{file} cannot be read as a training run, because {why}; the file is damaged or "
            "something else, choose another.", file=path.name, why=_reason(error))
    )


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, KeyError):
        text = say("it lacks {name}", name=text)
    return " ".join(text.split()).rstrip(".") or type(error).__name__
