"""The folder of a handout: what lies in it, and what happens where it takes no more."""

from __future__ import annotations

import errno
import json
import math
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_handout_pages import LESSONS, played

from engine.errors import ChalknetError
from engine.handout.folder import HandoutFolder, numbers_json
from engine.handout.shown import Played

COLORS = {"ground": "#123456", "green-text": "#abcdef"}


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written_and_told_once(tmp_path: Path):
    told: list[Path] = []
    folder = HandoutFolder(tmp_path / "deep" / "er", COLORS, told.append)
    folder.begin()
    lessons = LESSONS[:2]
    done = [played(lesson) for lesson in lessons]
    for count in (1, 2):
        folder.finish(done[:count], lessons, "Made so.")
    assert folder.write("1a/one.png", b"pixels") == "1a/one.png"
    assert files(folder.path) == {
        "handout.css", "handout.js", "index.html", "numbers.json", "1a/one.png",
        *(f"{lesson.key}.html" for lesson in lessons),
    }
    assert sorted(told) == sorted(folder.path / name for name in files(folder.path))
    style = (folder.path / "handout.css").read_text("utf-8")
    assert style.startswith(":root {--ground: #123456;--green-text: #abcdef;}")
    assert all(f"var(--{name})" in style for name in COLORS)


def test_a_tour_that_was_stopped_before_its_second_lesson_shows_the_first(tmp_path: Path):
    folder = HandoutFolder(tmp_path, COLORS, lambda _: None)
    first, second = LESSONS[:2]
    folder.finish([played(first), Played(second, ())], LESSONS[:2], "")
    assert f"{second.key}.html" not in files(tmp_path)
    assert list(json.loads((tmp_path / "numbers.json").read_text("utf-8"))) == [first.key]


def test_nothing_played_is_no_handout(tmp_path: Path):
    folder = HandoutFolder(tmp_path, COLORS, lambda _: None)
    folder.finish([Played(LESSONS[0], ())], LESSONS[:1], "")
    assert files(tmp_path) == set()


def test_numbers_are_those_of_the_places():
    one = played(LESSONS[0])
    facts = {
        "loss": np.float64(2.5), "count": 3, "gone": math.nan, "over": math.inf, "later": None,
        "word": "Shirt", "ranks": {"a": np.float32(0.5), "b": math.inf},
    }
    places = (replace(one.places[0], facts=facts, remark="Late."), *one.places[1:])
    numbers = json.loads(numbers_json([Played(one.lesson, places)]))[one.lesson.key]
    assert len(numbers) == len(one.lesson.places)
    assert numbers[0] == {
        "step": 1, "title": one.lesson.steps[0].title, "tab": one.lesson.steps[0].tab,
        "is_revealed": False, "remark": "Late.",
        "facts": {"loss": 2.5, "count": 3, "gone": None, "over": None, "later": None,
                  "word": "Shirt", "ranks": {"a": 0.5, "b": None}},
    }
    assert [n["is_revealed"] for n in numbers] == [p.is_revealed for p in one.lesson.places]


def test_a_file_in_the_way_is_told_at_once(tmp_path: Path):
    (tmp_path / "taken").write_text("", encoding="utf-8")
    folder = HandoutFolder(tmp_path / "taken", COLORS, lambda _: None)
    with pytest.raises(ChalknetError, match=r"handout\.css cannot be written .+ for --out\.$"):
        folder.begin()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_not_ones_own(tmp_path: Path):
    tmp_path.chmod(0o500)
    folder = HandoutFolder(tmp_path, COLORS, lambda _: None)
    with pytest.raises(ChalknetError, match="Permission denied"):
        folder.begin()


def test_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = HandoutFolder(tmp_path, COLORS, lambda _: None)
    folder.write("numbers.json", b"before")
    whole = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        whole(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(ChalknetError, match="No space left on device"):
        folder.write("numbers.json", b"afterwards")
    assert files(tmp_path) == {"numbers.json"}
    assert (tmp_path / "numbers.json").read_bytes() == b"before"
