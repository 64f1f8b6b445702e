"""Undo and redo of spec changes, and that spec, form and run never disagree."""

from __future__ import annotations

import random

import pytest
from driving import RECIPE
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack

from engine.spec import Choice, knobs
from engine.training.recipe import Recipe
from engine.training.tab_spec import Page, TrainingSpec
from gui.spec_store import SpecStore
from gui.widgets.spec_fields import value_text

Key = Qt.Key


@pytest.fixture
def stack(qapp) -> QUndoStack:
    return QUndoStack(qapp)


@pytest.fixture
def store(stack) -> SpecStore:
    return SpecStore(Recipe(), stack)


def change(store: SpecStore, *, gesture: str = "", is_undoable: bool = True, **values) -> None:
    text = ", ".join(values)
    store.apply(store.spec.replaced(**values), text, gesture=gesture, is_undoable=is_undoable)


def test_undo_and_redo_walk_along_the_changes(store, stack):
    specs = [store.spec]
    for epochs in (5, 6, 7):
        change(store, epochs=epochs)
        specs.append(store.spec)
    assert stack.undoText() == "epochs"
    for spec in reversed(specs[:-1]):
        stack.undo()
        assert store.spec == spec
    assert not stack.canUndo()
    for spec in specs[1:]:
        stack.redo()
        assert store.spec == spec
    assert not stack.canRedo()


def test_a_new_change_cuts_off_what_could_be_redone(store, stack):
    change(store, epochs=5)
    stack.undo()
    change(store, seed=9)
    assert not stack.canRedo()
    stack.undo()
    assert store.spec == Recipe()


def test_every_change_is_told_once_with_both_specs(store, stack):
    told = []
    store.changed.connect(lambda old, new: told.append((old.epochs, new.epochs)))
    change(store, epochs=5)
    change(store, epochs=5)
    stack.undo()
    stack.redo()
    assert told == [(30, 5), (5, 30), (30, 5)]


def test_a_gesture_undoes_as_one(store, stack):
    for rate in (0.002, 0.003, 0.004):
        change(store, learning_rate=rate, gesture="drag 1")
    change(store, learning_rate=0.005, gesture="drag 2")
    assert stack.count() == 2
    stack.undo()
    assert store.spec.learning_rate == 0.004
    stack.undo()
    assert store.spec.learning_rate == 0.001
    stack.redo()
    assert store.spec.learning_rate == 0.004


def test_a_drag_back_to_its_start_leaves_nothing_to_undo(store, stack):
    change(store, epochs=5)
    for rate in (0.002, 0.003, 0.001):
        change(store, learning_rate=rate, gesture="drag 1")
    assert stack.count() == 1
    stack.undo()
    assert store.spec == Recipe()


def test_a_drag_that_goes_on_after_passing_its_start_is_still_undone(store, stack):
    for rate in (0.002, 0.001, 0.004):
        change(store, learning_rate=rate, gesture="drag 1")
    stack.undo()
    assert store.spec.learning_rate == 0.001
    assert not stack.canUndo()


def test_what_only_moves_the_eye_survives_the_undo_of_the_rest(stack):
    store = SpecStore(TrainingSpec(), stack)
    change(store, watched=(1, 2))
    change(store, page=Page.MODEL, is_undoable=False)
    change(store, log_loss=True, is_undoable=False)
    assert stack.count() == 1
    stack.undo()
    assert store.spec == TrainingSpec().replaced(page=Page.MODEL, log_loss=True)
    stack.redo()
    assert store.spec.watched == (1, 2)
    assert store.spec.page is Page.MODEL


def some_value(chance: random.Random, field):
    """A value that the field accepts, and that no run takes long for."""
    if field.name == "hidden":
        return [chance.choice([4, 8]) for _ in range(chance.randint(1, 3))]
    if field.name == "training_images":
        return chance.choice([0, 10, 400])
    if issubclass(field.kind, Choice):
        return chance.choice(list(field.kind))
    if field.kind is bool:
        return chance.random() < 0.5
    if not field.is_bounded:
        return chance.randint(0, 1000)
    return field.value_at(chance.random())


def shown(field) -> object:
    """What the form's widget shows."""
    for name, read in (
        ("box", lambda box: box.currentData()), ("switch", lambda switch: switch.isChecked()),
        ("edit", lambda edit: edit.text()),
    ):
        if hasattr(field, name):
            return read(getattr(field, name))
    raise AssertionError(field)


def assert_agreement(lab) -> None:
    spec = lab.store.spec
    assert lab.control.spec is spec
    for name, field in lab.tab.recipe_panel.form.fields.items():
        value = getattr(spec.recipe, name)
        text = value_text(field.knob, value) if hasattr(field, "edit") else value
        assert shown(field) == text, name
        if hasattr(field, "slider"):
            assert field.slider.value() == round(field.knob.share_of(value) * 1000), name
        assert not field.problem.text()
    assert lab.tab.predictions.count.value() == len(spec.watched)
    assert lab.tab.pages.current == spec.page.value
    assert lab.window.actions_["undo"].isEnabled() is lab.window.undo_stack.canUndo()
    assert lab.window.actions_["redo"].isEnabled() is lab.window.undo_stack.canRedo()


def test_three_hundred_edits_undos_and_redos_leave_all_in_agreement(lab):
    chance = random.Random(7)
    fields = {n: k for n, k in knobs(Recipe).items() if n not in ("device", "batch_norm")}
    for number in range(300):
        what = chance.random()
        if what < 0.5:
            name = chance.choice(list(fields))
            recipe = lab.recipe.replaced(**{name: some_value(chance, fields[name])})
            gesture = chance.choice(["", "drag 1", "drag 2"])
            lab.tab.recipe_panel.form.edited.emit(recipe, name, gesture)
        elif what < 0.7:
            lab.ctrl(Key.Key_Z)
        elif what < 0.85:
            lab.ctrl(Key.Key_Y)
        elif what < 0.93:
            lab.press(Key.Key_N)
        else:
            page = chance.choice(list(Page))
            lab.click(lab.tab.pages.buttons[page.value])
        assert_agreement(lab)
        if number % 60 == 0:
            lab.press(Key.Key_S)
            lab.qtbot.wait(20)
    while lab.window.undo_stack.canUndo():
        lab.ctrl(Key.Key_Z)
    assert_agreement(lab)
    assert lab.recipe == RECIPE
    assert lab.store.spec.watched == TrainingSpec().watched


@pytest.mark.parametrize("by", ["key", "button"])
def test_undo_and_redo_in_the_window(lab, by):
    undo, redo = lab.window.header_buttons[:2]
    assert not undo.isEnabled()
    lab.type_into("epochs", "7")
    assert "Epochs" in lab.window.actions_["undo"].text()
    if by == "key":
        lab.ctrl(Key.Key_Z)  # although the field still has the focus
    else:
        lab.click(undo)
    assert lab.recipe.epochs == 3
    assert not undo.isEnabled()
    if by == "key":
        lab.press(
            Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    else:
        lab.click(redo)
    assert lab.recipe.epochs == 7


def test_undo_within_a_text_is_the_text_s(lab):
    edit = lab.field("epochs").edit
    lab.type_into("epochs", "7")
    lab.qtbot.keyClicks(edit, "55")
    assert edit.text() == "755"
    lab.ctrl(Key.Key_Z)
    assert edit.text() == "7"
    assert lab.recipe.epochs == 7
