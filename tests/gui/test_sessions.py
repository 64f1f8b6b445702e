"""Sessions in the real window: saved, opened, dropped, refused, and back after a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from engine.places import state_folder
from engine.sessions.session import SUFFIX, LessonPlace, Session, open_session, save_session
from engine.tabs import TAB_SPECS, spec_class
from gui.main_window import MainWindow
from gui.sessions import autosave
from gui.settings import MOST_RECENT
from gui.tabs import TABS

LEFT, CTRL, SHIFT = (
    Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def open_window(qtbot, monkeypatch) -> Iterator[Callable[[], MainWindow]]:
    """Opens a window as at a launch, in the tab that was open last; without torch."""
    monkeypatch.setattr(autosave, "WRITE_AFTER_MS", 20)
    windows: list[MainWindow] = []

    def open_one() -> MainWindow:
        window = MainWindow()
        windows.append(window)
        window.restore_settings()
        window.resize(1280, 720)
        with qtbot.waitSignal(window.painted):
            window.show()
        window.activateWindow()
        qtbot.waitActive(window).__enter__()
        return window

    yield open_one
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window) -> MainWindow:
    shown = open_window()
    shown.show_tab("expressivity")
    return shown


def set_pieces(window: MainWindow, pieces: int) -> None:
    store = window.tab("expressivity").store
    function = store.spec.function.replaced(pieces=pieces)
    store.apply(store.spec.with_function(function), "Pieces")


def pieces(window: MainWindow) -> int:
    return window.tab("expressivity").store.spec.function.pieces


def drag(window: MainWindow, target, path: Path) -> bool:
    """Drag a file over a widget and let it fall, up the parents as Qt does; whether it was taken.
    """
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = target.rect().center()
    widget = target
    while widget is not None:
        enter = QDragEnterEvent(
            QPoint(at), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
        )
        if widget.acceptDrops():
            QApplication.sendEvent(widget, enter)
            if enter.isAccepted():
                drop = QDropEvent(
                    QPointF(at), Qt.DropAction.CopyAction, data, LEFT,
                    Qt.KeyboardModifier.NoModifier,
                )
                QApplication.sendEvent(widget, drop)
                return True
        widget = widget.parentWidget()
    return False


def test_every_tab_of_the_window_is_known_to_sessions_and_lessons(window):
    assert {info.key for info in TABS} <= set(TAB_SPECS)
    for info in TABS:
        assert type(window.tab(info.key).store.spec) is spec_class(info.key)


def test_saved_by_key_and_opened_in_another_window(window, open_window, qtbot, tmp_path,
                                                   monkeypatch):
    set_pieces(window, 33)
    window.keeper.lesson_place = LessonPlace("1b", 2, True)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), "")
    )
    with qtbot.waitSignal(window.keeper.saved) as saved:
        qtbot.keyClick(window, Qt.Key.Key_S, CTRL | SHIFT)
    path = saved.args[0]
    assert path == tmp_path / f"mine{SUFFIX}"
    assert window.windowTitle() == "mine[*] · Chalknet"
    assert not window.isWindowModified()
    set_pieces(window, 34)
    assert window.isWindowModified()
    window.close()

    other = open_window()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    asked = []
    other.keeper.lesson_asked.connect(asked.append)
    with qtbot.waitSignal(other.keeper.opened):
        qtbot.keyClick(other, Qt.Key.Key_O, CTRL | SHIFT)
    assert asked == [LessonPlace("1b", 2, True)]
    assert pieces(other) == 33
    assert other.tab_key == "expressivity"
    # The second save needs no dialog, and nothing else is in the menu's list of recent files.
    set_pieces(other, 35)
    with qtbot.waitSignal(other.keeper.saved):
        qtbot.keyClick(other, Qt.Key.Key_S, CTRL | SHIFT)
    assert open_session(path).specs["expressivity"].function.pieces == 35
    other.keeper.menu.aboutToShow.emit()
    assert [a.text() for a in other.keeper.recent_menu.actions()] == [path.name]


def test_opening_is_one_change_to_undo_in_every_open_tab(window, qtbot, tmp_path):
    set_pieces(window, 20)
    training = window.tab("training")
    before = window.specs()
    specs = {
        "expressivity": spec_class("expressivity")(),
        "training": training.store.spec.replaced(log_loss=True),
    }
    path = tmp_path / f"a{SUFFIX}"
    save_session(Session(specs=specs, tab="training"), path)
    with qtbot.waitSignal(window.keeper.opened):
        window.keeper.open(path)
    assert {key: window.specs()[key] for key in specs} == specs
    assert window.tab_key == "training"
    for key in specs:
        window.tab(key).undo_stack.undo()
    assert window.specs() == before
    window.tab("expressivity").undo_stack.undo()
    assert pieces(window) == 14


def test_a_tab_that_is_not_open_yet_gets_its_spec_later(open_window, qtbot, tmp_path):
    window = open_window()
    assert window.tab_key == "training"
    spec = spec_class("expressivity")()
    spec = spec.with_function(spec.function.replaced(pieces=77))
    path = tmp_path / f"a{SUFFIX}"
    save_session(Session(specs={"expressivity": spec}), path)
    with qtbot.waitSignal(window.keeper.opened):
        window.keeper.open(path)
    assert len(window.tabs) == 1
    assert window.specs()["expressivity"] == spec
    assert pieces(window) == 77
    assert not window.tab("expressivity").undo_stack.canUndo()


RUBBISH = (
    "no JSON", "{}", '{"format": "chalknet session", "version": 99}',
    '{"format": "chalknet session", "version": 1, "specs": {"expressivity": {"scene": "no"}}}',
)


def test_rubbish_is_refused_with_a_sentence_and_changes_nothing(window, qtbot, tmp_path):
    set_pieces(window, 21)
    before, path = window.specs(), tmp_path / f"bad{SUFFIX}"
    for text in RUBBISH:
        path.write_text(text)
        window.keeper.open(path)
        qtbot.waitUntil(window.notice.isVisible)
        assert window.notice.label.text().endswith(".")
        assert window.notice.label.property("tone") == "problem"
        assert window.specs() == before
        assert window.keeper.path is None
        qtbot.mouseClick(window.notice.close_button, LEFT)
        assert not window.notice.isVisible()


def test_a_session_that_falls_on_any_tab_is_opened(window, qtbot, tmp_path):
    path = tmp_path / f"dropped{SUFFIX}"
    spec = spec_class("expressivity")()
    save_session(Session(specs={"expressivity": spec.with_function(
        spec.function.replaced(pieces=55))}), path)
    with qtbot.waitSignal(window.keeper.opened):
        assert drag(window, window.tab("expressivity").forms, path)
    assert pieces(window) == 55
    assert not drag(window, window.tab_bar, tmp_path / "picture.png")


def test_what_cannot_be_written_is_told_and_recent_files_are_few(window, qtbot, tmp_path):
    (tmp_path / "file").write_text("")
    window.keeper.save(tmp_path / "file" / f"a{SUFFIX}")
    qtbot.waitUntil(window.notice.isVisible)
    assert "cannot be saved" in window.notice.label.text()
    assert window.keeper.path is None
    window.notice.clear()
    for number in range(MOST_RECENT + 2):
        window.settings.remember_session(str(tmp_path / f"{number}{SUFFIX}"))
    assert len(window.settings.recent_sessions) == MOST_RECENT
    window.keeper.menu.aboutToShow.emit()
    action = window.keeper.recent_menu.actions()[0]
    action.trigger()
    qtbot.waitUntil(window.notice.isVisible)
    assert str(tmp_path / action.text()) not in window.settings.recent_sessions


def crash(window: MainWindow) -> None:
    """What is left when the process ends without a word: the autosave, and a lock of the dead."""
    window.keeper.autosave._lock.unlock()
    window.keeper.autosave._is_on = False


def crash_with(window: MainWindow, count: int, qtbot) -> None:
    """So many pieces are all that was done, and kept, before the process ends."""
    set_pieces(window, count)
    qtbot.waitUntil(window.keeper.autosave.path.exists)
    crash(window)
    window.close()


def test_after_a_crash_everything_comes_back(window, open_window, qtbot):
    crash_with(window, 41, qtbot)

    other = open_window()
    qtbot.waitUntil(other.notice.isVisible)
    assert pieces(other) == 14
    restore = other.notice.findChildren(QPushButton)[0]
    qtbot.mouseClick(restore, LEFT)
    assert pieces(other) == 41
    assert not other.notice.isVisible()
    other.close()
    assert not list(state_folder().glob(f"*{SUFFIX}"))


def test_a_crash_that_is_let_go_is_not_offered_again(window, open_window, qtbot):
    crash_with(window, 41, qtbot)
    undecided = open_window()
    qtbot.waitUntil(undecided.notice.isVisible)
    undecided.close()
    other = open_window()
    qtbot.waitUntil(other.notice.isVisible)
    qtbot.mouseClick(other.notice.buttons[1], LEFT)
    assert pieces(other) == 14
    other.close()
    assert not list(state_folder().glob(f"*{SUFFIX}"))


def test_a_second_crash_leaves_the_first_ones_session_to_be_decided_on(
    window, open_window, qtbot
):
    crash_with(window, 41, qtbot)
    undecided = open_window()
    qtbot.waitUntil(undecided.notice.isVisible)
    crash_with(undecided, 52, qtbot)
    # The latest is offered first, and the one before it at the next launch.
    for count in (52, 41):
        other = open_window()
        qtbot.waitUntil(other.notice.isVisible)
        qtbot.mouseClick(other.notice.buttons[0], LEFT)
        assert pieces(other) == count
        other.close()
    assert not list(state_folder().glob(f"*{SUFFIX}"))


def test_a_second_window_leaves_the_first_ones_autosave_alone(window, open_window, qtbot):
    set_pieces(window, 41)
    file = window.keeper.autosave.path
    qtbot.waitUntil(file.exists)
    other = open_window()
    set_pieces(other, 99)
    other.close()
    assert file.exists()
    assert not other.notice.isVisible()
    window.close()
    assert not file.exists()
