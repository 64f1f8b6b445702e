"""All lessons that there are: the bundled ones and the user's own, read anew when they change."""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from engine.errors import LessonError
from engine.lessons.lesson import Lesson
from engine.lessons.reading import read_lesson
from engine.places import own_lessons_folder
from engine.words import say

FALLBACK = "en"
_PART = re.compile(r"[1-9][a-z]")


@dataclass(frozen=True)
class Problem:
    """A file that is no lesson as it stands; the others are there all the same."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return located(self.path, self.line, self.sentence)


def located(path: Path, line: int, sentence: str) -> str:
    """A sentence with its place in front, as editors understand it: "box.md:12: …"."""
    return f"{path.name}:{line}: {sentence}" if line else f"{path.name}: {sentence}"


#: The lesson as it last was without a mistake, and the mistake that is in it now.
_Outcome = tuple[Lesson | None, Problem | None]


class Library:
    """The lessons of one language; where a lesson is not translated, the English one."""

    def __init__(self, language: str = FALLBACK, own_folder: Path | None = None) -> None:
        self.language = language
        self.own_folder = own_folder or own_lessons_folder()
        self.lessons: tuple[Lesson, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self._read: dict[Path, tuple[tuple[int, int], _Outcome]] = {}
        self._loading = threading.Lock()
        self.load()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where lessons are looked for, the user's own last; what is not there is left out."""
        bundled = bundled_folder()
        wanted = [bundled / FALLBACK, bundled / self.language, self.own_folder]
        return tuple(folder for folder in dict.fromkeys(wanted) if folder.is_dir())

    def load(self) -> bool:
        """Read what is new or has changed; True where that made a difference.

        An own lesson takes the place of a bundled one with its name. While an own file has a
        mistake in it, the version before stays. Of several threads one loads at a time.
        """
        with self._loading:
            return self._load()

    def _load(self) -> bool:
        before = self.lessons, self.problems
        found: dict[str, Lesson] = {}
        problems = []
        for folder in self.folders:
            for path in sorted(folder.glob("*.md")):
                read, problem = self._read_one(path, is_own=folder == self.own_folder)
                if problem is not None:
                    problems.append(problem)
                if read is not None:
                    found[read.key] = read
        self.lessons = tuple(sorted(found.values(), key=_place_in_list))
        self.problems = tuple(problems)
        return (self.lessons, self.problems) != before

    def find(self, key: str) -> Lesson:
        """The lesson with this key. Raises `LessonError` with those that there are."""
        for lesson in self.lessons:
            if lesson.key == key:
                return lesson
        known = ", ".join(lesson.key for lesson in self.lessons)
        raise LessonError(say("There is no lesson “{key}”; choose from {known}.", key=key,
                              known=known))

    def _read_one(self, path: Path, *, is_own: bool) -> _Outcome:
        try:
            status = path.stat()
        except OSError:
            # It went away between being listed and being looked at.
            return None, None
        stamp = status.st_mtime_ns, status.st_size
        known_stamp, known = self._read.get(path, (None, (None, None)))
        if stamp == known_stamp:
            return known
        outcome: _Outcome
        try:
            lesson = read_lesson(path, is_own=True, language=FALLBACK) if is_own else (
                _bundled_lesson(path, stamp)
            )
            outcome = lesson, None
        except LessonError as error:
            outcome = known[0], Problem(path, error.line, str(error))
        except Exception as error:  # one file must not take all the others with it
            logging.getLogger(__name__).exception("A lesson file was too much")
            outcome = known[0], Problem(path, 0, say(
                "This file is more than Chalknet can read ({why}); take out what was added last.",
                why=f"{type(error).__name__}: {error}",
            ))
        self._read[path] = stamp, outcome
        return outcome


@lru_cache(maxsize=64)
def _bundled_lesson(path: Path, _stamp: tuple[int, int]) -> Lesson:
    """Read once a process: the next window, in another language, has them at once."""
    return read_lesson(path, is_own=False, language=path.parent.name)


def bundled_folder() -> Path:
    """The folder of the lessons that come with Chalknet, one folder a language in it."""
    return Path(str(resources.files("resources").joinpath("lessons")))


def template() -> str:
    """The text to begin a lesson of one's own with."""
    return (bundled_folder() / "template.md").read_text(encoding="utf-8")


def _place_in_list(lesson: Lesson) -> tuple[int, str, str]:
    """The guided hour, then the homework's parts, then the rest by title."""
    if lesson.part == "hour":
        return 0, "", lesson.key
    return (1, lesson.part, lesson.key) if _PART.fullmatch(lesson.part) else (2, "", lesson.title)
