"""A run in a file: what goes on from it, and what becomes of damaged ones."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.torch
from checkpoints import CHANGES, is_one_sentence, refusal, trained_to
from toys import BUSY, SMALL, finish, last_result, outcome, toy_images

from engine.data.images import ImageSet
from engine.errors import CheckpointError, DataError
from engine.training import checkpoint
from engine.training.checkpoint import load_checkpoint, read_recipe, save_checkpoint
from engine.training.events import Changed, Diverged, Evaluating, Evaluation, Finished, Step
from engine.training.recipe import Change, Optimizer, Recipe
from engine.training.run import Training

RUNS = {
    **{name: BUSY.replaced(optimizer=name, changes=CHANGES) for name in Optimizer},
    "plain": SMALL,
    "cosine": SMALL.replaced(schedule="cosine", validation_share=0.1, shift=1),
}


@pytest.mark.parametrize("recipe", RUNS.values(), ids=RUNS)
def test_saved_anywhere_it_goes_on_to_the_same_numbers(
    found: ImageSet, tmp_path: Path, recipe: Recipe
):
    """Before the first step, in mid-epoch, while evaluating, while a change is reported, …"""
    whole = Training(recipe, found)
    events = finish(whole)
    expected = outcome(whole)
    saved_at = set()
    for count in [*range(0, len(events), 2), len(events)]:
        path = tmp_path / "run.safetensors"
        save_checkpoint(trained_to(recipe, found, count), path)
        loaded = load_checkpoint(path)
        assert all(module.training for module in loaded.network.modules())
        rest = finish(loaded)
        assert outcome(loaded) == expected
        if any(isinstance(event, Evaluation) for event in rest):
            assert last_result(rest) == last_result(events)
        steps = [e for e in events[count:] if isinstance(e, Step)]
        assert [e for e in rest if isinstance(e, Step)] == steps
        saved_at.add(type(events[count - 1]) if count else None)
    assert saved_at >= {None, Step, Evaluating, Evaluation, Finished}


@pytest.mark.parametrize("optimizer", list(Optimizer))
def test_saved_at_every_event_one_file_after_the_other(
    found: ImageSet, tmp_path: Path, optimizer: Optimizer
):
    """Saved, loaded, trained on by a little, saved again: errors would add up."""
    recipe = BUSY.replaced(optimizer=optimizer, changes=CHANGES)
    whole = Training(recipe, found)
    finish(whole)
    path = tmp_path / "run.safetensors"
    training = Training(recipe, found)
    while training.history.ending is None:
        target = training.step + 1
        for event in training.events():
            if isinstance(event, Finished) or (isinstance(event, Step) and event.step == target):
                break
        save_checkpoint(training, path)
        training = load_checkpoint(path)
    assert outcome(training) == outcome(whole)


def test_saving_alters_nothing(found: ImageSet, tmp_path: Path):
    whole, training = Training(BUSY, found), Training(BUSY, found)
    finish(whole)
    for _ in training.events():
        save_checkpoint(training, tmp_path / "run.safetensors")
    assert outcome(training) == outcome(whole)
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]


def test_a_change_after_loading_is_recorded_and_reproduced(found: ImageSet, tmp_path: Path):
    path = tmp_path / "run.safetensors"
    training = Training(BUSY, found)
    for event in training.events():
        if isinstance(event, Step) and event.step == 5:
            training.change(learning_rate=0.03)
            save_checkpoint(training, path)
            break
    loaded = load_checkpoint(path)
    loaded.change(dropout=0.5)
    changed = [e.change for e in finish(loaded) if isinstance(e, Changed)]
    assert changed == [Change(5, {"learning_rate": 0.03, "dropout": 0.5})]
    assert read_recipe(path) == BUSY.replaced(changes=(Change(5, {"learning_rate": 0.03}),))
    again = Training(loaded.recipe, found)
    finish(again)
    assert outcome(again) == outcome(loaded)


def test_a_finished_run_stays_finished(found: ImageSet, tmp_path: Path):
    training = Training(SMALL, found)
    finish(training)
    save_checkpoint(training, tmp_path / "run.safetensors")
    loaded = load_checkpoint(tmp_path / "run.safetensors")
    assert loaded.history.ending == Finished(12)
    assert loaded.seconds == training.seconds
    assert finish(loaded) == []


@pytest.mark.parametrize("last_event", [Step, Diverged])
def test_a_diverged_run_stays_diverged(found: ImageSet, tmp_path: Path, last_event: type):
    """Also where it was saved between the step whose loss was nan and the news of it."""
    training = Training(SMALL.replaced(epochs=5), found)
    for event in training.events():
        if isinstance(event, Step) and event.step == 6:
            training.network[0].weight.data.fill_(float("nan"))
        if isinstance(event, last_event) and training.step == 7:
            break
    path = tmp_path / "run.safetensors"
    save_checkpoint(training, path)
    loaded = load_checkpoint(path)
    finish(training)
    rest = finish(loaded)
    assert [type(event) for event in rest] == ([Diverged] if last_event is Step else [])
    assert loaded.history.ending == training.history.ending
    assert "loss became nan at step 7 (learning rate 0.001)" in loaded.history.ending.explanation
    assert len(loaded.history.step_losses) == 7
    assert len(loaded.history.evaluations) == 2


# --- writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        safetensors.SafetensorError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_leaves_the_older_file(
    found: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    path = tmp_path / "run.safetensors"
    training = Training(SMALL, found)
    save_checkpoint(training, path)
    before = path.read_bytes()

    def write_half(_: Any, file: Path, __: Any) -> None:
        Path(file).write_bytes(b"half")
        raise fault

    monkeypatch.setattr(safetensors.torch, "save_file", write_half)
    with pytest.raises(CheckpointError, match="No space left on device") as error:
        save_checkpoint(training, path)
    assert is_one_sentence(str(error.value))
    assert "choose another place" in str(error.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert load_checkpoint(path).step == 0


def test_a_place_that_cannot_be_written(found: ImageSet, tmp_path: Path):
    (tmp_path / "file").touch()
    training = Training(SMALL, found)
    with pytest.raises(CheckpointError, match="could not be saved to"):
        save_checkpoint(training, tmp_path / "file" / "run.safetensors")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CheckpointError, match="could not be saved to"):
        save_checkpoint(training, tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


# --- other images ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saved", "now", "words"),
    [
        ("full", "sample", "trained on the full data set, but only the bundled sample is found"),
        ("sample", "full", "trained on the bundled sample, but only the full data set is found"),
    ],
)
def test_other_images_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved: str, now: str, words: str
):
    path = tmp_path / "run.safetensors"
    save_checkpoint(Training(SMALL, toy_images(kind=saved)), path)
    monkeypatch.setattr(checkpoint, "load_images", lambda *_: toy_images(kind=now))
    text = refusal(path)
    assert words in text
    assert "--data-dir" in text


def test_too_few_images_are_named(
    found: ImageSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "run.safetensors"
    save_checkpoint(Training(SMALL.replaced(training_images=200), found), path)
    monkeypatch.setattr(checkpoint, "load_images", lambda *_: toy_images(training=100))
    with pytest.raises(DataError, match="asks for 200 training images"):
        load_checkpoint(path)


def test_the_recipe_can_be_read_alone(raw: bytes, tmp_path: Path):
    path = tmp_path / "run.safetensors"
    path.write_bytes(raw)
    assert read_recipe(path) == BUSY.replaced(hidden=(4,), changes=CHANGES)


def test_the_file_opens_in_plain_safetensors(raw: bytes, tmp_path: Path):
    path = tmp_path / "run.safetensors"
    path.write_bytes(raw)
    weights = safetensors.torch.load_file(path)
    assert weights["network.linear1.weight"].shape == (4, 784)
    with safetensors.safe_open(path, framework="pt") as file:
        assert json.loads(file.metadata()["recipe"])["hidden"] == [4]
