"""Every field of the recipe, by typing, keys and mouse; and what is refused."""

from __future__ import annotations

import pytest
from driving import LEFT, handle, handle_width, is_one_sentence
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea

from engine.spec import Choice, knobs
from engine.training.recipe import Recipe
from gui.widgets.spec_fields import ChoiceField, NumberField, SwitchField, TextField
from gui.widgets.spec_form import SpecForm

Key = Qt.Key
KNOBS = knobs(Recipe)
GROUPS = {knob.group: (knob.group, True) for knob in KNOBS.values()}
NUMBERS = [name for name, knob in KNOBS.items() if knob.is_bounded]
CHOICES = [name for name, knob in KNOBS.items() if issubclass(knob.kind, Choice)]
SWITCHES = [name for name, knob in KNOBS.items() if knob.kind is bool]
TEXTS = [name for name in KNOBS if name not in (*NUMBERS, *CHOICES, *SWITCHES)]


class Form:
    """A form whose edits come back to it, as in the window."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.form = SpecForm(Recipe, GROUPS)
        self.edits: list[tuple[str, str]] = []
        self.spec = Recipe()
        self.form.edited.connect(self.on_edited)
        self.area = QScrollArea()
        qtbot.addWidget(self.area)
        self.area.setWidget(self.form)
        self.area.setWidgetResizable(True)
        self.area.resize(320, 2000)
        self.area.show()
        qtbot.waitActive(self.area).__enter__()

    def on_edited(self, spec, name: str, gesture: str) -> None:
        self.spec = spec
        self.edits.append((name, gesture))
        self.form.show_spec(spec)

    def __getitem__(self, name: str):
        return self.form.fields[name]

    def focus(self, widget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.qtbot.waitUntil(widget.hasFocus)

    def type(self, name: str, text: str, end=Key.Key_Return) -> None:
        edit = self[name].edit
        self.focus(edit)
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)
        self.qtbot.keyClick(edit, end)


@pytest.fixture
def form(qtbot) -> Form:
    return Form(qtbot)


def test_every_field_of_the_recipe_has_the_editor_that_suits_it(form):
    assert list(form.form.fields) == list(KNOBS)
    for names, kind in ((NUMBERS, NumberField), (CHOICES, ChoiceField), (SWITCHES, SwitchField)):
        assert all(type(form[name]) is kind for name in names)
    assert all(type(form[name]) is TextField for name in TEXTS)
    assert TEXTS == ["hidden", "seed"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bound", ["minimum", "maximum"])
def test_numbers_are_typed_up_to_their_bounds(form, name, bound):
    knob, value = KNOBS[name], getattr(KNOBS[name], bound)
    form.type(name, f"{value:g}")
    assert getattr(form.spec, name) == value
    assert not form[name].problem.isVisible()
    before = form.spec
    beyond = value - 1 if bound == "minimum" else value + 1
    form.type(name, f"{beyond:g}")
    assert form.spec == before
    assert form[name].problem.isVisible()
    assert is_one_sentence(form[name].problem.text())
    assert knob.label in form[name].problem.text()
    assert form[name].edit.text() == f"{beyond:g}"


@pytest.mark.parametrize("name", [*NUMBERS, "seed"])
def test_nonsense_stays_where_it_was_typed_with_one_sentence(form, name):
    field = form[name]
    before = field.edit.text()
    form.type(name, "many")
    assert (form.edits, field.edit.text()) == ([], "many")
    assert field.problem.isVisible()
    assert is_one_sentence(field.problem.text())
    assert field.edit.property("invalid") is True
    form.qtbot.keyClick(field.edit, Key.Key_Escape)
    assert field.edit.text() == before
    assert not field.problem.isVisible()
    assert field.edit.property("invalid") is False


def test_a_good_value_after_a_bad_one(form):
    form.type("epochs", "0")
    assert form["epochs"].problem.isVisible()
    form.type("epochs", "12")
    assert form.spec.epochs == 12
    assert not form["epochs"].problem.isVisible()
    form.type("epochs", "0")
    form.type("epochs", "12")  # what is in force already
    assert not form["epochs"].problem.isVisible()


def test_leaving_a_field_is_as_good_as_enter(form):
    form.type("epochs", "12", end=Key.Key_Tab)
    assert form.spec.epochs == 12


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("20", (20,)), ("256-128", (256, 128)), ("8, 4", (8, 4)), ("64x20", (64,) * 20), ("", ())],
)
def test_sizes_of_layers(form, text, sizes):
    edit = form["hidden"].edit
    form.focus(edit)
    edit.selectAll()
    form.qtbot.keyClick(edit, Key.Key_Delete)
    form.qtbot.keyClicks(edit, text)
    form.qtbot.keyClick(edit, Key.Key_Return)
    assert form.spec.hidden == sizes
    assert edit.text() == "-".join(map(str, sizes))


@pytest.mark.parametrize("text", ["-5", "0", "5000", "a-b", "64x0", "8x51", "1e3"])
def test_sizes_that_are_none(form, text):
    form.type("hidden", text)
    assert form.spec.hidden == (256, 128, 64)
    assert is_one_sentence(form["hidden"].problem.text())


@pytest.mark.parametrize("text", ["all", "All", " 0 "])
def test_zero_has_a_name_where_it_means_something_else(form, text):
    assert form["training_images"].edit.text() == "all"
    form.type("training_images", "500")
    assert form.spec.training_images == 500
    form.type("training_images", text)
    assert form.spec.training_images == 0
    assert form["training_images"].edit.text() == "all"


def test_rules_that_span_fields_are_told_at_the_field(form):
    form.type("training_images", "5")
    assert "at least 10" in form["training_images"].problem.text()


@pytest.mark.parametrize("name", NUMBERS)
def test_keys_on_a_slider_reach_every_value_on_the_way(form, name):
    """However coarse the values of a field are, no key press is without effect but at the ends."""
    slider, knob = form[name].slider, KNOBS[name]
    form.focus(slider)
    form.qtbot.keyClick(slider, Key.Key_End)
    assert getattr(form.spec, name) == knob.maximum
    form.qtbot.keyClick(slider, Key.Key_Home)
    assert getattr(form.spec, name) == knob.minimum
    values = [getattr(form.spec, name)]
    for _ in range(8):
        form.qtbot.keyClick(slider, Key.Key_Right)
        values.append(getattr(form.spec, name))
    possible = len({knob.value_at(share / 1000) for share in range(1001)})
    expected = min(9, possible)
    assert len(set(values)) == expected, values
    assert values == sorted(values)
    for _ in range(8):
        form.qtbot.keyClick(slider, Key.Key_Left)
    assert getattr(form.spec, name) == values[0]


@pytest.mark.parametrize("name", NUMBERS)
def test_a_slider_is_dragged_in_one_gesture(form, name):
    slider, knob = form[name].slider, KNOBS[name]
    form.qtbot.mousePress(slider, LEFT, pos=handle(slider))
    pad = handle_width(slider) // 2
    for share in (0.3, 0.5, 0.7, 0.9):
        x = round(pad + share * (slider.width() - 2 * pad))
        form.qtbot.mouseMove(slider, QPoint(x, slider.height() // 2))
    form.qtbot.mouseRelease(slider, LEFT)
    value = getattr(form.spec, name)
    assert value == pytest.approx(knob.value_at(0.9), rel=0.35)
    assert {n for n, _ in form.edits} == {name}
    assert len({gesture for _, gesture in form.edits}) == 1
    assert form.edits[0][1]
    count = len(form.edits)
    form.qtbot.mousePress(slider, LEFT, pos=handle(slider))
    form.qtbot.mouseMove(slider, QPoint(pad, slider.height() // 2))
    form.qtbot.mouseRelease(slider, LEFT)
    assert form.edits[count][1] != form.edits[0][1]


@pytest.mark.parametrize("name", CHOICES)
def test_choices_by_keyboard(form, name):
    box, members = form[name].box, list(KNOBS[name].kind)
    form.focus(box)
    form.qtbot.keyClick(box, Key.Key_Home)
    seen = [getattr(form.spec, name)]
    for _ in members[1:]:
        form.qtbot.keyClick(box, Key.Key_Down)
        seen.append(getattr(form.spec, name))
    assert seen == members
    assert box.currentText() == members[-1].label


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("by", ["key", "mouse"])
def test_switches(form, name, by):
    switch = form[name].switch
    for on in (True, False):
        if by == "key":
            form.focus(switch)
            form.qtbot.keyClick(switch, Key.Key_Space)
        else:
            form.qtbot.mouseClick(switch, LEFT, pos=QPoint(8, switch.height() // 2))
        assert getattr(form.spec, name) is on
        assert switch.isChecked() is on


def roll(widget, steps: int) -> bool:
    """Turn the wheel over a widget; whether it took that for itself."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle, widget.mapToGlobal(middle), QPoint(), QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize("name", [*NUMBERS, *CHOICES])
