"""The tab around its scenes: made when shown, one recipe for all of them, room for every text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from backprop_driving import Bench
from bench import Key
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget
from test_accessibility import (
    explanation,
    name_of,
    squeezed,
    takes_keyboard,
    texts_cut_off,
    too_little_room,
)

from engine.backprop.presets import PRESETS
from engine.backprop.spec import Bug
from engine.backprop.tab_spec import Scene
from engine.spec import from_json, to_json
from gui.tabs import TABS
from gui.tabs.backprop.material import Material
from gui.tabs.backprop.registry import make_scene
from gui.theme import look

#: What a window leaves for the tab, and how it looks.
SIZES = {"1280x720": (1280, 650), "1920x1080": (1920, 990)}
LOOKS = {
    "light": ("light", 1.0), "projector": ("projector", 1.0), "200 %": ("light", 2.0),
}


def test_it_is_part_4_and_imports_no_torch():
    (info,) = [info for info in TABS if info.key == "backprop"]
    assert info.part == 4
    code = (
        "import sys, gui.tabs.backprop.tab, gui.tabs.backprop.stepper_scene, "
        "gui.tabs.backprop.proof_scene; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_scenes_are_made_when_they_are_first_shown(bench):
    assert list(bench.tab.scenes) == [Scene.STEPS]
    bench.open(Scene.PROOF)
    assert list(bench.tab.scenes) == [Scene.STEPS, Scene.PROOF]
    assert not bench.tab.scenes[Scene.STEPS].isVisible()
    bench.open(Scene.STEPS)
    assert bench.scene.isVisible()


def test_the_recipe_is_one_for_all_scenes(bench):
    recipe = bench.tab.forms.recipe
    bench.type_text(recipe.fields["hidden"].edit, "12-8")
    bench.wait_prepared()
    assert bench.stepper.network.sizes == (784, 12, 8, 10)
    bench.open(Scene.PROOF)
    assert recipe.fields["hidden"].edit.text() == "12-8"
    bench.until(lambda: len(bench.scene.table.rows) == 6 and bench.scene.central is not None)
    assert bench.scene.gradient_card.own._matrix.shape == (8, 10)
    bench.tab.undo_stack.undo()
    assert bench.spec.backprop.hidden == (32, 32)


def test_a_layer_without_units_is_refused_where_it_was_typed(bench):
    field = bench.tab.forms.recipe.fields["hidden"]
    bench.type_text(field.edit, "32-0")
    assert "0 units passes nothing on" in field.problem.text()
    assert field.problem.isVisible()
    assert bench.spec.backprop.hidden == (32, 32)
    assert field.edit.text() == "32-0"
    bench.type_text(field.edit, "16")
    assert not field.problem.isVisible()


def test_a_preset_is_a_recipe_and_can_be_undone(bench):
    bench.tab.presenter._on_preset("missing_slope")
    bench.wait_prepared()
    assert bench.spec.backprop.bug is Bug.MISSING_SLOPE
    assert bench.tab.undo_stack.undoText() == PRESETS["missing_slope"].label
    bench.tab.undo_stack.undo()
    assert bench.spec.backprop.bug is Bug.NONE


def test_the_whole_tab_is_its_spec(bench):
    bench.look(step=9, index=77, is_bug_hidden=True)
    bench.recipe(bug=Bug.FORGOTTEN_BIAS)
    again = from_json(type(bench.spec), to_json(bench.spec))
    assert again == bench.spec
    bench.look(step=2, index=5)
    bench.tab.presenter.store.apply(again, "")
    bench.wait_prepared()
    assert bench.sample.index == 77
    assert bench.stepper.position == 9


def test_closing_in_the_middle_of_everything_leaves_nothing_behind(qtbot):
    bench = Bench(qtbot)
    bench.open(Scene.PROOF)
    bench.scene.play()
    bench.tab.presenter._look(index=3, scene="steps")
    bench.scene.play()
    bench.close()  # the fixtures look for threads and timers


def test_clicking_the_tabs_name_brings_the_arrow_keys_to_the_steps(open_lab):
    lab = open_lab()
    bar, place = lab.window.tab_bar, [info.key for info in TABS].index("backprop")
    center = bar.mapTo(lab.window, bar.tabRect(place).center())
    QTest.mouseClick(lab.window.windowHandle(), Qt.MouseButton.LeftButton, pos=center)
    tab = lab.window.tab("backprop")
    lab.until(lambda: tab.material.now is not None and not tab.material.is_busy)
    lab.activate()
    lab.until(tab.hasFocus)
    before = tab.presenter.scene.stepper.position
    lab.press(Key.Key_Left)
    assert tab.presenter.scene.stepper.position == before - 1
    lab.focus(bar)
    lab.press(Key.Key_Left)
    assert bar.currentIndex() == place - 1


def test_what_takes_the_keyboard_has_a_name_and_an_explanation(bench):
    widgets = []
    for scene in (Scene.STEPS, Scene.PROOF):
        bench.open(scene)
        widgets += [
            w for w in bench.window.findChildren(QWidget) if takes_keyboard(w) and w.isVisible()
        ]
    nameless = [
        name_of(w) for w in widgets if not w.accessibleName() and not getattr(w, "text", str)()
    ]
    silent = [
        name_of(w) for w in widgets
        if not explanation(w) and not isinstance(w, QScrollArea) and w is not bench.tab
    ]
    assert (nameless, silent) == ([], [])


def without_room(bench: Bench) -> list[str]:
    return texts_cut_off(bench) + too_little_room(bench) + squeezed(bench)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LOOKS)
def test_every_text_has_room(bench, name, size):
    theme, zoom = LOOKS[name]
    bench.window.resize(*SIZES[size])
    look().set_window_height(int(size.split("x")[1]))
    look().set_theme(theme)
    look().set_zoom(zoom)
    complaints = {}
    for scene, bug, is_hidden in (
        (Scene.STEPS, Bug.NONE, False), (Scene.STEPS, Bug.MISSING_SLOPE, False),
        (Scene.PROOF, Bug.MISSING_SLOPE, False), (Scene.PROOF, Bug.LOG_EPSILON, True),
    ):
        bench.recipe(bug=bug)
        bench.look(scene=scene, is_bug_hidden=is_hidden)
        bench.wait_set()
        if scene is Scene.PROOF:
            bench.until(lambda: not (bench.scene.check.is_busy or bench.scene.sweeping.is_busy))
        try:
            bench.until(lambda: not without_room(bench), 3)
        except bench.qtbot.TimeoutError:
            complaints[scene.value, bug.value] = without_room(bench)
    assert complaints == {}
    assert bench.window.width() == SIZES[size][0]


@pytest.mark.parametrize("key", [Scene.STEPS, Scene.PROOF])
def test_a_new_look_before_there_is_anything_to_show_opens_no_window(qapp, key):
    material = Material(None)
    scene = make_scene(key, material)
    look().changed.emit()
    visible = [w for w in qapp.topLevelWidgets() if w.isVisible()]
    scene.stop()
    material.stop()
    scene.deleteLater()
    assert visible == []


def test_chips_tell_what_they_do(bench):
    bench.open(Scene.PROOF)
    chips = [b for b in bench.scene.findChildren(QPushButton) if b.property("role") == "chip"]
    assert len(chips) > 6
    assert all(chip.toolTip().endswith((".", "?")) for chip in chips)
    assert all(chip.focusPolicy() == Qt.FocusPolicy.TabFocus for chip in chips)
