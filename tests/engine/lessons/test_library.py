"""The lessons that there are, those of the user among them; progress; and the commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import main
from engine.errors import LessonError
from engine.lessons import library as module
from engine.lessons.library import Library, template
from engine.lessons.progress import Progress
from engine.lessons.reading import read_lesson
from engine.places import own_lessons_folder, state_folder

MINE = "---\ntitle: {title}\n---\n## One\n```set expressivity\n{line}\n```\nText.\n"


def write(path: Path, title: str = "Mine", line: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(MINE.format(title=title, line=line), encoding="utf-8")
    # Written within the clock's tick of the time before, it would look unchanged.
    os.utime(path, ns=(0, write.ticks * 1_000_000_000))
    write.ticks += 1
    return path


write.ticks = 1


def test_own_lessons_stand_beside_the_bundled_ones_or_replace_them():
    write(own_lessons_folder() / "mine.md")
    write(own_lessons_folder() / "1a.md", "Another box")
    library = Library()
    assert library.find("mine").is_own
    assert library.find("1a").title == "Another box"
    assert not library.find("1b").is_own
    with pytest.raises(LessonError, match=r"There is no lesson “1z”; choose from .*1b"):
        library.find("1z")


def test_a_saved_file_is_read_again_and_a_mistake_keeps_the_version_before():
    path = write(own_lessons_folder() / "mine.md")
    library = Library()
    assert not library.load()
    write(path, "Better")
    assert library.load()
    assert library.find("mine").title == "Better"
    write(path, "Worse", "function.pieces = many")
    assert library.load()
    assert library.find("mine").title == "Better"
    [problem] = library.problems
    assert str(problem).startswith("mine.md:6: Pieces n must be a whole number")
    write(path, "Good")
    assert library.load()
    assert library.problems == ()
    path.unlink()
    assert library.load()
    assert "mine" not in [lesson.key for lesson in library.lessons]


def test_a_file_that_was_never_good_is_only_a_problem():
    write(own_lessons_folder() / "bad.md", line="no")
    library = Library()
    assert [problem.path.name for problem in library.problems] == ["bad.md"]
    assert len(library.lessons) > 10


def test_a_file_that_breaks_the_reader_takes_no_other_with_it(monkeypatch):
    def broken(path: Path, **options):
        if path.name == "bad.md":
            raise ValueError("too much")
        return read_lesson(path, **options)

    monkeypatch.setattr(module, "read_lesson", broken)
    write(own_lessons_folder() / "bad.md")
    write(own_lessons_folder() / "good.md")
    library = Library()
    assert library.find("good").is_own
    [problem] = library.problems
    assert "ValueError: too much" in str(problem)


def test_a_language_without_lessons_has_the_english_ones():
    assert [x.key for x in Library("de").lessons] == [x.key for x in Library().lessons]


def test_progress_is_kept_and_can_be_forgotten():
    progress = Progress()
    assert progress.reach("1a/a")
    assert not progress.reach("1a/a")
    progress.reach("1b/b")
    assert Progress().reached == {"1a/a", "1b/b"}
    progress.forget()
    assert Progress().reached == frozenset()


@pytest.mark.parametrize("text", ["", "{", "3", "[1]", "\x00"])
def test_progress_that_cannot_be_read_begins_anew(text):
    path = state_folder() / "goals.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    progress = Progress()
    assert progress.reached == frozenset()
    progress.reach("a")
    assert Progress().reached == {"a"}


def test_progress_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    progress = Progress(tmp_path / "file" / "goals.json")
    assert progress.reach("a")
    assert progress.problem.endswith(".")
    assert progress.reached == {"a"}


def test_the_command_checks_lists_and_begins(tmp_path, capsys):
    path = tmp_path / "mine.md"
    assert main.main(["lesson", "new", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == template()
    assert main.main(["lesson", "check", str(path)]) == 0
    assert "mine.md is a good lesson" in capsys.readouterr().out
    assert main.main(["lesson", "new", str(path)]) == 2
    assert main.main(["lesson", "new", str(tmp_path / "Übung 1.5")]) == 0
    assert (tmp_path / "Übung 1.5.md").exists()
    assert main.main(["lesson", "list"]) == 0
    assert "hour" in capsys.readouterr().out


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ("function.pieces = 8", "function.pieces = no", "mine.md:15: Pieces n must be"),
    (r"\frac{2B}{n}", r"\frac{2B", "mine.md:21: This formula cannot be set"),
    ("title: My lesson", "titel: My lesson", "mine.md:2: The header has no “titel”"),
])
def test_the_command_tells_the_first_mistake_with_its_line(tmp_path, capsys, old, new, sentence):
    path = tmp_path / "mine.md"
    assert old in template()
    path.write_text(template().replace(old, new, 1), encoding="utf-8")
    assert main.main(["lesson", "check", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"chalknet: {sentence}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_the_command_tells_what_is_not_there(tmp_path, capsys):
    assert main.main(["lesson", "check", str(tmp_path / "none.md")]) == 2
    assert "none.md: The file cannot be read" in capsys.readouterr().err
    assert main.main(["lesson", "sing"]) == 2
