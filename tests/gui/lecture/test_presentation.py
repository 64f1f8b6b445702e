"""The stage: few controls, large type, a dark screen, and everything as before when it is over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider
from stage_driving import CTRL, SHIFT, Key

from engine.backprop.tab_spec import Scene as BackpropScene
from engine.expressivity.tab_spec import Scene
from gui.theme import look


def state(theatre) -> dict[str, object]:
    """Everything that presenting touches."""
    window = theatre.window
    return {
        "theme": look().theme,
        "remembered": window.settings.theme,
        "window": window.windowState(),
        "geometry": window.geometry(),
        "focus": window.focusWidget(),
        "form": theatre.tab.form_panel.isVisible(),
        "notes": theatre.tab.notes_panel.isVisible(),
        "header": [button.isVisible() for button in window.header_buttons],
        "fields": [
            (path, control.widget.parent(), control.widget.isVisible(), control.widget.geometry())
            for path, control in theatre.tab.form_content.controls(theatre.spec).items()
        ],
        "flags": {key: window.settings.flag(key, True) for key in (
            "form_panel", "notes_panel", "form_panel_crowded", "notes_panel_crowded"
        )},
    }


def names(theatre) -> list[str]:
    """The controls that can be seen in the form."""
    controls = theatre.tab.form_content.controls(theatre.spec)
    return [path for path, control in controls.items() if control.widget.isVisible()]


def tick(theatre, *paths: str) -> None:
    """Choose the controls for the stage, as a user does."""
    theatre.press(Key.Key_F2, SHIFT)
    sheet = theatre.lecture.presentation.controls
    for path in paths:
        theatre.focus(sheet.boxes[path])
        theatre.press(Key.Key_Space)
    theatre.press(Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.parametrize(("theme", "leave"), [("light", "Key_F5"), ("dark", "Key_Escape")])
def test_everything_is_as_before_when_it_is_over(theatre, theme, leave):
    theatre.window.set_theme(theme)
    theatre.focus(theatre.tab.pages.buttons[Scene.FUNCTION.value])
    tick(theatre, "function.pieces", "function.edges")
    theatre.settle()
    before = state(theatre)
    theatre.press(Key.Key_F5)
    theatre.until(theatre.window.isFullScreen)
    assert look().theme == "projector"
    assert theatre.window.settings.theme == theme
    assert names(theatre) == ["function.pieces", "function.edges"]
    assert not theatre.tab.notes_panel.isVisible()
    assert [b.isVisible() for b in theatre.window.header_buttons[:4]] == [False] * 4
    assert theatre.lecture.presentation.actions_["present"].isChecked()
    theatre.press(Key[leave])
    theatre.until(lambda: not theatre.window.isFullScreen())
    theatre.until(lambda: state(theatre) == before)
    assert not theatre.lecture.presentation.actions_["present"].isChecked()


def test_lent_controls_are_reached_by_tab_and_go_on_working(theatre):
    tick(theatre, "function.pieces", "function.heights")
    theatre.press(Key.Key_F5)
    theatre.focus(theatre.window.tab_bar)
    reached = set()
    for _ in range(60):
        theatre.press(Key.Key_Tab)
        reached.add(theatre.window.focusWidget())
    lent = [
        widget for kind in (QLineEdit, QSlider, QComboBox)
        for widget in theatre.tab.form_content.bar.findChildren(kind) if widget.isVisible()
    ]
    assert len(lent) == 3
    assert set(lent) <= reached
    form = theatre.tab.form_content.form.function
    slider, edit = form.fields["pieces"].slider, form.fields["pieces"].edit
    theatre.focus(slider)
    pieces = theatre.spec.function.pieces
    theatre.press(Key.Key_Right)
    assert theatre.spec.function.pieces > pieces
    theatre.focus(edit)
    edit.selectAll()
    theatre.type("0")
    theatre.press(Key.Key_Return)
    assert form.fields["pieces"].problem.isVisible()
    assert form.fields["pieces"].problem.text().endswith(".")
    theatre.press(Key.Key_Escape)  # the field wants it for itself
    assert theatre.lecture.presentation.is_on
    theatre.focus(slider)
    theatre.press(Key.Key_Escape)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)
    theatre.focus(slider)
    pieces = theatre.spec.function.pieces
    theatre.press(Key.Key_Left)
    assert theatre.spec.function.pieces < pieces


def test_many_controls_stand_in_the_forms_panel(theatre):
    paths = ["function.pieces", "function.heights", "function.edges", "function.breakpoints"]
    theatre.window.settings.set_texts("controls_expressivity", paths)
    theatre.press(Key.Key_F5)
    content = theatre.tab.form_content
    assert theatre.tab.form_panel.isVisible()
    assert len(content.column.fields) == 4
    assert sorted(names(theatre)) == sorted(paths)
    theatre.press(Key.Key_F2)
    assert not theatre.tab.form_panel.isVisible()
    tick(theatre, "function.edges")
    assert not theatre.tab.form_panel.isVisible()
    assert len(content.bar.fields) == 3
    theatre.press(Key.Key_F2)  # the form is whole, but for what stands on the bar
    assert theatre.tab.form_panel.isVisible()
    assert "function.edges" in names(theatre)


def test_without_any_choice_the_form_is_one_key_away(theatre):
    theatre.press(Key.Key_F5)
    assert not theatre.tab.form_panel.isVisible()
    theatre.press(Key.Key_F2)
    assert theatre.tab.form_panel.isVisible()
    assert "function.pieces" in names(theatre)
    assert not theatre.window.settings.flag("form_panel_crowded", False)


def test_every_tab_and_scene_has_its_own_controls(theatre):
    tick(theatre, "function.pieces")
    theatre.press(Key.Key_F5)
    theatre.tab.store.apply(theatre.spec.replaced(scene=Scene.BOX), "")
    theatre.settle()
    assert not theatre.tab.form_panel.isVisible()
    theatre.tab.store.apply(theatre.spec.replaced(scene=Scene.FUNCTION), "")
    theatre.settle()
    assert names(theatre) == ["function.pieces"]
    expressivity = theatre.tab
    theatre.window.show_tab("initialization")
    tick(theatre, "probe.sigma")
    assert names(theatre) == ["probe.sigma"]
    assert theatre.tab.form.sigma.isVisible()
    tick(theatre, "probe.schemes")
    assert names(theatre) == ["probe.sigma", "probe.schemes"]
    assert theatre.tab.form_panel.isVisible()  # a list is too tall for the bar
    assert theatre.window.settings.texts("controls_expressivity") == ["function.pieces"]
    theatre.press(Key.Key_F5)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)
    for tab in (theatre.tab, expressivity):
        assert tab.form_content.lent == ()
        assert tab.form_content.form.isVisibleTo(tab)


def test_themes_on_the_stage_stay_there(theatre):
    theatre.press(Key.Key_F5)
    theatre.press(Key.Key_T, CTRL)
    assert look().theme == "light"
    theatre.window.set_theme("dark")
    theatre.press(Key.Key_F5)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)
    assert (look().theme, theatre.window.settings.theme) == ("light", "light")
    theatre.lecture.presentation.start("dark")
    assert look().theme == "dark"
    theatre.press(Key.Key_F5)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)
    assert look().theme == "light"


def test_closing_on_the_stage_leaves_only_the_choice_of_controls(open_theatre):
    theatre = open_theatre(size=(900, 600))
    tick(theatre, "function.pieces")
    theatre.press(Key.Key_F5)
    theatre.until(theatre.window.isFullScreen)
    theatre.close()
    again = open_theatre()
    assert not again.window.isFullScreen()
    assert (look().theme, again.window.settings.theme) == ("light", "light")
    assert again.lecture.presentation.ticked == ("function.pieces",)


# --- the dark screen ----------------------------------------------------------------------------


def test_any_key_ends_the_dark_and_does_nothing_else(theatre):
    button = theatre.tab.pages.buttons[Scene.FUNCTION.value]
    blank, spec = theatre.lecture.presentation.blank, theatre.spec
    for key in (Key.Key_B, Key.Key_PageDown, Key.Key_S, Key.Key_Escape, Key.Key_F5, Key.Key_Tab):
        theatre.focus(button)
        theatre.press(Key.Key_B)
        assert blank.isVisible()
        assert theatre.looks().pixelColor(400, 300) == Qt.GlobalColor.black
        theatre.press(Key.Key_Shift)
        assert blank.isVisible()
        theatre.press(key)
        assert not blank.isVisible(), key
        assert theatre.spec == spec
        assert not theatre.lecture.presentation.is_on
        assert button.hasFocus()


def test_a_click_ends_the_dark_and_a_clickers_key_begins_it(theatre):
    theatre.press(Key.Key_Period)
    blank = theatre.lecture.presentation.blank
    assert blank.isVisible()
    theatre.window.resize(1400, 800)
    theatre.until(lambda: blank.size() == theatre.window.size() and blank.width() == 1400)
    spec = theatre.spec
    button = theatre.tab.pages.buttons[Scene.BOX.value]
    place = button.mapTo(theatre.window, button.rect().center())
    theatre.draw((place.x(), place.y()))
    assert not blank.isVisible()
    assert theatre.spec == spec


def test_the_dark_is_never_stolen_from_text(theatre):
    edit = theatre.tab.form_content.form.function.fields["formula"].edit
    theatre.focus(edit)
    theatre.type("b.")
    assert edit.text().endswith("b.")
    assert not theatre.lecture.presentation.blank.isVisible()


# --- keys ---------------------------------------------------------------------------------------


def test_no_two_actions_share_a_key(theatre):
    window = theatre.window
    for key in window.tab_keys:
        tab = window.show_tab(key)
        owners: dict[str, set[str]] = {}
        for action in {*window.actions(), *tab.actions()}:
            for sequence in action.shortcuts():
                text = sequence.toString(QKeySequence.SequenceFormat.PortableText)
                owners.setdefault(text, set()).add(f"{action.objectName()}: {action.text()}")
        assert len(owners) > 25
        assert {text: who for text, who in owners.items() if len(who) > 1} == {}, key


def test_the_sample_and_the_drawing_are_lent_too(open_theatre):
    theatre = open_theatre(tab="backprop")
    tab = theatre.tab
    theatre.until(lambda: tab.material.now is not None)
    before = state(theatre)
    tick(theatre, "split", "index")
    theatre.press(Key.Key_F5)
    assert names(theatre) == ["split", "index"]
    assert not tab.form_panel.isVisible()
    sample = tab.scenes[BackpropScene.STEPS].sample
    theatre.focus(sample.index)
    sample.index.selectAll()
    theatre.type("7")
    theatre.press(Key.Key_Return)
    assert theatre.spec.index == 7
    sample.index.selectAll()
    theatre.type("a few")
    theatre.press(Key.Key_Return)
    assert sample.number.problem.isVisible()
    assert "a few" in sample.number.problem.text()
    # Each scene has its own; what the next one does not know it does not show.
    tab.store.apply(theatre.spec.replaced(scene=BackpropScene.PROOF), "")
    theatre.settle()
    lent = tab.form_content.lent
    assert names(theatre) == ["split", "index"]
    assert sample.number not in lent
    tab.store.apply(theatre.spec.replaced(scene=BackpropScene.DRAW), "")
    theatre.settle()
    tick(theatre, "drawing.pen", "drawing.label")
    assert names(theatre) == ["drawing.pen", "drawing.label"]
    controls = tab.scenes[BackpropScene.DRAW].controls
    theatre.focus(controls.label)
    theatre.press(Key.Key_Up)
    assert theatre.spec.drawing.label == 6
    theatre.press(Key.Key_F5)
    theatre.until(lambda: not theatre.lecture.presentation.is_on)
    tab.store.apply(theatre.spec.replaced(scene=BackpropScene.STEPS), "")
    sample.number.show_problem("")
    theatre.until(lambda: state(theatre)["fields"] == before["fields"])
