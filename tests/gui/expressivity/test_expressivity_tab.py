"""The tab as a whole: its ladder, files, keys, names, and two hundred things done at random."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from bench import Key
from driving import is_one_sentence
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from scene_driving import CTRL, SHIFT, problem_of
from test_box_scene import assert_agrees as assert_box
from test_function_scene import assert_agrees as assert_function
from test_neuron_scene import assert_agrees as assert_neuron

from engine.expressivity.presets import PresetKey
from engine.expressivity.spec import BoxSpec, FunctionSpec, NeuronSpec, TargetKind
from engine.expressivity.tab_spec import ExpressivitySpec, Scene, Show

CHECKS = {Scene.NEURON: assert_neuron, Scene.BOX: assert_box, Scene.FUNCTION: assert_function}


def test_one_scene_at_a_time(bench):
    assert bench.spec == ExpressivitySpec()
    for scene in (Scene.NEURON, Scene.BOX, Scene.FUNCTION, Scene.BOX, Scene.NEURON):
        bench.open(scene)
        visible = [key for key, view in bench.tab.scenes.items() if view.isVisible()]
        assert visible == [scene]
        assert bench.tab.forms.tools.isVisible() is (scene is Scene.FUNCTION)
        assert bench.tab.actions_["play"].isEnabled() is (scene is Scene.FUNCTION)
        CHECKS[scene](bench)
    assert bench.undo_count == 0


# --- points from a file -------------------------------------------------------------------------

POINTS = "x,y\n-2,1\n0,-1\n1.5,2\n"
BROKEN = {
    "empty.csv": "",
    "one.csv": "1,2\n",
    "words.csv": "1,2\n3,four\n5,6\n",
    "three.csv": "1,2,3\n4,5,6\n",
    "nan.csv": "1,nan\n2,inf\n3,\n",
    "same.csv": "1,2\n1,3\n1,4\n",
}


@pytest.fixture
def choose_file(bench, monkeypatch):
    """Answer the file dialog."""
    def choose(path: Path | str) -> None:
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
        bench.click(bench.tab.forms.file)

    return choose


def drop(bench, path: Path) -> bool:
    """Drop a file on the tab; whether it was welcome."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    kinds = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton
    nobody = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(600, 300), *kinds, nobody)
    QApplication.sendEvent(bench.tab, enter)
    QApplication.sendEvent(bench.tab, QDropEvent(QPointF(600, 300), *kinds, nobody))
    return enter.isAccepted()


def assert_points(bench) -> None:
    function = bench.function
    assert function.target is TargetKind.CSV
    assert function.points == ((-2.0, 1.0), (0.0, -1.0), (1.5, 2.0))
    assert function.half_width == 2.0
    x = bench.curve("f").x
    np.testing.assert_allclose(bench.curve("f").y, np.interp(x, [-2, 0, 1.5], [1, -1, 2]))
    assert_function(bench)


