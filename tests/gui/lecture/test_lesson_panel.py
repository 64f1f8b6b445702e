"""A lesson in the real window: by clicker, by keyboard, by mouse; off the path and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from engine.lessons.lesson import Place
from engine.sessions.session import from_text, to_text
from gui.lecture import own_lessons
from gui.lecture.prose import Prose

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier

#: Small and quick: what a step trains is tested with the tour.
LESSON = "1a"

OWN = """---
title: My own
part: 1b
summary: A lesson of mine.
---

## Few pieces (2 min)

```set expressivity fresh
scene = function
function.target = preset
function.preset = sine
function.pieces = 3
```

Three pieces, off by {{sup_error:.2f}}.

> Say it slowly.

## More pieces

```set expressivity
function.pieces = 40
```
```goal
title: Below a twentieth
when: sup_error < 0.05
hint: More of them.
```
```show
function.pieces
```

Get the error below 0.05.
"""


@pytest.fixture
def own(theatre):
    """The window with a lesson of the user's own in its library."""
    theatre.until(lambda: theatre.lecture.lecturer.library is not None)
    folder = theatre.lecture.lecturer.library.own_folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.md").write_text(OWN, encoding="utf-8")
    theatre.lecture.lecturer.shelf.look_again()
    theatre.until(lambda: "mine" in keys(theatre))
    theatre.folder = folder
    return theatre


def keys(theatre) -> list[str]:
    return [lesson.key for lesson in theatre.lecture.lecturer.library.lessons]


def open_lesson(theatre, key: str, place: Place | None = None):
    lecturer = theatre.lecture.lecturer
    theatre.until(lambda: lecturer.library is not None)
    lecturer.open(key, place)
    theatre.until(lambda: lecturer.lesson is not None and lecturer.lesson.key == key)
    settled(theatre)
    return lecturer


def settled(theatre) -> None:
    theatre.until(lambda: not theatre.lecture.lecturer.is_busy, 30)


def told(theatre) -> str:
    """All that the step's page says."""
    page = theatre.lecture.panel.step_page
    return "\n".join(prose.markdown for prose in page.findChildren(Prose))


def chosen_row(rows):
    return rows.rows[rows._current[0]]


def assert_set(theatre, lecturer) -> None:
    """Everything is as the place has it, and the panel says so."""
    lesson, place = lecturer.lesson, lecturer.place
    state = lesson.at(place)
    assert theatre.window.tab_key == state.tab
    assert {key: theatre.window.specs()[key] for key in state.specs} == state.specs
    assert lecturer.is_on_path
    assert not theatre.lecture.panel.restore_button.isVisible()
    assert theatre.lecture.panel.step_page.heading.text() == lesson.steps[place.step].title


def test_a_whole_lesson_by_the_clicker(theatre):
    lecturer = open_lesson(theatre, LESSON)
    seen = [lecturer.place]
    while not lecturer.is_at_end:
        assert_set(theatre, lecturer)
        theatre.press(Key.Key_PageDown)
        settled(theatre)
        seen.append(lecturer.place)
    assert tuple(seen) == lecturer.lesson.places
    theatre.press(Key.Key_PageDown)
    assert lecturer.place == seen[-1]
    for place in reversed(seen[:-1]):
        theatre.press(Key.Key_PageUp)
        settled(theatre)
        assert lecturer.place == place
        assert_set(theatre, lecturer)
    theatre.press(Key.Key_PageUp)
    assert lecturer.place == Place()


def test_its_end_leads_on_by_a_click_and_not_by_the_clicker(theatre):
    lecturer = open_lesson(theatre, LESSON)
    button = theatre.lecture.panel.onward_button
    assert not button.isVisible()
    lecturer.go_to(lecturer.lesson.places[-1])
    settled(theatre)
    following = keys(theatre)[keys(theatre).index(LESSON) + 1]
    assert button.isVisible()
    theatre.press(Key.Key_PageDown)
    assert lecturer.lesson.key == LESSON
    theatre.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(theatre)
    assert (lecturer.lesson.key, lecturer.place) == (following, Place())
    assert not button.isVisible()
    open_lesson(theatre, keys(theatre)[-1], Place(99, True))
    assert lecturer.is_at_end
    assert not button.isVisible()


def test_any_step_is_entered_directly_with_the_same_state(theatre):
    lecturer = open_lesson(theatre, LESSON)
    lesson = lecturer.lesson
    in_sequence = {}
    for place in lesson.places:
        lecturer.go_to(place)
        in_sequence[place] = dict(theatre.window.specs())
    for place in reversed(lesson.places):
        lecturer.go_to(place)
        settled(theatre)
        assert_set(theatre, lecturer)
        tabs = lesson.at(place).specs
        assert {k: theatre.window.specs()[k] for k in tabs} == {
            k: in_sequence[place][k] for k in tabs
        }


