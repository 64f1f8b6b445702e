"""Scene “By hand”: what is typed is computed exactly, and what students found is marked."""

from __future__ import annotations

import pytest
from backprop_driving import Bench
from bench import Key
from driving import LEFT, is_one_sentence
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from engine.backprop.small import compute
from engine.backprop.small_presets import SMALL_PRESETS
from engine.backprop.tab_spec import Scene
from gui.tabs.backprop.small_table import ANSWER, FORMULA, MARK, NUMBERS, VALUE
from gui.widgets.network_diagram_model import Number


class Paper:
    """The scene, and hands to type with."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.open(Scene.SMALL)
        self.scene = bench.scene
        self.table = self.scene.table

    @property
    def small(self):
        return self.bench.spec.small

    def cell(self, key: str, column: int) -> str:
        return self.table.work.index(self.table.row_of(key), column).data()

    def type_number(self, key: str, text: str) -> None:
        self.bench.type_text(self.scene.numbers.fields[key], text)

    def answer(self, key: str, text: str) -> None:
        """Click the field of a line, type, and Enter."""
        index = self.table.work.index(self.table.row_of(key), ANSWER)
        self.table.scrollTo(index)
        self.bench.settle()
        at = self.table.visualRect(index).center()
        self.bench.qtbot.mouseClick(self.table.viewport(), LEFT, pos=at)
        editor = self.table.viewport().findChild(QLineEdit)
        assert editor is not None
        editor.selectAll()
        if text:
            self.bench.qtbot.keyClicks(editor, text)
        else:
            self.bench.qtbot.keyClick(editor, Key.Key_Delete)
        self.bench.qtbot.keyClick(editor, Key.Key_Return)
        self.bench.settle()

    def undo(self) -> None:
        self.bench.tab.undo_stack.undo()
        self.bench.settle()

    @property
    def problem(self) -> str:
        label = self.scene.numbers.problem
        return label.text() if label.isVisible() else ""


@pytest.fixture
def paper(bench) -> Paper:
    return Paper(bench)


def test_every_line_of_the_work_is_there_with_its_exact_value(paper):
    result = compute(paper.small)
    model = paper.table.work
    assert model.rowCount() == len(result.lines)
    for row, line in enumerate(result.lines):
        assert model.index(row, VALUE).data() == result.shown(line.key)
        assert model.index(row, NUMBERS).data() == line.numbers
    assert paper.cell("z1[1]", FORMULA) == "z¹₁ = x₁·W¹₁₁ + x₂·W¹₂₁ + b¹₁"
    assert paper.cell("z1[1]", VALUE) == "0.3775"
    # Units hold what they pass on, edges their weights.
    layers = paper.scene.diagram._layers
    assert list(layers[0].names) == ["0.05", "0.1"]
    assert list(layers[1].names) == ["0.593", "0.597"]
    numbers = dict(paper.scene.diagram.numbers())
    assert numbers[Number(1, 0, 1)] == 0.2  # from unit 2 to unit 1: W1[2,1]
    assert numbers[Number(2, 1, None)] == 0.6
    assert len(numbers) == 12


def test_fractions_are_typed_and_kept(paper):
    paper.type_number("x[1]", "1/3")
    assert paper.small.inputs == ("1/3", "0.1")
    assert paper.cell("z1[1]", VALUE) == compute(paper.small).shown("z1[1]")
    paper.bench.tab.forms.show_spec(paper.bench.spec)
    paper.type_number("learning rate", "1/10")
    assert paper.small.learning_rate == "1/10"
    paper.undo()
    paper.undo()
    assert paper.small.inputs == ("0.05", "0.1")
    assert paper.scene.numbers.fields["x[1]"].text() == "0.05"


def test_what_is_no_number_stays_where_it_was_typed_with_one_sentence(paper):
    before = paper.small
    paper.type_number("W1[1,2]", "a third")
    assert is_one_sentence(paper.problem)
    assert "a third" in paper.problem
    field = paper.scene.numbers.fields["W1[1,2]"]
    assert field.text() == "a third"
    assert field.property("invalid")
    assert paper.small == before
    paper.type_number("W1[1,2]", "1/0")
    assert "divides by zero" in paper.problem
    paper.type_number("W1[1,2]", "0.25")  # as it was
    assert paper.problem == ""
    assert not field.property("invalid")


def test_two_targets_that_only_hold_together_are_taken_together(paper):
    paper.type_number("y[1]", "1")
    assert is_one_sentence(paper.problem.replace("; one", ", one"))
    assert paper.small.targets == ("0", "1")
    paper.type_number("y[2]", "0")
    assert paper.problem == ""
    assert paper.small.targets == ("1", "0")
    assert float(compute(paper.small).value("L")) == pytest.approx(0.7544, abs=1e-4)
    paper.undo()
    assert paper.small.targets == ("0", "1")


def test_answers_are_marked_in_one_sentence(paper):
    paper.answer("z1[1]", "0.3775")
    assert paper.cell("z1[1]", MARK) == "✓ Right, exactly."
    paper.answer("a1[1]", "0.5933")
    assert paper.cell("a1[1]", MARK).startswith("✓ Right, to the 4 decimals")
    assert paper.scene.verdict.text() == "a¹₁: Right, to the 4 decimals that you wrote."
    paper.answer("delta2[1]", "-0.4703")
    assert paper.cell("delta2[1]", MARK).startswith("✗ Not right: the sign")
    assert paper.bench.notes["right of 3 answers"] == "2"
    assert dict(paper.small.answers)["a1[1]"] == "0.5933"
    paper.answer("a1[2]", "about half")
    assert paper.cell("a1[2]", ANSWER) == "about half"
    assert "no number" in paper.cell("a1[2]", MARK)
    assert "a1[2]" not in dict(paper.small.answers)
    assert paper.scene.verdict.isVisible()
    assert "no number" in paper.scene.verdict.text()
    paper.answer("a1[2]", "0.5969")
    assert paper.cell("a1[2]", MARK).startswith("✓")
    paper.answer("delta2[1]", "")
    assert paper.cell("delta2[1]", MARK) == ""
    paper.undo()
    assert paper.cell("delta2[1]", ANSWER) == "-0.4703"


def test_without_solutions_only_what_is_asked_for_is_shown(paper):
    bench, table = paper.bench, paper.table
    switch = paper.scene.fields.fields["solutions"].switch
    bench.tab.form_panel.ensureWidgetVisible(switch)
    bench.qtbot.mouseClick(switch, LEFT, pos=QPoint(8, switch.height() // 2))
    assert not paper.small.solutions
    assert {paper.cell(key, VALUE) for key in paper.scene.result.keys} == {"?"}
    assert "0.593270" not in bench.visible_texts()
    assert list(paper.scene.diagram._layers[1].names) == ["a¹₁", "a¹₂"]
    assert "loss" not in bench.notes
    paper.answer("z1[1]", "0.38")
    assert paper.cell("z1[1]", MARK).startswith("✓")  # marked without being told
    table.setCurrentIndex(table.work.index(table.row_of("a1[1]"), VALUE))
    bench.click(paper.scene.reveal)
    assert paper.cell("a1[1]", VALUE) == "≈ 0.593270"
    assert paper.cell("a1[2]", VALUE) == "?"
    paper.undo()
    assert paper.cell("a1[1]", VALUE) == "?"


def test_layers_digits_and_exercises(paper):
    bench, form = paper.bench, paper.scene.fields
    bench.type_text(form.fields["sizes"].edit, "2-3-2")
    assert paper.small.sizes == (2, 3, 2)
    assert paper.small.weights[0][0][:2] == ("0.15", "0.25")  # what still has a place keeps it
    assert len(paper.scene.numbers.fields) == 2 + 6 + 3 + 6 + 2 + 2 + 1
    assert paper.cell("z1[3]", VALUE) == compute(paper.small).shown("z1[3]")
    bench.type_text(form.fields["sizes"].edit, "2-0-2")
    problem = form.fields["sizes"].problem
    assert problem.isVisible()
    assert "0 units" in problem.text()
    assert paper.small.sizes == (2, 3, 2)
    bench.choose(paper.scene.presets, SMALL_PRESETS["relu_fractions"].label)
    assert paper.small == SMALL_PRESETS["relu_fractions"].spec
    assert paper.cell("z1[1]", VALUE) == "5/6"
    assert bench.tab.notes.heading.text() == SMALL_PRESETS["relu_fractions"].label
    bench.type_text(form.fields["digits"].edit, "10")
    assert paper.scene.presets.currentText() == SMALL_PRESETS["relu_fractions"].label
    bench.key(Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert paper.small.sizes == (2, 2, 2)


def test_a_line_shows_its_unit_and_a_unit_its_first_line(paper):
    table, diagram = paper.table, paper.scene.diagram
    table.setCurrentIndex(table.work.index(table.row_of("dW1[2,1]"), VALUE))
    assert diagram.chosen == (1, 0)
    assert paper.scene.line.text() == "∂L/∂W¹₂₁ = x₂·δ¹₁ = 0.1·(−0.011348) ≈ −0.001135"
    table.setCurrentIndex(table.work.index(table.row_of("p[2]"), VALUE))
    assert diagram.chosen == (2, 1)
    slot = diagram.places.place_of(1, 1)
    paper.bench.qtbot.mouseClick(diagram, LEFT, pos=QPointF(slot.x, slot.y).toPoint())
    assert table.work.lines[table.currentIndex().row()].key == "z1[2]"
    paper.bench.click(paper.scene.all)
    assert diagram.chosen is None


def test_a_weight_is_dragged_in_the_diagram(paper):
    diagram = paper.scene.diagram
    label = next(one for one in diagram.labels() if one.number == Number(1, 0, 0))
    start = label.rect.center().toPoint()
    qtbot = paper.bench.qtbot
    qtbot.mouseMove(diagram, start)
    qtbot.mousePress(diagram, LEFT, pos=start)
    for pixels in (4, 8, 10):
        qtbot.mouseMove(diagram, start + QPoint(pixels, 0))
    qtbot.mouseRelease(diagram, LEFT, pos=start + QPoint(10, 0))
    QApplication.processEvents()
    assert float(paper.small.weights[0][0][0]) == pytest.approx(0.25)
    assert paper.scene.numbers.fields["W1[1,1]"].text() == "0.25"
    paper.undo()  # one drag is one step
    assert paper.small.weights[0][0][0] == "0.15"
