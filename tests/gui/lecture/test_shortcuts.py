"""F12: every key there is, read off the actions themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from stage_driving import CTRL, Key

from engine.initialization.tab_spec import Scene
from gui.lecture.shortcuts import keys_of
from gui.theme import THEMES, look


def open_sheet(theatre):
    theatre.press(Key.Key_F12)
    sheet = theatre.lecture.shortcut_sheet
    assert sheet.isVisible()
    return sheet


def texts(sheet, role: str | None = None) -> list[str]:
    """What stands on the sheet."""
    labels = sheet.area.widget().findChildren(QLabel)
    return [label.text() for label in labels if role is None or label.property("role") == role]


def test_it_names_every_key_of_window_and_tab(theatre):
    sheet = open_sheet(theatre)
    caps, everything = texts(sheet, "key"), texts(sheet)
    for action in (*theatre.window.actions(), *theatre.tab.actions()):
        for key in keys_of(action):
            assert key in caps
            assert action.text() in everything
    assert "EXPRESSIVITY" in texts(sheet, "section")
    theatre.press(Key.Key_F12)
    assert not sheet.isVisible()


def test_another_tab_has_other_keys_and_its_views_say_what_the_mouse_does(theatre):
    assert "Draw" in texts(open_sheet(theatre))
    theatre.press(Key.Key_Escape)
    theatre.window.show_tab("initialization")
    theatre.tab.store.apply(theatre.spec.replaced(scene=Scene.CHAOS), "")
    theatre.settle()
    sheet = open_sheet(theatre)
    assert "Draw" not in texts(sheet)
    assert any(text.startswith("Drag the point") for text in texts(sheet))


def test_it_is_searched_as_one_types(theatre):
    sheet = open_sheet(theatre)
    assert sheet.edit.hasFocus()
    theatre.type("dark screen")
    assert texts(sheet, "key") == ["B", "."]
    sheet.edit.selectAll()
    theatre.type("f11")
    assert texts(sheet) == ["EVERYWHERE", "F11", "Full screen"]
    theatre.type("qqqq")
    assert texts(sheet) == []
    assert sheet.nothing.isVisible()
    theatre.press(Key.Key_Escape)
    assert not sheet.isVisible()
    assert not theatre.window.isFullScreen()


def test_it_opens_from_the_menu_and_from_the_palette(theatre):
    lecture = theatre.lecture
    menu = lecture.tools_menu.menu
    assert lecture.shortcut_sheet.actions_["shortcuts"] in menu.actions()
    menu.popup(theatre.window.mapToGlobal(theatre.window.rect().center()))
    theatre.until(menu.isVisible)
    place = menu.actionGeometry(lecture.shortcut_sheet.actions_["shortcuts"]).center()
    theatre.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    assert lecture.shortcut_sheet.isVisible()
    theatre.window.activateWindow()
    theatre.until(theatre.window.isActiveWindow)
    theatre.press(Key.Key_Escape)
    theatre.press(Key.Key_K, CTRL)
    theatre.type("?")
    theatre.press(Key.Key_Return)
    assert lecture.shortcut_sheet.isVisible()
    assert not lecture.palette.isVisible()


def test_nothing_is_cut_off_in_any_theme(theatre):
    sheet = open_sheet(theatre)
    for theme in THEMES:
        look().set_theme(theme)
        theatre.settle()
        page = sheet.area.widget()
        assert page.width() <= sheet.area.viewport().width()
        for label in page.findChildren(QLabel):
            needed = label.heightForWidth(label.width()) if label.wordWrap() else (
                label.sizeHint().height())
            assert label.height() >= needed, (theme, label.text())
            if not label.wordWrap():
                assert label.width() >= label.sizeHint().width(), (theme, label.text())
    bar = sheet.area.verticalScrollBar()
    assert bar.maximum() > 0  # the projector's type needs more than a window
    theatre.press(Key.Key_PageDown)
    assert bar.value() > 0
    theatre.press(Key.Key_PageUp)
    assert bar.value() == 0
