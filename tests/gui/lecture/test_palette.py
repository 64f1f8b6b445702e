"""Ctrl+K, letters, Enter: by keyboard alone, to everything there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from stage_driving import CTRL, Key

from engine.expressivity.tab_spec import Scene
from engine.initialization.tab_spec import Scene as InitializationScene
from engine.sessions.session import save_session
from gui.lecture.palette import RECENT
from gui.settings import Settings
from gui.theme import THEMES, look


def open_palette(theatre):
    theatre.press(Key.Key_K, CTRL)
    palette = theatre.lecture.palette
    assert palette.isVisible()
    assert palette.edit.hasFocus()
    theatre.until(lambda: palette.list.page_rows > 3)  # laid out
    return palette


def titles(palette) -> list[str]:
    return [found.entry.title for found in palette.list.found_model.found]


def run(theatre, typed: str, place: str = "") -> None:
    """Type, go down to the entry of that place, Enter."""
    palette = open_palette(theatre)
    theatre.type(typed)
    if place:
        found = palette.list.found_model.found
        row = next(i for i, f in enumerate(found) if f.entry.place == place)
        for _ in range(row):
            theatre.press(Key.Key_Down)
    theatre.press(Key.Key_Return)
    assert not palette.isVisible()


def test_it_does_what_it_says(theatre, tmp_path):
    run(theatre, "dark", "Theme")
    assert look().theme == "dark"
    run(theatre, "step", "Expressivity")
    assert theatre.spec.added == 1
    run(theatre, "order and ch")
    assert theatre.window.tab_key == "initialization"
    assert theatre.spec.scene is InitializationScene.CHAOS
    run(theatre, "expressivity", "Tab")
    assert theatre.window.tab_key == "expressivity"
    run(theatre, "staircase")
    assert theatre.spec.function.preset.value == "staircase"
    assert theatre.window.undo_stack.undoText() == "staircase"
    # A recent session.
    path = tmp_path / "monday.chalknet"
    save_session(theatre.window.keeper.session, path)
    theatre.tab.store.apply(theatre.spec.replaced(scene=Scene.NEURON), "")
    theatre.window.settings.remember_session(str(path))
    run(theatre, "monday")
    theatre.until(lambda: theatre.spec.scene is Scene.FUNCTION)


def test_a_setting_is_gone_to(theatre):
    fields = theatre.tab.form_content.form.function.fields
    group = theatre.tab.form_content.form.function.groups["network"]
    theatre.qtbot.mouseClick(group.heading, Qt.MouseButton.LeftButton)
    theatre.press(Key.Key_F2)
    assert not theatre.tab.form_panel.isVisible()
    run(theatre, "pieces", "Setting")
    assert fields["pieces"].edit.hasFocus()
    assert not fields["pieces"].visibleRegion().isEmpty()
    theatre.press(Key.Key_F5)
    run(theatre, "breakp", "Setting")
    assert theatre.window.focusWidget() is fields["breakpoints"].box
    theatre.press(Key.Key_F5)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)


def test_escape_leaves_everything_as_it_was(theatre):
    edit = theatre.tab.form_content.form.function.fields["formula"].edit
    theatre.focus(edit)
    edit.setCursorPosition(2)
    spec, text = theatre.spec, edit.text()
    palette = open_palette(theatre)
    theatre.type("staircase")
    theatre.press(Key.Key_Down)
    theatre.press(Key.Key_Tab)
    assert palette.edit.hasFocus()
    theatre.press(Key.Key_Escape)
    assert not palette.isVisible()
    assert edit.hasFocus()
    assert (theatre.spec, edit.text(), edit.cursorPosition()) == (spec, text, 2)
    palette = open_palette(theatre)
    assert palette.edit.text() == ""
    theatre.press(Key.Key_K, CTRL)
    assert not palette.isVisible()


def test_the_list_is_walked_by_keys(theatre):
    # The lessons come from a worker, and the list begins anew with them.
    theatre.until(lambda: theatre.lecture.lecturer.library is not None)
    palette = open_palette(theatre)
    rows = palette.list.found_model.rowCount()
    assert rows > 90
    theatre.press(Key.Key_Up)
    assert palette.list.currentIndex().row() == 0
    # The new rows have their places only once the layout has been made.
    theatre.until(lambda: palette.list.page_rows > 3)
    shown = palette.list.page_rows
    theatre.press(Key.Key_PageDown)
    assert palette.list.currentIndex().row() == shown
    for _ in range(rows):
        palette.list.move_by(palette.list.page_rows)
    assert palette.list.currentIndex().row() == rows - 1
    theatre.press(Key.Key_PageUp)
    assert palette.list.currentIndex().row() == rows - 1 - palette.list.page_rows
    spec = theatre.spec
    theatre.type("qqqq")
    assert titles(palette) == []
    assert palette.nothing.isVisible()
    assert "qqqq" in palette.nothing.text()
    theatre.press(Key.Key_Return)
    assert palette.isVisible()
    assert theatre.spec == spec


def test_a_click_does_it_and_one_beside_the_card_leaves(theatre):
    palette = open_palette(theatre)
    theatre.type("dark")
    index = palette.list.found_model.index(0)
    place = palette.list.visualRect(index).center()
    viewport = palette.list.viewport()
    theatre.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert look().theme == "dark"
    assert not palette.isVisible()
    open_palette(theatre)
    theatre.draw((5, 700))
    assert not palette.isVisible()


def move_mouse(palette, place: QPoint) -> None:
    """As Qt reports a mouse over the list."""
    viewport = palette.list.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, viewport.mapToGlobal(place),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def test_the_list_follows_a_mouse_that_moves_but_not_one_at_rest(theatre):
    palette = open_palette(theatre)
    places = [
        palette.list.visualRect(palette.list.found_model.index(row)).center() for row in range(6)
    ]
    move_mouse(palette, places[3])  # the list came under it
    assert palette.list.currentIndex().row() == 0
    theatre.press(Key.Key_Down)
    move_mouse(palette, places[3])
    assert palette.list.currentIndex().row() == 1
    move_mouse(palette, places[5])
    assert palette.list.currentIndex().row() == 5
    theatre.press(Key.Key_Escape)
    move_mouse(open_palette(theatre), places[2])
    assert palette.list.currentIndex().row() == 0


def test_what_was_used_comes_first(theatre):
    first = titles(open_palette(theatre))[0]
    theatre.press(Key.Key_Escape)
    run(theatre, "sawtooth")
    assert titles(open_palette(theatre))[:2] == ["sawtooth", first]
    theatre.close()
    assert Settings().texts(RECENT)[0] == "preset.expressivity.sawtooth"


def test_nothing_is_missing(theatre):
    """Every action of window and tab in front, every preset and page of every tab, every theme."""
    palette = open_palette(theatre)
    entries = {(f.entry.title, f.entry.place) for f in palette.list.found_model.found}
    keys = [f.entry.key for f in palette.list.found_model.found]
    assert len(keys) == len(set(keys))
    names = {title for title, _ in entries}
    window = theatre.window
    for action in (*window.actions(), *theatre.tab.actions()):
        if action.isEnabled() and action.menu() is None:
            assert action.text() in names
    for key in window.tab_keys:
        title = window.tab_bar.tabText(window.tab_keys.index(key)).partition(" · ")[2]
        assert (title, "Tab") in entries
        assert sum(place == f"Preset of {title}" for _, place in entries) >= 6
    for scene in InitializationScene:
        assert (scene.label, "Initialization") in entries
    assert sum(place == "Theme" for _, place in entries) == len(THEMES)
    for label in theatre.tab.controls().values():
        assert (label, "Setting") in entries
    theatre.type("next theme")
    index = palette.list.found_model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Next theme, Everywhere, Ctrl+T"
