"""Every state that a lesson sets can be shown by the window, directly or in sequence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.lessons.facts import Facts
from engine.lessons.lesson import Place
from engine.lessons.library import Library
from gui.main_window import MainWindow


@pytest.fixture
def window(qtbot) -> Iterator[MainWindow]:
    shown = MainWindow()
    shown.restore_settings()
    shown.resize(1280, 720)
    with qtbot.waitSignal(shown.painted):
        shown.show()
    yield shown
    shown.close()
    shown.deleteLater()


def enter(window: MainWindow, state) -> None:
    window.apply_specs(state.specs, "Step")
    window.show_tab(state.tab)


@pytest.mark.parametrize("key", ["hour", "1c", "2e"])
def test_the_window_shows_every_place_and_undo_leads_back(window, qtbot, key):
    lesson = Library().find(key)
    places = [*lesson.places, *reversed(lesson.places)]
    for place in places:
        state = lesson.at(place)
        enter(window, state)
        assert window.tab_key == state.tab
        assert {k: window.specs()[k] for k in state.specs} == state.specs
        assert not window.notice.isVisible()
    tab = window.tab(state.tab)
    while tab.undo_stack.canUndo():
        tab.undo_stack.undo()
    assert tab.store.spec != lesson.at(lesson.places[-1]).specs.get(state.tab)


def test_results_are_those_of_the_step_and_never_of_the_one_before(window, qtbot):
    lesson = Library().find("2a")
    measured = []
    for step in (0, 1):
        state = lesson.at(Place(step, True))
        enter(window, state)
        tab = window.tab(state.tab)
        assert tab.results() is None
        qtbot.waitUntil(lambda tab=tab: tab.results() is not None, timeout=60_000)
        measured.append(Facts(state.tab, tab.store.spec, tab.results()).value("pre_first"))
    assert measured == pytest.approx([0.64, 2.56], rel=0.1)


def test_what_tells_an_answer_can_be_covered_until_it_is_revealed(window):
    seen = 0
    for lesson in Library().lessons:
        for number, step in enumerate(lesson.steps):
            hidden, shown = lesson.at(Place(number)), lesson.at(Place(number, True))
            if step.question is None or not step.question.told_by or hidden != shown:
                continue
            enter(window, hidden)
            views = window.tab(hidden.tab).answering(step.question.told_by)
            assert views, (lesson.key, step.title)
            seen += 1
    assert seen >= 10
