"""Which lessons there are by name, known without reading any of them: for the command line."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from engine.errors import LessonError
from engine.places import own_lessons_folder


def lesson_keys() -> tuple[str, ...]:
    """The keys of the bundled lessons and of the user's own, in their alphabet's order."""
    bundled = Path(str(resources.files("resources").joinpath("lessons", "en")))
    paths = [*bundled.glob("*.md"), *own_lessons_folder().glob("*.md")]
    return tuple(sorted({path.stem for path in paths}))


def check_lesson_key(key: str) -> None:
    """Raise `LessonError` with the keys that there are where this is none of them."""
    known = lesson_keys()
    if key not in known:
        raise LessonError(f"There is no lesson “{key}”; choose from {', '.join(known)}.")
