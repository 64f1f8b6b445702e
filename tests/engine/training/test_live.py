"""A run for a window: made ready, followed, kept after every epoch, and gone when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest
from toys import SMALL, finish, outcome

from engine.errors import CheckpointError, DataError, SpecError
from engine.training import live
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.events import (
    AutosaveFailed,
    Diverged,
    Evaluation,
    Finished,
    Ready,
    Step,
    TestResult,
)
from engine.training.recipe import Device, Optimizer
from engine.training.run import Training


@pytest.fixture(autouse=True)
def toys(found, monkeypatch):
    monkeypatch.setattr(live, "load_images", lambda *_: found)
    return found


@pytest.fixture
def autosave(tmp_path: Path) -> Path:
    return tmp_path / "state" / "autosave.safetensors"


def test_ready_comes_first_and_the_rest_is_the_run(toys):
    ready, *events = live.live_run(SMALL)
    assert isinstance(ready, Ready)
    assert (ready.total_steps, ready.steps_per_epoch, ready.device) == (12, 4, "cpu")
    assert ready.images is toys
    alone = Training(SMALL, toys)
    assert [type(e) for e in events] == [type(e) for e in finish(alone)]
    assert outcome(ready.training) == outcome(alone)
    assert len(ready.history.step_losses) == 0  # a copy, taken at the start


def test_it_is_kept_at_every_epoch_and_gone_at_the_end(toys, autosave):
    kept = []
    for event in live.live_run(SMALL, autosave=autosave):
        if autosave.exists():
            kept.append((type(event), load_checkpoint(autosave).step))
        if isinstance(event, Finished):
            saved_at_the_end = autosave.exists()
    assert saved_at_the_end
    assert sorted({step for _, step in kept}) == [4, 8, 12]
    assert not autosave.exists()


def test_a_run_killed_in_mid_epoch_goes_on_from_the_last_one(toys, autosave):
    events = live.live_run(SMALL, autosave=autosave)
    for event in events:
        if isinstance(event, Step) and event.step == 7:
            break
    events.close()
    resumed = live.live_run(SMALL, autosave=autosave, checkpoint=autosave)
    ready = next(resumed)
    assert len(ready.history.step_losses) == 4
    for _ in resumed:
        pass
    alone = Training(SMALL, toys)
    finish(alone)
    assert outcome(ready.training) == outcome(alone)
    assert not autosave.exists()


def test_also_where_evaluations_are_rare(toys, autosave):
    recipe = SMALL.replaced(evaluation_interval=3.0)
    steps = set()
    for _ in live.live_run(recipe, autosave=autosave):
        if autosave.exists():
            steps.add(load_checkpoint(autosave).step)
    assert steps == {4, 8, 12}


def test_a_loaded_run_is_looked_at_before_it_goes_on(toys, tmp_path):
    training = Training(SMALL, toys)
    for event in training.events():
        if isinstance(event, Evaluation) and event.epoch == 2:
            break
    path = tmp_path / "run.safetensors"
    save_checkpoint(training, path)
    events = list(live.live_run(SMALL.replaced(epochs=9), checkpoint=path))
    result = next(e for e in events if isinstance(e, TestResult))
    assert events.index(result) < next(i for i, e in enumerate(events) if isinstance(e, Step))
    assert result.step == 8
    assert int(result.confusion.trace()) == training.history.last.test.correct
    assert isinstance(events[-1], Finished)
    assert events[-1].step == 12  # the file's recipe counts, not the other
    assert path.exists()


def test_a_run_that_diverges_leaves_nothing_to_resume(autosave):
    wild = SMALL.replaced(
        optimizer=Optimizer.SGD, learning_rate=10.0, hidden=(64, 64), activation="linear"
    )
    *_, last = live.live_run(wild, autosave=autosave)
    assert isinstance(last, Diverged)
    assert not autosave.exists()


def test_a_full_disk_is_told_once_and_the_run_goes_on(toys, autosave, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise CheckpointError("The run could not be saved, because the disk is full; free some.")

    monkeypatch.setattr(live, "save_checkpoint", fail)
    ready, *events = live.live_run(SMALL, autosave=autosave)
    problems = [e for e in events if isinstance(e, AutosaveFailed)]
    assert [p.problem for p in problems] == [
        "The run could not be saved, because the disk is full; free some."
    ]
    assert "disk is full" in caplog.text
    alone = Training(SMALL, toys)
    finish(alone)
    assert outcome(ready.training) == outcome(alone)


@pytest.mark.parametrize(
    ("error", "how"),
    [(SpecError, "device"), (CheckpointError, "checkpoint"), (DataError, "images")],
)
def test_what_cannot_be_begun_is_said_before_anything_runs(
    toys, tmp_path, monkeypatch, error, how
):
    recipe, checkpoint = SMALL, None
    if how == "device":
        monkeypatch.setattr("torch.cuda.is_available", lambda: False)
        recipe = SMALL.replaced(device=Device.CUDA)
    elif how == "checkpoint":
        checkpoint = tmp_path / "absent.safetensors"
    else:
        def no_images(*_: object) -> None:
            raise DataError("The images are gone.")

        monkeypatch.setattr(live, "load_images", no_images)
    run = live.live_run(recipe, checkpoint=checkpoint)
    events = [next(run)] if how == "device" else []
    with pytest.raises(error):
        next(run)
    # Where only the network is missing, its images are known all the same.
    assert [type(event) for event in events] == [live.Refused] * (how == "device")
