"""Another language in the middle of everything: a new window takes over, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from driving import LONG, Lab
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from shiboken6 import isValid

from engine import words
from engine.backprop.tab_spec import Scene
from engine.sessions.session import LessonPlace, open_session
from gui import language
from gui.main_window import MainWindow
from gui.sessions import autosave
from gui.settings import Settings
from gui.succession import Succession
from gui.tabs.training.run import RunState
from gui.theme import look


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    language.speak("en")


@pytest.fixture
def switch(open_lab) -> Iterator[Callable[..., tuple[Lab, Succession]]]:
    """A lab whose window can be succeeded."""
    made: list[tuple[Lab, Succession]] = []

    def make(*args, **options) -> tuple[Lab, Succession]:
        lab = open_lab(*args, **options)
        succession = Succession(lab.window, [lab.loader])
        made.append((lab, succession))
        return lab, succession

    yield make
    for lab, succession in made:
        lab.window = succession.window
        succession.deleteLater()


def choose(qtbot, window: MainWindow, name: str) -> None:
    """In the menu of the appearance, the language `name`."""
    menu: QMenu = window.look_menu.languages
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == name).trigger()


def take_hold(lab: Lab, succession: Succession) -> MainWindow:
    """Wait for the new window, and drive its Training tab from now on."""
    old = lab.window
    lab.until(lambda: succession.window is not old and succession.window.isVisible())
    lab.window = succession.window
    lab.tab = lab.window.tab("training")
    lab.store, lab.control = lab.tab.presenter.store, lab.tab.presenter.control
    lab.told = lab.state
    lab.control.state_changed.connect(lab._on_state_changed)
    return old


def test_a_training_runs_through_the_switch(switch, qtbot):
    lab, succession = switch(LONG)
    lab.click(lab.tab.transport.buttons["play"])
    lab.wait_steps(8)
    run, history = lab.run, lab.history
    choose(qtbot, lab.window, "Deutsch")
    old = take_hold(lab, succession)
    assert lab.run is run
    assert lab.history is history
    assert not isValid(old) or not old.isVisible()
    before = lab.steps
    lab.wait_steps(before + 8)
    assert lab.state is RunState.RUNNING
    assert lab.tab.actions_["play"].text() == "Pause"
    assert lab.window.tab_bar.tabText(2) == "3 · Training"
    assert lab.tab.file_button.text() == "Datei"
    lab.until(lambda: len(lab.drawn("loss", "step")[0]) > 0)
    assert not lab.tab.offer.isVisible(), "a run in progress is no run that was interrupted"
    lab.click(lab.tab.transport.buttons["play"])
    lab.wait_for(RunState.PAUSED)
    assert lab.steps == len(history.step_losses)


def test_undo_reaches_back_before_the_switch_and_speaks_the_new_language(switch, qtbot):
    lab, succession = switch()
    first = lab.recipe
    edit = lab.tab.recipe_panel.form.fields["epochs"].edit
    for text in ("4", "5"):
        lab.click(edit)
        edit.setText(text)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    lab.window.actions_["undo"].trigger()
    assert lab.recipe == first.replaced(epochs=4)
    choose(qtbot, lab.window, "Deutsch")
    take_hold(lab, succession)
    actions = lab.window.actions_
    assert lab.recipe == first.replaced(epochs=4)
    assert actions["undo"].text() == "Rückgängig: Epochen"
    assert actions["redo"].isEnabled()
    actions["redo"].trigger()
    assert lab.recipe == first.replaced(epochs=5)
    actions["undo"].trigger()
    actions["undo"].trigger()
    assert lab.recipe == first
    assert not actions["undo"].isEnabled()


def test_all_tabs_the_place_and_the_title_come_along(switch, qtbot, tmp_path):
    lab, succession = switch()
    window = lab.window
    backprop = window.show_tab("backprop")
    store = backprop.store
    store.apply(store.spec.replaced(scene=Scene.SMALL, step=3), "Step")
    window.keeper.lesson_place = LessonPlace("1a", 1, False)
    window.keeper.save(tmp_path / "lecture.chalknet")
    with qtbot.waitSignal(window.keeper.saved):
        pass
    specs, title, path = window.specs(), window.windowTitle(), window.keeper.path
    choose(qtbot, window, "Deutsch")
    take_hold(lab, succession)
    assert lab.window.specs() == specs
    assert lab.window.tab_key == "backprop"
    assert (lab.window.windowTitle(), lab.window.keeper.path) == (title, path)
    assert lab.window.keeper.lesson_place == LessonPlace("1a", 1, False)
    assert lab.window.settings.language == "de"
    with qtbot.waitSignal(lab.window.lecture_made, timeout=5000) if (
        lab.window.lecture is None
    ) else _nothing():
        pass
    assert lab.window.keeper.autosave._is_on, "the new window is the one that writes aside"


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_the_lesson_goes_on_at_its_place(switch, qtbot):
    lab, succession = switch()
    lab.until(lambda: lab.window.lecture is not None)
    lecturer = lab.window.lecture.lecturer
    lecturer.open("1a")
    lab.until(lambda: lecturer.lesson is not None)
    lecturer.next()
    lecturer.next()
    place, specs = lecturer.place, lab.window.specs()
    choose(qtbot, lab.window, "Deutsch")
    take_hold(lab, succession)
    lab.until(lambda: lab.window.lecture is not None)
    follower = lab.window.lecture.lecturer
    lab.until(lambda: follower.lesson is not None)
    assert (follower.lesson.key, follower.place) == ("1a", place)
    assert lab.window.specs() == specs


def test_what_was_not_saved_is_kept_from_a_crash_after_the_switch(switch, qtbot, monkeypatch):
    monkeypatch.setattr(autosave, "WRITE_AFTER_MS", 50)
    lab, succession = switch(LONG)
    lab.store.apply(lab.store.spec.replaced(log_loss=True), "Log scale")
    kept = lab.window.keeper.autosave.path
    lab.until(kept.exists)
    choose(qtbot, lab.window, "Deutsch")
    take_hold(lab, succession)
    lab.until(kept.exists)
    assert open_session(kept).specs["training"].log_loss


def test_stage_panel_and_clock_come_along(switch, qtbot):
    lab, succession = switch(LONG)
    lab.until(lambda: lab.window.lecture is not None)
    lecture = lab.window.lecture
    lab.until(lambda: lecture.lecturer.library is not None)
    lecture.lecturer.open("1a")
    lab.until(lambda: lecture.lecturer.lesson is not None)
    lecture.panel.action.setChecked(False)
    lecture.panel.actions_["notes_window"].setChecked(True)
    clock = lecture.notes_window.total
    lecture.notes_window.set_running(True)
    lecture.presentation.start("dark")
    choose(qtbot, lab.window, "Deutsch")
    take_hold(lab, succession)
    lab.until(lambda: lab.window.lecture is not None)
    lecture = lab.window.lecture
    lab.until(lambda: lecture.lecturer.lesson is not None and lecture.presentation.is_on)
    assert look().theme == "dark"
    assert not lecture.panel.isVisible()
    assert lecture.notes_window.isVisible()
    assert lecture.notes_window.total is clock
    assert clock.runs
    lecture.presentation.stop()
    assert look().theme == "light"


def test_there_and_back_again(switch, qtbot):
    lab, succession = switch()
    texts = [lab.window.tab_bar.tabText(k) for k in range(4)]
    for name in ("Deutsch", "English"):
        choose(qtbot, lab.window, name)
        take_hold(lab, succession)
        lab.wait_for(RunState.READY)
    assert [lab.window.tab_bar.tabText(k) for k in range(4)] == texts
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)
            and w.isVisible()] == [lab.window]


def test_the_language_in_force_is_marked_and_choosing_it_does_nothing(switch, qtbot):
    lab, succession = switch()
    menu = lab.window.look_menu.languages
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["English"]
    assert {"English", "Deutsch"} <= {a.text() for a in menu.actions()}
    choose(qtbot, lab.window, "English")
    QCoreApplication.processEvents()
    assert succession.window is lab.window


def test_the_buttons_of_dialogs_and_the_keys_speak_it_too(qtbot):
    language.speak("de")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"
    native = QKeySequence.SequenceFormat.NativeText
    assert QKeySequence("Shift+S").toString(native) == "Umschalt+S"
    assert QKeySequence("PgUp").toString(native) == "Bild ↑"
    language.speak("en")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Cancel"


@pytest.mark.parametrize(
    ("asked", "remembered", "system", "found"),
    [
        (None, "", "de_AT", "de"), (None, "", "fr_FR", "en"), (None, "", "en_GB", "en"),
        (None, "en", "de_DE", "en"), (None, "tlh", "de_DE", "de"), ("de", "en", "fr_FR", "de"),
    ],
)
def test_the_first_language(monkeypatch, asked, remembered, system, found):
    before = QLocale()
    QLocale.setDefault(QLocale(system))
    try:
        assert language.first_language(asked, remembered) == found
    finally:
        QLocale.setDefault(before)


def test_a_language_is_remembered_only_where_it_was_chosen():
    assert Settings().language == ""
    language.speak("de")
    assert Settings().language == ""
    assert words.language() == "de"
