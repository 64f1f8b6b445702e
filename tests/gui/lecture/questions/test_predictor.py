"""Predicting without a lesson: in every tab, the answer is hidden until somebody has predicted."""

from __future__ import annotations

import pytest
from driving import RECIPE
from question_driving import CTRL, LEFT, Key, drag, height, on_plane

from engine.backprop.tab_spec import Scene as BackpropScene
from engine.expressivity.spec import FunctionSpec
from engine.expressivity.tab_spec import Scene
from engine.training.tab_spec import Page
from gui.tabs.training.run import RunState


class Audience:
    """Whoever predicts in a window."""

    def __init__(self, qtbot, window) -> None:
        self.qtbot, self.window = qtbot, window
        qtbot.waitUntil(lambda: window.lecture is not None, timeout=15_000)
        self.predictor = window.lecture.predictor
        self.panel = self.predictor.panel
        self.card = self.panel.card

    @property
    def tab(self):
        return self.window.tab(self.window.tab_key)

    @property
    def covered(self):
        return self.predictor.cloths.views

    def until(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=20_000)

    def toggle(self) -> None:
        self.qtbot.keyClick(self.window, Key.Key_P, CTRL)

    def ask(self, of: str) -> None:
        """Open the panel and choose a question in its box."""
        if not self.panel.isVisible():
            self.toggle()
        self.until(lambda: self.predictor.current is not None)
        asked = self.predictor.asked
        index = next(k for k, one in enumerate(asked) if one.standing.question.of == of)
        self.panel.questions.setCurrentIndex(index)
        self.panel.questions.activated.emit(index)
        assert self.predictor.standing.question.of == of
        assert self.card.isVisible()

    def sketch(self, points) -> None:
        plane = self.card.answer.plane
        drag(plane, on_plane(plane, points))

    def click(self, button) -> None:
        assert button.isVisible()
        self.qtbot.mouseClick(button, LEFT)

    def freeze(self) -> None:
        self.click(self.card.freeze_button)

    def reveal(self) -> None:
        self.until(self.panel.reveal_button.isVisible)
        self.click(self.panel.reveal_button)
        assert self.card.is_revealed


@pytest.fixture
def audience(open_theatre, qtbot):
    """Opens a tab that needs no torch."""

    def open_one(tab: str) -> Audience:
        return Audience(qtbot, open_theatre(tab=tab).window)

    return open_one


def test_the_sum_of_the_boxes_is_hidden_then_judged_then_shown(audience):
    hall = audience("expressivity")
    tab = hall.tab
    tab.store.apply(tab.store.spec.replaced(scene=Scene.NEURON), "", is_undoable=False)
    hall.ask("network")
    assert tab.store.spec.scene is Scene.FUNCTION
    plot = tab.function.plot
    assert plot in hall.covered
    assert tab.notes in hall.covered
    assert hall.card.answer.plane.contents.curves["given"].label == "f"
    # Nothing is to be seen of the plot under its cloth, whatever it draws.
    hidden = plot.grab().toImage()
    tab.store.apply(tab.store.spec.with_function(FunctionSpec(pieces=3)), "")
    assert plot.grab().toImage() == hidden
    hall.until(lambda: hall.predictor.standing.question.prompt.startswith("Sketch what 3"))

    hall.sketch([(-3, 0), (-1, -0.5), (1, 0.5), (3, 0)])
    hall.freeze()
    hall.until(hall.panel.reveal_button.isVisible)
    assert plot in hall.covered
    assert not hall.card.verdict.isVisible()
    hall.reveal()
    assert hall.covered == ()
    ghost = plot.contents.curves["prediction"]
    assert (ghost.label, ghost.token, ghost.dashed) == ("your prediction", "ghost", True)
    assert float(ghost.at(1.0)) == pytest.approx(0.5, abs=0.1)
    assert hall.card.verdict.bar.isVisible()
    # To look at what is asked about is nothing to undo; the three pieces are.
    assert tab.undo_stack.count() == 1

    hall.toggle()
    assert not hall.panel.isVisible()
    assert "prediction" not in plot.contents.curves


def test_the_error_against_n_is_drawn_on_two_logarithmic_axes(audience):
    hall = audience("expressivity")
    hall.ask("error_against_pieces")
    plane = hall.card.answer.plane
    assert plane.contents.x.is_log
    assert plane.contents.y.is_log
    assert hall.tab.function.errors in hall.covered
    low, high = plane.contents.y.low, plane.contents.y.high
    hall.sketch([(1, high / 3), (256, low * 3)])
    hall.freeze()
    hall.reveal()
    assert height(hall.card.prediction, 1) == pytest.approx(high / 3, rel=0.1)
    assert "prediction" in hall.tab.function.errors.contents.curves


