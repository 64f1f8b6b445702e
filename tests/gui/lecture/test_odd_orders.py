"""What nobody plans to do, in an order that nobody plans: nothing breaks, leaks or is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from test_lesson_panel import OWN, open_lesson, own, settled  # noqa: F401  own is a fixture

from engine.lessons.lesson import Place
from engine.sessions.session import LessonPlace, Session
from gui.theme import look
from gui.widgets.math_label import MathLabel

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier

ASKED = """
## A question

```ask choice
prompt: Which colour?
choices: red | green
answer: green
```

---

Green.
"""


def place_of(lesson, kind: str) -> Place:
    return next(Place(k) for k, step in enumerate(lesson.steps)
                if step.question is not None and step.question.kind == kind)


def test_what_is_covered_is_not_told_when_asked_what_it_is(theatre):
    lecturer = open_lesson(theatre, "1a")
    lecturer.go_to(next(Place(k) for k, step in enumerate(lecturer.lesson.steps)
                        if step.question is not None and step.question.of == "box_at_right"))
    settled(theatre)
    covered = theatre.lecture.panel.cloths.views
    assert len(covered) == 3
    theatre.press(Key.Key_F1)
    asking = theatre.lecture.asking
    view = theatre.tab.scenes[theatre.spec.scene].plot
    assert view in covered
    QTest.mouseClick(asking.cover, LEFT, pos=asking.cover.mapFrom(
        theatre.window, view.mapTo(theatre.window, view.rect().center())
    ))
    card = asking.card
    assert card.isVisible()
    assert card.title.text()
    assert card.text.text() == "Hidden until you have predicted."
    assert not card.value.isVisible()
    assert not card.formula.isVisible()
    theatre.press(Key.Key_Escape)
    theatre.press(Key.Key_PageDown)
    settled(theatre)
    assert theatre.lecture.panel.cloths.views == ()


def test_a_prediction_is_judged_by_what_was_asked_about(theatre):
    predictor = theatre.lecture.predictor
    theatre.press(Key.Key_P, CTRL)
    theatre.until(lambda: predictor.current is not None)
    of = [asked.standing.question.of for asked in predictor.asked]
    predictor.choose(of.index("sup_error_doubled"))
    card = predictor.panel.card
    QTest.keyClicks(card.answer.field, "0.5")
    QTest.keyClick(card.answer.field, Key.Key_Return)
    theatre.until(predictor.panel.reveal_button.isVisible)
    truth = predictor.judged.truth.number
    spec = theatre.spec
    theatre.tab.store.apply(spec.with_function(spec.function.replaced(pieces=200)), "Pieces")
    theatre.until(lambda: theatre.tab.is_at_rest)
    QTest.qWait(900)  # as long as two judgements would take
    QTest.mouseClick(predictor.panel.reveal_button, LEFT)
    assert card.is_revealed
    assert predictor.judged.truth.number == truth


@pytest.mark.parametrize("after", [
    ASKED.replace("Which colour", "Which one"),
    ASKED.replace("red | green", "blue | green"),
    ASKED.replace("ask choice", "ask number").replace("choices: red | green\n", "").replace(
        "answer: green", "answer: 3"),
], ids=["prompt", "choices", "kind"])
def test_a_question_that_is_rewritten_is_asked_anew(own, after):  # noqa: F811
    path = own.folder / "mine.md"
    path.write_text(OWN + ASKED, encoding="utf-8")
    lecturer = own.lecture.lecturer
    own.until(lambda: any(len(lesson.steps) == 3 for lesson in lecturer.library.lessons
                          if lesson.key == "mine"))
    open_lesson(own, "mine", Place(2))
    panel = own.lecture.panel
    own.until(lambda: panel.step_page.card is not None)
    own.press(Key.Key_2)
    QTest.mouseClick(panel.step_page.card.freeze_button, LEFT)
    assert panel.step_page.card.is_frozen
    path.write_text(OWN + after, encoding="utf-8")
    own.until(lambda: panel.step_page.card is not None and not panel.step_page.card.is_frozen)
    settled(own)
    own.press(Key.Key_PageDown)
    settled(own)
    card = panel.step_page.card
    own.until(lambda: card.is_revealed)
    assert not panel.step_page.complaint.isVisible()
    assert not any("green" in text for text in card.verdict.texts() if "said" in text)


def test_saving_a_lesson_opens_no_panel_and_closes_no_prediction(own):  # noqa: F811
    lecturer = open_lesson(own, "mine", Place(1))
    panel, predictor = own.lecture.panel, own.lecture.predictor
    own.press(Key.Key_P, CTRL)
    (own.folder / "mine.md").write_text(OWN.replace("## More", "## Many"), encoding="utf-8")
    own.until(lambda: lecturer.step.title == "Many pieces")
    settled(own)
    assert predictor.panel.isVisible()
    assert not panel.isVisible()


def test_a_held_lesson_whose_file_goes_is_told_to_its_end(own):  # noqa: F811
    lecturer = open_lesson(own, "mine")
    (own.folder / "mine.md").unlink()
    own.until(lambda: "mine" not in [lesson.key for lesson in lecturer.library.lessons])
    while not lecturer.is_at_end:
        own.press(Key.Key_PageDown)
        settled(own)
    assert own.lecture.panel.step_page.heading.text() == "More pieces"
    assert not own.lecture.panel.onward_button.isVisible()
    own.press(Key.Key_F4)
    own.press(Key.Key_F4)
    assert own.lecture.panel.pages.current == "step"


def test_nothing_wide_pushes_the_prose_out_of_sight(own):  # noqa: F811
    code = "loss = torch.nn.functional.cross_entropy(model(images), labels, reduction='mean')"
    tex = r"L = -\sum_c y_c \log p_c + \lambda \|W^1\|^2 + \lambda \|W^2\|^2 + \lambda \|W^3\|^2"
    wide = f"\n```python\n{code}\nprint(loss)\n```\n\n$$ {tex} $$\n"
    (own.folder / "mine.md").write_text(OWN + wide, encoding="utf-8")
    lecturer = own.lecture.lecturer
    own.until(lambda: any(len(lesson.steps[-1].before.blocks) == 3
                          for lesson in lecturer.library.lessons if lesson.key == "mine"))
    look().set_theme("projector")
    open_lesson(own, "mine", Place(1))
    page = own.lecture.panel.step_page
    own.until(lambda: any(label.isVisible() and label.is_typeset
                          for label in page.findChildren(MathLabel)))
    own.settle()
    assert page.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("place", [LessonPlace("gone", 0, False), None])
def test_a_session_without_a_lesson_that_there_is_holds_none(theatre, place):
    lecturer, keeper = open_lesson(theatre, "1a"), theatre.window.keeper
    session = keeper.session
    keeper.take(Session(specs=session.specs, tab=session.tab, lesson=place))
    assert lecturer.lesson is None
    assert keeper.session.lesson is None


def test_the_stage_has_its_own_size_of_type_and_gives_the_desks_back(theatre):
    look().set_zoom(2.0)
    theatre.press(Key.Key_F5)
    assert look().zoom == 1.0
    theatre.press(Key.Key_Plus, CTRL)
    assert look().zoom > 1.0
    theatre.press(Key.Key_F5)
    assert look().zoom == theatre.window.settings.zoom == 2.0


@pytest.mark.parametrize("key", [Key.Key_F5, Key.Key_F7, Key.Key_K])
def test_the_keyboard_goes_back_only_to_what_is_still_there(theatre, key):
    lecturer = open_lesson(theatre, "1b")
    lecturer.go_to(place_of(lecturer.lesson, "number"))
    settled(theatre)
    page = theatre.lecture.panel.step_page
    theatre.press(Key.Key_Q)
    assert QApplication.focusWidget() is page.card.answer.field
    theatre.press(key, CTRL if key == Key.Key_K else Qt.KeyboardModifier.NoModifier)
    page.forget()  # as when the lesson's file is saved
    QApplication.sendPostedEvents(None, 52)  # deferred deletions
    theatre.settle()
    theatre.press(Key.Key_Escape)
    assert not theatre.lecture.presentation.is_on
    assert not theatre.overlay.is_pen_in_hand
    assert not theatre.overlay.isVisible()
    assert not theatre.lecture.palette.isVisible()


def test_the_pens_keys_stay_with_it(theatre):
    open_lesson(theatre, "1a")
    theatre.press(Key.Key_F7)
    theatre.draw((300, 300), (400, 350))
    changes = theatre.window.undo_stack.count()
    for key in (Key.Key_F5, Key.Key_F4):
        theatre.press(key)
        theatre.until(theatre.overlay.hasFocus)
    theatre.draw((300, 400), (400, 450))
    assert not theatre.overlay.ink.is_empty
    theatre.press(Key.Key_Z, CTRL)
    assert theatre.window.undo_stack.count() == changes
    theatre.press(Key.Key_Escape)
    assert not theatre.overlay.is_pen_in_hand
    assert theatre.lecture.presentation.is_on
    theatre.press(Key.Key_F5)
