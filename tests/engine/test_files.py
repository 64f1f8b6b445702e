"""A file is the old one or the whole new one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.files import write_atomically


def test_writes_and_replaces(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "file.txt"
    write_atomically(path, lambda file: file.write_text("one"))
    assert path.read_text() == "one"
    write_atomically(path, lambda file: file.write_text("two"))
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), ValueError()]
)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, fault: BaseException
):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half(file: Path) -> None:
        file.write_text("ha")
        raise fault

    with pytest.raises(type(fault)):
        write_atomically(path, write_half)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_writer_may_replace_the_temporary_file(tmp_path: Path):
    def write(file: Path) -> None:
        file.unlink()
        file.write_text("anew")

    write_atomically(tmp_path / "file.txt", write)
    assert (tmp_path / "file.txt").read_text() == "anew"


def test_until_it_is_whole_the_old_one_is_there(tmp_path: Path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    seen = []

    def write(file: Path) -> None:
        file.write_text("new")
        seen.append(path.read_text())

    write_atomically(path, write)
    assert seen == ["old"]


def test_a_folder_in_the_way_is_an_os_error(tmp_path: Path):
    (tmp_path / "file.txt").mkdir()
    with pytest.raises((IsADirectoryError, PermissionError)):
        write_atomically(tmp_path / "file.txt", lambda file: file.write_text("new"))
    assert [path.name for path in tmp_path.iterdir()] == ["file.txt"]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no umask")
def test_others_may_read_what_the_umask_lets_them(tmp_path: Path):
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "file.txt", lambda file: file.write_text("new"))
    finally:
        os.umask(before)
    assert (tmp_path / "file.txt").stat().st_mode & 0o777 == 0o644