def test_the_wheel_changes_nothing_that_it_passes_over(form, name):
    field = form[name]
    editor = field.slider if name in NUMBERS else field.box
    form.focus(form["seed"].edit)
    roll(editor, 1)
    roll(editor, -1)
    assert form.edits == []
    assert form["seed"].edit.hasFocus()
    assert not editor.focusPolicy() & Qt.FocusPolicy.WheelFocus & ~Qt.FocusPolicy.StrongFocus
    form.focus(editor)
    roll(editor, 1)
    roll(editor, -1)
    assert form.edits != []


def test_the_tooltip_says_what_it_is_now_and_what_it_accepts(form):
    form.type("epochs", "12")
    tip = form["epochs"].toolTip()
    assert "Now 12." in tip
    assert "a whole number from 1 to 500" in tip
    assert KNOBS["epochs"].help in tip


def test_a_refusal_goes_when_another_spec_is_shown(form):
    """As after an undo: the box shows what is in force, so nothing is wrong with it."""
    for name in (*CHOICES, *SWITCHES):
        form[name].show_problem("This does not go together.")
    form.form.show_spec(Recipe(epochs=7))
    assert [name for name in KNOBS if not form[name].problem.isHidden()] == []


@pytest.mark.parametrize("name", NUMBERS)
def test_a_slider_let_go_stands_where_its_value_is(form, name):
    """Between two values that a person would choose it snaps to one, as undo and redo show it."""
    slider = form[name].slider
    form.qtbot.mousePress(slider, LEFT, pos=handle(slider))
    slider.setSliderPosition(437)
    form.qtbot.mouseRelease(slider, LEFT, pos=handle(slider))
    left = slider.value()
    form.form.show_spec(Recipe())
    form.form.show_spec(form.spec)
    assert slider.value() == left