def test_points_are_opened(bench, choose_file, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    choose_file("")  # thought better of it
    assert bench.function == FunctionSpec()
    choose_file(path)
    assert_points(bench)
    bench.undo()
    assert bench.function == FunctionSpec()
    assert_function(bench)
    bench.redo()
    assert_points(bench)


def test_points_are_dropped_from_any_scene(bench, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    bench.open(Scene.NEURON)
    assert drop(bench, path)
    bench.settle()
    assert bench.spec.scene is Scene.FUNCTION
    assert_points(bench)


def test_repairs_are_told(bench, choose_file, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("1.5;2\n-2;1\n0;nan\n0;-1\n", encoding="utf-8")
    choose_file(path)
    assert_points(bench)
    assert "Line 3 was left out" in bench.callout
    assert "sorted by x" in bench.callout
    assert bench.tab.callout.property("tone") == ""
    bench.type_into(bench.tab.forms.function, "pieces", "20")
    assert bench.callout == ""


def test_broken_files_say_why_and_change_nothing(bench, choose_file, tmp_path):
    before, sentences = bench.spec, set()
    for name, text in BROKEN.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01")
    for name in (*BROKEN, "binary.csv", "missing.csv"):
        choose_file(tmp_path / name)
        assert bench.spec == before, name
        problem = bench.tab.forms.tools.problem
        assert problem.isVisible()
        assert is_one_sentence(problem.text()), problem.text()
        sentences.add(problem.text())
    assert len(sentences) == len(BROKEN) + 2
    assert_function(bench)
    bench.type_into(bench.tab.forms.function, "pieces", "20")
    assert not bench.tab.forms.tools.problem.isVisible()


def test_a_broken_file_dropped_elsewhere_is_told_where_one_looks(bench, tmp_path):
    path = tmp_path / "broken.csv"
    path.write_text("1,2\n3,four\n", encoding="utf-8")
    bench.open(Scene.BOX)
    assert drop(bench, path)
    bench.settle()
    assert bench.tab.forms.tools.problem.isVisible()
    assert "“four”" in bench.tab.forms.tools.problem.text()


def test_twenty_thousand_points(bench, choose_file, tmp_path):
    path = tmp_path / "many.csv"
    x = np.linspace(-5, 5, 20_000)
    path.write_text("\n".join(f"{a},{np.sin(a)}" for a in x), encoding="utf-8")
    choose_file(path)
    assert len(bench.function.points) == 20_000
    assert_function(bench)
    bench.key(Key.Key_S)
    assert_function(bench)


# --- resetting, keys, names ---------------------------------------------------------------------


@pytest.mark.parametrize("scene", [Scene.NEURON, Scene.BOX, Scene.FUNCTION])
def test_reset_is_of_one_scene_and_can_be_undone(bench, scene):
    edits = {Scene.NEURON: ("neuron", "weight", "3"), Scene.BOX: ("box", "height", "2"),
             Scene.FUNCTION: ("function", "formula", "x^3")}
    for key, (form, name, text) in edits.items():
        bench.open(key)
        bench.type_into(getattr(bench.tab.forms, form), name, text)
    before = bench.spec
    bench.open(scene)
    bench.tab.setFocus()
    bench.key(Key.Key_R, CTRL)
    fresh = {Scene.NEURON: NeuronSpec(), Scene.BOX: BoxSpec(), Scene.FUNCTION: FunctionSpec()}
    for key, (form, *_) in edits.items():
        expected = fresh[key] if key is scene else getattr(before, form)
        assert getattr(bench.spec, form) == expected
    CHECKS[scene](bench)
    bench.undo()
    assert bench.spec == before.replaced(scene=scene)
    CHECKS[scene](bench)


def test_keys_do_what_the_buttons_say(bench):
    bench.tab.setFocus()
    bench.key(Key.Key_D)
    assert bench.plot.mode == "draw"
    bench.key(Key.Key_D)
    assert bench.plot.mode == "drag"
    assert not bench.tab.forms.draw.isChecked()
    bench.key(Key.Key_S)
    assert bench.spec.added == 1
    bench.key(Key.Key_S, SHIFT)
    assert bench.spec.added == 0
    bench.key(Key.Key_E)
    assert bench.spec.added is None
    bench.key(Key.Key_Space)
    assert bench.tab.presenter._timer.isActive()
    bench.open(Scene.NEURON)
    assert not bench.tab.presenter._timer.isActive()
    for key in (Key.Key_S, Key.Key_E, Key.Key_D, Key.Key_Space):
        bench.key(key)
        assert_neuron(bench)
    assert bench.plot.mode == "drag"


def test_letters_typed_into_a_field_are_letters(bench):
    bench.type_into(bench.tab.forms.function, "formula", "sin(2*x)+exp(-x^2)*sqrt(abs(x))")
    assert bench.function.formula == "sin(2*x)+exp(-x^2)*sqrt(abs(x))"
    assert bench.spec.added is None
    assert bench.plot.mode == "drag"


@pytest.mark.parametrize("scene", [Scene.NEURON, Scene.BOX, Scene.FUNCTION])
def test_whatever_takes_the_keyboard_has_a_name(bench, scene):
    bench.click(bench.tab.forms.shows[Show.TWIN])
    bench.open(scene)
    nameless = []
    widget = first = bench.tab
    while (widget := widget.nextInFocusChain()) is not first:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name):
                nameless.append(widget)
    assert nameless == []


# --- at random ----------------------------------------------------------------------------------


class Hands:
    """One thing at a time, chosen at random; what is out of reach is let be."""

    def __init__(self, bench, seed: int) -> None:
        self.bench, self.random = bench, random.Random(seed)

    def act(self) -> None:
        scene = self.bench.spec.scene
        own = {Scene.NEURON: [self.type_neuron], Scene.BOX: [self.type_box], Scene.FUNCTION: [
            self.type_function, self.choose_function, self.slide_n, self.stroke, self.press_key,
            self.show, self.choose_unit,
        ]}[scene]
        shared = [self.drag, self.drag, self.scrub, self.scrub, self.undo, self.redo, self.turn]
        self.random.choice(own * 2 + shared)()

    def turn(self) -> None:
        self.bench.open(self.random.choice([Scene.NEURON, Scene.BOX, Scene.FUNCTION]))

    def undo(self) -> None:
        self.bench.undo()

    def redo(self) -> None:
        self.bench.redo()

    def drag(self) -> None:
        plot = self.bench.plot
        handles = [h for h in plot.contents.handles if plot.frame.x.low <= h.x <= plot.frame.x.high]
        if handles and plot.mode == "drag":
            x, y = (axis.value(self.random.random()) for axis in (plot.frame.x, plot.frame.y))
            self.bench.drag(self.random.choice(handles).key, x, y, moves=4)

    def scrub(self) -> None:
        labels = self.bench.diagram.labels()
        if labels:
            number = self.random.choice(labels).number
            self.bench.scrub(number.layer, number.unit, number.source,
                             self.random.choice([-120, -15, -3, 3, 15, 120]))

    def choose_unit(self) -> None:
        layer = self.random.randrange(3)
        slot = self.random.choice(self.bench.diagram.places.drawn(layer))
        self.bench.choose_unit(layer, slot.unit)

    def type_neuron(self) -> None:
        name = self.random.choice(["weight", "bias"])
        self.bench.type_into(self.bench.tab.forms.neuron, name,
                             self.random.choice(["0", "1", "-2.5", "9", "1e9", "?"]))

    def type_box(self) -> None:
        name = self.random.choice(["height", "left", "width"])
        self.bench.type_into(self.bench.tab.forms.box, name,
                             self.random.choice(["0", "1", "-2.5", "0.001", "99", "-"]))

    def type_function(self) -> None:
        form = self.bench.tab.forms.function
        name = self.random.choice(["formula", "pieces", "half_width"])
        if form.fields[name].isVisible():
            text = {
                "formula": ["x", "sin(3*x)", "1/x", "sign(x)", "abs(x)^0.5", "(", "7"],
                "pieces": ["1", "2", "33", "500", "0", "12.5"],
                "half_width": ["1", "3", "0.01", "500", "-1"],
            }[name]
            self.bench.type_into(form, name, self.random.choice(text))

    def choose_function(self) -> None:
        form = self.bench.tab.forms.function
        name, values = self.random.choice([
            ("target", ["formula", "preset", "drawn"]),
            ("heights", ["midpoint", "mean", "mid_range", "left"]),
            ("breakpoints", ["uniform", "adaptive"]), ("edges", ["naive", "shared"]),
            ("activation", ["step", "sigmoid", "relu"]), ("at_zero", ["0", "0.5", "1"]),
            ("preset", [preset.value for preset in PresetKey]),
        ])
        if form.fields[name].isVisible():
            self.bench.choose(form, name, self.random.choice(values))

    def slide_n(self) -> None:
        self.bench.slide(self.bench.tab.forms.function, "pieces",
                         [self.random.uniform(0, 0.6) for _ in range(3)])

    def stroke(self) -> None:
        bench, frame = self.bench, self.bench.plot.frame
        bench.click(self.random.choice([bench.tab.forms.draw, bench.tab.forms.erase]))
        if bench.plot.mode != "drag":
            bench.trace(bench.plot, [
                QPoint(round(self.random.uniform(frame.left, frame.right)),
                       round(self.random.uniform(frame.top, frame.bottom))) for _ in range(4)
            ])
            chips = {"draw": bench.tab.forms.draw, "erase": bench.tab.forms.erase}
            bench.click(chips[bench.plot.mode])

    def press_key(self) -> None:
        self.bench.tab.setFocus()
        self.bench.key(self.random.choice([Key.Key_S, Key.Key_E, Key.Key_S]))

    def show(self) -> None:
        chips = self.bench.tab.forms.shows
        self.bench.click(chips[self.random.choice([Show.BOXES, Show.ERROR])])


@pytest.mark.parametrize("seed", range(4))
def test_fifty_things_done_at_random(bench, seed):
    hands = Hands(bench, seed)
    for _ in range(50):
        hands.act()
        if not is_being_refused(bench):
            CHECKS[bench.spec.scene](bench)
    while bench.undo_count:
        bench.undo()
    assert bench.spec.replaced(scene=Scene.FUNCTION, shown=(Show.BOXES,), added=None,
                               chosen_neuron=None) == ExpressivitySpec()
    bench.open(Scene.FUNCTION)
    assert_function(bench)


def is_being_refused(bench) -> bool:
    """Whether a field holds what was typed in vain, and so differs from the spec on purpose."""
    forms = bench.tab.forms
    form = {Scene.NEURON: forms.neuron, Scene.BOX: forms.box, Scene.FUNCTION: forms.function}[
        bench.spec.scene]
    return any(problem_of(form, name) for name in form.fields)