def test_a_lesson_by_keyboard_alone(theatre):
    panel, lecturer = theatre.lecture.panel, theatre.lecture.lecturer
    theatre.until(lambda: lecturer.library is not None)
    assert not panel.isVisible()
    theatre.press(Key.Key_F4)  # contents, with the keyboard in them
    assert panel.isVisible()
    assert panel.contents.list.hasFocus()
    for _ in range(60):
        if lecturer.lesson is not None:
            break
        if chosen_row(panel.contents.list).key == LESSON:
            theatre.press(Key.Key_Return)
        else:
            theatre.press(Key.Key_Down)
    assert lecturer.lesson.key == LESSON
    settled(theatre)
    step = next(k for k, step in enumerate(lecturer.lesson.steps)
                if step.question is not None and step.question.choices)
    while lecturer.place.step < step:
        theatre.press(Key.Key_PageDown)
        settled(theatre)
    card = panel.step_page.card
    theatre.press(Key.Key_Q)  # to the question
    assert card.isAncestorOf(QApplication.focusWidget())
    theatre.press(Key.Key_1)
    assert card.prediction == lecturer.step.question.choices[0]
    theatre.press(Key.Key_PageDown)
    theatre.until(lambda: card.is_revealed, 30)
    assert card.prediction == lecturer.step.question.choices[0]
    theatre.press(Key.Key_L, CTRL)
    assert not panel.isVisible()
    theatre.press(Key.Key_L, CTRL)
    assert panel.isVisible()


def test_a_prediction_takes_the_lessons_place_until_it_is_closed(theatre):
    lecturer = open_lesson(theatre, LESSON)
    panel, predictor = theatre.lecture.panel, theatre.lecture.predictor
    step = next(k for k, step in enumerate(lecturer.lesson.steps)
                if step.question is not None and step.question.choices)
    lecturer.go_to(Place(step))
    settled(theatre)
    theatre.press(Key.Key_P, CTRL)
    theatre.until(lambda: predictor.current is not None)
    assert predictor.panel.isVisible()
    assert not panel.isVisible()
    theatre.press(Key.Key_1)  # answers neither, or the question that is seen
    assert not panel.step_page.card.rounds
    theatre.press(Key.Key_P, CTRL)
    assert not predictor.panel.isVisible()
    assert panel.isVisible()

    theatre.press(Key.Key_P, CTRL)
    theatre.press(Key.Key_PageDown)  # the clicker goes on with the lesson, and is seen to do so
    settled(theatre)
    assert lecturer.place == lecturer.lesson.places[lecturer.lesson.places.index(Place(step)) + 1]
    assert panel.isVisible()
    assert not predictor.panel.isVisible()

    theatre.press(Key.Key_P, CTRL)
    theatre.press(Key.Key_L, CTRL)
    assert panel.isVisible()
    assert not predictor.panel.isVisible()

    theatre.press(Key.Key_L, CTRL)
    theatre.press(Key.Key_P, CTRL)
    theatre.press(Key.Key_P, CTRL)  # a lesson that was put away stays away
    assert not panel.isVisible()


def test_off_the_path_and_back_by_mouse(theatre):
    lecturer = open_lesson(theatre, LESSON, Place(1))
    panel = theatre.lecture.panel
    theatre.window.show_tab("initialization")
    theatre.until(panel.restore_button.isVisible)
    assert not lecturer.is_on_path
    theatre.qtbot.mouseClick(panel.restore_button, LEFT)
    settled(theatre)
    assert lecturer.place.step == 1
    assert_set(theatre, lecturer)
    theatre.tab.undo_stack.undo()
    theatre.until(panel.restore_button.isVisible)
    theatre.press(Key.Key_L, CTRL | SHIFT)
    assert_set(theatre, lecturer)


def test_its_numbers_follow_what_one_plays_with(own):
    lecturer = open_lesson(own, "mine")
    before = told(own)
    assert "off by" in before
    assert "…" not in before
    spec = own.spec
    own.tab.store.apply(spec.with_function(spec.function.replaced(pieces=50)), "Pieces")
    own.until(lambda: told(own) != before)
    assert not lecturer.is_on_path


