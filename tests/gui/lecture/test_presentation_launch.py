"""What the command line asks for is there as soon as the window can show it."""

from __future__ import annotations

from stage_driving import Key

import main
from engine.expressivity.tab_spec import Scene
from engine.sessions.session import save_session
from gui.app import begin
from gui.theme import look


def launch(theatre, *arguments: str) -> None:
    begin(theatre.window, main.CommandLine().parse_args(arguments))


def test_a_lesson_on_the_stage(theatre):
    launch(theatre, "--present", "--lesson", "1b")
    lecturer = theatre.lecture.lecturer
    theatre.until(lambda: lecturer.step is not None)
    assert lecturer.lesson.key == "1b"
    assert theatre.spec.function.pieces == 6
    assert look().theme == "projector"
    assert theatre.window.settings.theme == "light"
    assert theatre.window.isFullScreen()
    shown = theatre.tab.form_content.lent
    assert [field.knob.name for field in shown] == ["pieces"]
    theatre.press(Key.Key_F7)
    theatre.draw((700, 300), (760, 340))
    theatre.press(Key.Key_Escape)
    theatre.press(Key.Key_PageDown)
    theatre.until(lambda: lecturer.place.is_revealed)
    assert theatre.overlay.ink.strokes
    theatre.press(Key.Key_PageDown)
    theatre.until(lambda: lecturer.place.step == 1)
    theatre.settle()
    assert not theatre.overlay.ink.strokes
    assert theatre.tab.form_content.lent == ()
    assert not theatre.tab.form_panel.isVisible()


def test_a_session_in_a_theme(theatre, tmp_path):
    path = tmp_path / "monday.chalknet"
    session = theatre.window.keeper.session
    spec = session.specs["expressivity"].replaced(scene=Scene.BOX)
    save_session(type(session)(specs={"expressivity": spec}, tab="expressivity"), path)
    launch(theatre, "--present", "--theme", "dark", "--session", str(path))
    assert look().theme == "dark"
    theatre.until(lambda: theatre.spec.scene is Scene.BOX)
    assert theatre.window.settings.recent_sessions == [str(path)]


def test_a_session_that_is_none_is_told_of_in_the_window(theatre, tmp_path):
    path = tmp_path / "rubbish.chalknet"
    path.write_text("rubbish", encoding="utf-8")
    spec = theatre.spec
    launch(theatre, "--session", str(path))
    theatre.until(theatre.window.notice.isVisible)
    sentence = theatre.window.notice.label.text()
    assert sentence.startswith("This is no session")
    assert sentence.endswith(".")
    assert theatre.spec == spec
