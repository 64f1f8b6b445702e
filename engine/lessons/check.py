"""The commands for those who write lessons: check a file, list what there is, begin a new one."""

from __future__ import annotations

import time
from pathlib import Path

from engine.errors import LessonError
from engine.files import write_atomically
from engine.lessons.lesson import Formula, Lesson
from engine.lessons.library import Library, located, template
from engine.lessons.reading import read_lesson

#: Entering a step takes less than this, or it is told.
SLOW_S = 1.0


def check(path: Path) -> str:
    """Read a lesson and enter every place of it; what is in it, in one sentence.

    Raises `LessonError` with file and line in front.
    """
    try:
        lesson = read_lesson(path)
        _typeset(lesson)
        slowest = max(_seconds_to_enter(lesson, number) for number in range(len(lesson.places)))
    except LessonError as error:
        raise LessonError(located(path, error.line, str(error)), error.line) from None
    if slowest > SLOW_S:
        raise LessonError(f"{path.name}: a step takes {slowest:.1f} s to enter; make it lighter.")
    questions = sum(step.question is not None for step in lesson.steps)
    counts = [
        _counted(len(lesson.steps), "step"), _counted(questions, "question"),
        _counted(len(lesson.goals), "goal"),
    ]
    minutes = f", about {lesson.minutes:g} min" if lesson.minutes else ""
    return f"{path.name} is a good lesson: “{lesson.title}”, {', '.join(counts)}{minutes}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _seconds_to_enter(lesson: Lesson, number: int) -> float:
    began = time.perf_counter()
    lesson.at(lesson.places[number])
    return time.perf_counter() - began


def _typeset(lesson: Lesson) -> None:
    """Set every formula as the window will, so that a mistake in TeX is found at home."""
    from ziamath.zmath import Latex

    from engine.lessons.filling import SLOT

    for step in lesson.steps:
        for part in (step.before, step.after):
            for block in part.blocks if part is not None else ():
                if not isinstance(block, Formula):
                    continue
                try:
                    Latex(SLOT.sub("1", block.tex)).svgxml()
                except Exception:  # noqa: BLE001  the parser raises anything, even AssertionError
                    raise LessonError(
                        "This formula cannot be set; check its braces and commands.", block.line
                    ) from None


def listed() -> str:
    """All lessons, one a line, and what is wrong with others."""
    library = Library()
    rows = [f"{lesson.key:<14}{lesson.title}" for lesson in library.lessons]
    return "\n".join([*rows, *(f"! {problem}" for problem in library.problems)])


def begin(path: Path) -> str:
    """Write the template to a new file, named *.md as all lessons are. Raises `LessonError` where
    that is not possible.
    """
    if path.suffix != ".md":
        path = path.with_name(f"{path.name}.md")
    if path.exists():
        raise LessonError(f"{path} is there already; name a new file.")
    text = template()
    try:
        write_atomically(path, lambda target: target.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise LessonError(f"{path} cannot be written ({error.strerror}); name another.") from None
    return f"{path} is written; check it with: python main.py lesson check {path}"