def test_asking_again_before_it_is_revealed_keeps_the_cloth(audience):
    hall = audience("expressivity")
    hall.ask("sup_error_doubled")
    field = hall.card.answer.field
    hall.qtbot.keyClicks(field, "0.5")
    hall.qtbot.keyClick(field, Key.Key_Return)
    hall.until(hall.panel.reveal_button.isVisible)
    hall.click(hall.card.again_button)
    assert not hall.panel.reveal_button.isVisible()
    assert hall.covered
    hall.qtbot.keyClicks(field, "0.2")
    hall.qtbot.keyClick(field, Key.Key_Return)
    hall.reveal()
    assert [r.value for r in hall.card.rounds] == [0.5, 0.2]
    assert hall.covered == ()


def test_the_signal_through_depth_and_the_order_of_the_schemes(audience):
    hall = audience("initialization")
    hall.ask("pre")
    hall.until(lambda: hall.tab.results() is not None)
    (scene,) = [s for s in hall.tab.scenes.values() if s.isVisible()]
    assert scene.forward in hall.covered
    assert scene.grid in hall.covered
    hall.sketch([(1, 1.0), (20, 1e-3)])
    hall.freeze()
    hall.reveal()
    assert scene.forward._drawn is not None
    assert hall.covered == ()
    # Another statistic is another curve: the sketch is not of that one.
    hall.tab.store.apply(hall.tab.store.spec.replaced(quantity="post"), "", is_undoable=False)
    assert scene.forward._drawn is None

    hall.ask("pre_by_scheme")
    assert scene.forward._drawn is None
    assert scene.forward in hall.covered
    chips = hall.card.answer.list
    drag(chips, [chips.point_of(0), chips.point_of(1)])
    hall.freeze()
    hall.reveal()
    assert hall.card.answer.right.items[0] == "He: 2/n_in"


def test_the_sign_of_the_chosen_gradient_by_one_key(audience):
    hall = audience("backprop")
    hall.until(lambda: hall.tab.results() is not None)
    hall.ask("chosen_gradient")
    scene = hall.tab.scenes[BackpropScene.STEPS]
    assert {scene.strip, scene.step_card, scene.chain_card} < set(hall.covered)
    assert "W³[9, 2]" in hall.card.prompt.text()
    hall.qtbot.keyClick(hall.window, Key.Key_1)
    assert hall.card.prediction == "−"
    hall.freeze()
    hall.reveal()
    right = "−" if scene.chain_card is not None and _gradient(hall.tab) < 0 else "+"
    assert hall.card.answer.buttons[right].verdict == "right"
    assert hall.covered == ()


def _gradient(tab) -> float:
    from engine.backprop.chain import explain

    results, spec = tab.results(), tab.store.spec
    rate = spec.backprop.learning_rate
    return explain(results.network, results.x, results.y, spec.chosen, rate).gradient


def test_another_tab_is_asked_its_own_questions_and_nothing_stays_covered(audience):
    hall = audience("expressivity")
    hall.ask("network")
    before = hall.tab
    hall.window.show_tab("initialization")
    assert hall.covered == ()
    hall.until(lambda: hall.predictor.current is not None)
    assert hall.predictor.standing.question.of == "pre"
    hall.window.show_tab("expressivity")
    hall.until(lambda: before.function.plot in hall.covered)
    hall.click(hall.panel.close_button)
    assert hall.covered == ()
    assert not hall.predictor.is_open


@pytest.fixture
def training(open_lab, qtbot):
    """A window with a small training, ready to play."""
    lab = open_lab(RECIPE)
    return lab, Audience(qtbot, lab.window)


def test_a_training_is_revealed_when_it_has_ended(training):
    lab, hall = training
    hall.ask("test_loss")
    assert lab.tab.curves.loss in hall.covered
    hall.sketch([(0, 2.3), (1, 1.2), (3, 0.8)])
    hall.freeze()
    # What is yet to come needs no cloth; the sketch is there to be compared with.
    hall.until(lambda: lab.tab.curves.loss not in hall.covered)
    drawn = lab.tab.curves.loss._model.prediction
    assert drawn.label == "your prediction"
    assert not hall.card.is_revealed
    lab.click(lab.button("play"))
    lab.wait_for(RunState.FINISHED)
    hall.until(lambda: hall.card.is_revealed)
    assert hall.card.verdict.texts()
    truth = hall.card.answer.plane.contents.curves["truth"]
    x, y = lab.drawn("loss", "test")
    assert truth.y.tolist() == pytest.approx(y)
    assert truth.x.tolist() == pytest.approx(x)
    assert lab.tab.curves.loss._model.prediction is not None


def test_the_class_of_an_image_is_hidden_but_not_the_image(training):
    lab, hall = training
    lab.click(lab.button("play"))
    lab.wait_for(RunState.FINISHED)
    hall.ask("predicted")
    card = lab.tab.predictions.cards[0]
    assert set(card.said) <= set(hall.covered)
    assert card._image not in hall.covered
    hall.qtbot.keyClick(hall.window, Key.Key_3)
    assert hall.card.prediction == "Pullover"
    hall.freeze()
    hall.reveal()
    said = card.bars._names[card.bars.predicted]
    assert hall.card.answer.buttons[said].verdict == "right"
    hall.ask("accuracy_by_class")
    assert lab.tab.store.spec.page is Page.INSIDE
    assert lab.tab.inside.confusion in hall.covered
