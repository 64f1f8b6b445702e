"""Saving, opening, dropping; and the run that a closed window interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import LONG, RECIPE, headless, is_one_sentence, numbers, weights_digest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.data.images import load_images
from engine.places import state_folder
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.recipe import Optimizer
from engine.training.run import Training
from gui.tabs.training.run import RunState

Key = Qt.Key


@pytest.fixture
def dialogs(monkeypatch):
    """The two file dialogs answer what the test wants."""
    answers = {"save": "", "open": ""}
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answers["save"], ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (answers["open"], ""))
    return answers


def saved(path: Path, recipe=RECIPE, steps: int = 11) -> Path:
    """A run in a file, stopped in mid-epoch or at its end."""
    training = Training(recipe, load_images(recipe.data))
    for _ in training.events():
        if training.step == steps:
            break
    save_checkpoint(training, path)
    return path


def open_file(lab, dialogs, path: Path) -> None:
    dialogs["open"] = str(path)
    lab.ctrl(Key.Key_O)


def test_a_saved_run_goes_on_to_the_same_end(lab, dialogs, tmp_path):
    lab.press(Key.Key_E)
    lab.wait_for(RunState.PAUSED)
    for _ in range(3):
        lab.press(Key.Key_S)
        lab.wait_for(RunState.PAUSED)
    at_save = numbers(lab.history)
    dialogs["save"] = str(tmp_path / "my.run")
    lab.ctrl(Key.Key_S)
    path = tmp_path / "my.run.safetensors"
    lab.until(lambda: path.exists() and lab.run.job.is_at_rest)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    end = numbers(lab.history)

    lab.type_into("learning_rate", "0.5")
    lab.focus(lab.window.tab_bar)
    open_file(lab, dialogs, path)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    assert lab.recipe == RECIPE
    assert numbers(lab.history) == at_save
    assert lab.drawn("loss", "step")[1] == list(lab.history.step_losses)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    assert numbers(lab.history) == end == numbers(headless(RECIPE).history)
    assert lab.history.recipe.changes == ()  # opening changed no learning rate


def test_the_file_menu_does_the_same(lab, dialogs, tmp_path):
    menu = lab.tab.file_button.menu()
    save = lab.tab.actions_["save"]
    assert [a.text() for a in menu.actions()] == [
        "Open run …", "Save run …", "Pin run", "Unpin runs",
    ]
    assert not save.isEnabled()
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    dialogs["save"] = str(tmp_path / "run.safetensors")
    menu.popup(lab.tab.file_button.mapToGlobal(lab.tab.file_button.rect().bottomLeft()))
    lab.until(menu.isVisible)
    lab.qtbot.mouseClick(
        menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(save).center()
    )
    lab.until((tmp_path / "run.safetensors").exists)
    assert load_checkpoint(tmp_path / "run.safetensors").step == 1
    lab.activate()


def test_a_finished_run_can_be_saved_too(lab, dialogs, tmp_path):
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    dialogs["save"] = str(tmp_path / "end.safetensors")
    lab.ctrl(Key.Key_S)
    assert load_checkpoint(tmp_path / "end.safetensors").step == 24


def test_a_place_that_cannot_be_written_is_named(lab, dialogs, tmp_path):
    (tmp_path / "file").write_text("no folder")
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    dialogs["save"] = str(tmp_path / "file" / "run.safetensors")
    lab.ctrl(Key.Key_S)
    lab.until(lambda: "could not be saved" in lab.callout)
    assert is_one_sentence(lab.callout)
    dialogs["save"] = str(tmp_path / "run.safetensors")
    lab.ctrl(Key.Key_S)
    lab.until((tmp_path / "run.safetensors").exists)
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    assert lab.callout == ""


def test_a_dialog_that_is_cancelled_changes_nothing(lab, dialogs):
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    before = lab.run
    lab.ctrl(Key.Key_S)
    lab.ctrl(Key.Key_O)
    lab.qtbot.wait(100)
    assert dialogs == {"save": "", "open": ""}
    assert (lab.run, lab.state, lab.callout) == (before, RunState.PAUSED, "")


@pytest.mark.parametrize("what", ["rubbish", "folder", "absent", "truncated", "empty"])
def test_what_is_no_run_is_refused_in_one_sentence_and_costs_nothing(
    open_lab, dialogs, tmp_path, what
):
    lab = open_lab(LONG)
    lab.press(Key.Key_Space)
    lab.wait_steps(5)
    run = lab.run
    path = tmp_path / "some.safetensors"
    if what == "rubbish":
        path.write_bytes(b"\x00\xffno run at all" * 100)
    elif what == "folder":
        path.mkdir()
    elif what == "empty":
        path.touch()
    elif what == "truncated":
        raw = saved(path).read_bytes()
        path.write_bytes(raw[: len(raw) // 2])
    open_file(lab, dialogs, path)
    lab.until(lambda: lab.callout != "")
    assert is_one_sentence(lab.callout)
    assert lab.run is run
    assert lab.state is RunState.RUNNING
    lab.wait_steps(lab.steps + 5)
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.PAUSED)
    lab.press(Key.Key_S)
    lab.until(lambda: lab.callout == "")


def test_a_run_that_diverged_explains_itself_again(lab, dialogs, tmp_path):
    wild = RECIPE.replaced(
        optimizer=Optimizer.SGD, learning_rate=10.0, activation="linear", hidden=(64, 64, 64),
        epochs=60,
    )
    training = headless(wild)
    save_checkpoint(training, tmp_path / "wild.safetensors")
    open_file(lab, dialogs, tmp_path / "wild.safetensors")
    lab.until(lambda: lab.run.is_opened)
    lab.until(lambda: lab.callout == training.history.ending.explanation)
    assert numbers(lab.history) == numbers(training.history)


def drop(widget, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    middle, copy = QPointF(widget.rect().center()), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle.toPoint(), copy, data, left, none)
    QApplication.sendEvent(widget, enter)
    if enter.isAccepted():
        QApplication.sendEvent(widget, QDropEvent(middle, copy, data, left, none))
    return enter.isAccepted()


def test_a_file_dropped_on_the_tab_is_opened(lab, tmp_path):
    path = saved(tmp_path / "run.safetensors")
    assert drop(lab.tab, path)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    assert lab.steps == 11


def test_opened_while_another_run_goes_on(open_lab, tmp_path):
    lab = open_lab(LONG)
    path = saved(tmp_path / "run.safetensors")
    lab.press(Key.Key_Space)
    lab.wait_steps(5)
    before = lab.history
    assert drop(lab.tab, tmp_path)  # a folder
    assert drop(lab.tab, path)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    assert lab.control.ghost is before
    assert lab.callout == ""
    assert lab.recipe == RECIPE


# --- interrupted ------------------------------------------------------------------------------


def files() -> list[str]:
    return sorted(path.name for path in state_folder().glob("*.safetensors"))


def interrupted(open_lab, recipe=RECIPE, steps: int = 10) -> None:
    """Close a window in mid-run, right after so many steps."""
    lab = open_lab(recipe)
    for count in range(1, steps + 1):
        lab.press(Key.Key_S)
        lab.until(lambda count=count: lab.steps == count)
    lab.close()
    assert files() == ["autosave.safetensors"]


def test_an_interrupted_run_is_offered_and_goes_on_to_the_same_numbers(open_lab):
    interrupted(open_lab)
    lab = open_lab()
    assert lab.tab.offer.isVisible()
    assert lab.tab.offer_text.text() == "A run was interrupted at epoch 1.2 of 3."
    lab.click(lab.tab.offer_accept)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    assert not lab.tab.offer.isVisible()
    assert lab.steps == 10
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    alone = headless(RECIPE)
    assert numbers(lab.history) == numbers(alone.history)
    assert weights_digest(lab.run.ready.training) == weights_digest(alone)
    lab.close()
    assert files() == []
    assert not open_lab().tab.offer.isVisible()


def test_an_offer_declined_is_gone(open_lab):
    interrupted(open_lab)
    lab = open_lab()
    lab.click(lab.tab.offer_decline)
    assert not lab.tab.offer.isVisible()
    assert files() == []
    lab.close()
    assert not open_lab().tab.offer.isVisible()


def test_an_offer_nobody_answered_stands_at_the_next_launch(open_lab):
    interrupted(open_lab)
    open_lab().close()
    assert open_lab().tab.offer.isVisible()


def test_an_accepted_run_can_be_interrupted_again(open_lab):
    interrupted(open_lab)
    lab = open_lab()
    lab.click(lab.tab.offer_accept)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    lab.press(Key.Key_S)
    lab.wait_for(RunState.PAUSED)
    lab.close()
    assert files() == ["autosave.safetensors"]
    lab = open_lab()
    lab.click(lab.tab.offer_accept)
    lab.until(lambda: lab.run.is_opened)
    lab.wait_for(RunState.PAUSED)
    assert lab.steps == 11


@pytest.mark.parametrize("how", ["stopped", "reset", "finished", "untouched"])
def test_what_is_over_is_not_offered(open_lab, how):
    lab = open_lab(LONG if how == "stopped" else RECIPE)
    if how in ("stopped", "reset"):
        lab.press(Key.Key_E)
        lab.wait_for(RunState.PAUSED)
        lab.ctrl(Key.Key_Period if how == "stopped" else Key.Key_R)
        lab.until(lambda: lab.state in (RunState.STOPPED, RunState.READY))
    elif how == "finished":
        lab.press(Key.Key_Space)
        lab.wait_for(RunState.FINISHED)
    lab.close()
    assert files() == []


def test_a_damaged_autosave_is_passed_over(open_lab):
    interrupted(open_lab)
    path = state_folder() / "autosave.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    lab = open_lab()
    assert not lab.tab.offer.isVisible()
    assert files() == []


def test_closing_in_mid_run_takes_no_time(open_lab):
    import time

    lab = open_lab(LONG)
    lab.press(Key.Key_Space)
    lab.wait_steps(20)
    steps, begun = lab.steps, time.monotonic()
    lab.close()
    assert time.monotonic() - begun < 3
    assert lab.run.job.isFinished()
    assert load_checkpoint(state_folder() / "autosave.safetensors").step >= steps