def test_a_goal_is_reached_and_remembered(own):
    lecturer = open_lesson(own, "mine", Place(1))
    panel = own.lecture.panel
    goal = panel.step_page.goal
    own.until(goal.isVisible)
    assert not goal.is_met
    assert lecturer.progress.reached == frozenset()
    own.qtbot.mouseClick(goal.hint_button, LEFT)
    assert goal.hint.isVisible()
    spec = own.spec
    own.tab.store.apply(spec.with_function(spec.function.replaced(pieces=400)), "Pieces")
    own.until(lambda: goal.is_met)
    assert lecturer.progress.reached == {lecturer.step.goal.key}
    panel.show_page("goals")
    assert panel.goals.summary.text().startswith("1 of ")
    own.tab.store.apply(spec, "Pieces")
    panel.show_page("step")
    own.until(lambda: not goal.is_met)
    assert "before" in goal.state.text()
    panel.show_page("goals")
    own.qtbot.mouseClick(panel.goals.forget_button, LEFT)
    assert lecturer.progress.reached == frozenset()


def test_a_file_is_read_again_when_it_is_saved(own):
    lecturer = open_lesson(own, "mine", Place(1))
    path = own.folder / "mine.md"
    path.write_text(OWN.replace("## More pieces", "## Many more"), encoding="utf-8")
    own.until(lambda: lecturer.step.title == "Many more")
    assert lecturer.place == Place(1)
    own.until(lambda: own.lecture.panel.step_page.heading.text() == "Many more")


def test_a_mistake_in_a_file_is_told_with_its_line_and_the_lesson_stays(own):
    lecturer = open_lesson(own, "mine")
    path = own.folder / "mine.md"
    broken = OWN.replace("function.pieces = 3", "function.peaces = 3")
    line = 1 + broken.split("peaces")[0].count("\n")
    path.write_text(broken, encoding="utf-8")
    own.until(lambda: own.window.notice.isVisible())
    text = own.window.notice.label.text()
    assert f"mine.md:{line}:" in text
    assert "peaces" in text
    assert lecturer.step.title == "Few pieces"
    assert_set(own, lecturer)
    own.lecture.panel.show_page("contents")
    assert f"mine.md:{line}:" in own.lecture.panel.contents.problems.text()
    path.write_text(OWN, encoding="utf-8")
    own.until(lambda: not own.window.notice.isVisible())


def test_an_own_lesson_begins_with_the_template(own, monkeypatch):
    opened = []
    monkeypatch.setattr(
        own_lessons.QDesktopServices, "openUrl", lambda url: opened.append(url) or True
    )
    panel = own.lecture.panel
    panel.action.setChecked(True)
    panel.show_page("contents")
    own.qtbot.mouseClick(panel.contents.new_button, LEFT)
    own.until(lambda: (own.folder / "my-lesson.md").exists() and bool(opened))
    own.until(lambda: "my-lesson" in keys(own))
    own.qtbot.mouseClick(panel.contents.folder_button, LEFT)
    assert opened[-1].toLocalFile() == str(own.folder)


def test_a_session_remembers_the_place(theatre):
    lecturer = open_lesson(theatre, LESSON, Place(2))
    text = to_text(theatre.window.keeper.session)
    lecturer.close()
    assert theatre.window.keeper.lesson_place is None
    theatre.window.keeper.take(from_text(text))
    theatre.until(lambda: lecturer.lesson is not None)
    assert lecturer.lesson.key == LESSON
    assert lecturer.place == Place(2)
    settled(theatre)
    assert_set(theatre, lecturer)


def test_the_speaker_sees_notes_and_time(own):
    lecturer = open_lesson(own, "mine")
    notes = own.lecture.notes_window
    own.press(Key.Key_N, CTRL | SHIFT)
    own.until(notes.isVisible)
    assert notes.title.text() == "Few pieces"
    assert "Say it slowly." in notes.notes.markdown
    assert "More pieces" in notes.coming.text()
    assert notes.clocks["plan"].text() == "2:00"
    own.qtbot.mouseClick(notes.start_button, LEFT)
    own.until(lambda: notes.clocks["total"].text() != "0:00", 5)
    own.qtbot.mouseClick(notes.start_button, LEFT)
    held = notes.clocks["total"].text()
    assert not notes.total.runs
    lecturer.next()
    own.until(lambda: notes.title.text() == "More pieces")
    assert notes.clocks["total"].text() == held
    assert "end" in notes.coming.text()
    buttons = [b for b in notes.findChildren(QPushButton) if b.isVisible()]
    assert all(button.accessibleName() or button.text() for button in buttons)
    notes.close()
    assert not own.lecture.panel.actions_["notes_window"].isChecked()
