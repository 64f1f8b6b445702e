"""The folder of a handout: pages, pictures and numbers; readable after every lesson."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from engine.errors import ChalknetError
from engine.files import write_atomically
from engine.handout.pages import (
    INDEX,
    KEYS,
    STYLE,
    Neighbours,
    index_page,
    lesson_page,
    page_name,
)
from engine.handout.shown import Played, Shown
from engine.lessons.lesson import Lesson
from engine.lessons.teaching import Value

NUMBERS = "numbers.json"


class HandoutFolder:
    """Writes a handout. `written` is called with every file, the first time that it is there.

    Every method raises `ChalknetError` where the folder takes no more.
    """

    def __init__(
        self, path: Path, colors: Mapping[str, str], written: Callable[[Path], None],
        *, with_notes: bool = False,
    ) -> None:
        self.path, self.colors = path, colors
        self._told = written
        self._with_notes = with_notes
        self._known: set[Path] = set()

    def begin(self) -> None:
        """Look and keys of the pages; tells before an hour's work that the folder takes nothing."""
        variables = "".join(f"--{name}: {value};" for name, value in self.colors.items())
        self.write(STYLE, f":root {{{variables}}}\n".encode() + _resource(STYLE))
        self.write(KEYS, _resource(KEYS))

    def write(self, name: str, content: bytes) -> str:
        """One file, by its name in the folder with slashes; returns the name."""
        path = self.path.joinpath(*name.split("/"))
        try:
            write_atomically(path, lambda target: target.write_bytes(content))
        except OSError as error:
            why = error.strerror or error
            raise ChalknetError(
                f"{path} cannot be written ({why}); name another folder for --out."
            ) from error
        if path not in self._known:
            self._known.add(path)
            self._told(path)
        return name

    def finish(self, played: Sequence[Played], lessons: Sequence[Lesson], source: str) -> None:
        """The page of the lesson that was played last, the list of all so far, and the numbers.

        `lessons` are all that there will be: the page links to its neighbours among them.
        """
        done = [one for one in played if one.places]
        if not done:
            return
        last = done[-1]
        at = lessons.index(last.lesson)
        around = Neighbours(
            lessons[at - 1] if at > 0 else None,
            lessons[at + 1] if last.is_whole and at + 1 < len(lessons) else None,
        )
        page = lesson_page(last, around, with_notes=self._with_notes)
        self.write(page_name(last.lesson), page.encode())
        self.write(INDEX, index_page(done, source).encode())
        self.write(NUMBERS, numbers_json(done).encode())


def numbers_json(played: Sequence[Played]) -> str:
    """The facts of every place; null for what was not known or is no finite number."""
    lessons = {
        one.lesson.key: [_numbers(shown) for shown in one.places] for one in played
    }
    return json.dumps(lessons, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _numbers(shown: Shown) -> dict[str, Any]:
    return {
        "step": shown.place.step + 1,
        "title": shown.step.title,
        "tab": shown.step.tab,
        "is_revealed": shown.place.is_revealed,
        "facts": {name: _plain_value(value) for name, value in shown.facts.items()},
        **({"remark": shown.remark} if shown.remark else {}),
    }


def _plain_value(value: Value | None) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain_value(one) for name, one in value.items()}
    if isinstance(value, str) or value is None:
        return value
    # Facts may be NumPy's numbers, which JSON does not know.
    number = value if isinstance(value, int) else float(value)
    return number if math.isfinite(number) else None


def _resource(name: str) -> bytes:
    return resources.files("resources").joinpath("handout", name).read_bytes()
