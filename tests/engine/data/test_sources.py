"""Where data is looked for, and in which order."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.data import sources
from engine.data.sources import find_sources, search_roots

REAL_USER_DATA_FOLDER = sources.user_data_folder


def found(toy, data_dir: Path | None = None):
    return find_sources(toy.dataset, search_roots(data_dir))


def test_the_order_is_argument_environment_user_system_sample(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("CHALKNET_DATA", str(tmp_path / "env"))
    for folder in ("system/fashion-mnist", "user/FashionMNIST/raw", "env/raw", "arg"):
        toy.write_full(tmp_path / folder)
    in_order, problems = found(toy, tmp_path / "arg")
    assert [source.origin for source in in_order] == [
        "--data-dir", "CHALKNET_DATA", "your data folder", "system package", "bundled sample",
    ]
    assert [source.kind for source in in_order] == ["full"] * 4 + ["sample"]
    assert problems == ()


@pytest.mark.parametrize("layout", ["FashionMNIST/raw", "FashionMNIST", "raw", "", "fashion-mnist"])
@pytest.mark.parametrize("compressed", [True, False])
def test_every_layout_is_found(toy, tmp_path, layout, compressed):
    folder = toy.write_full(tmp_path / "arg" / layout, compressed=compressed)
    in_order, _ = found(toy, tmp_path / "arg")
    assert in_order[0].folder == folder


def test_a_bare_machine_has_the_sample_and_no_complaint(toy):
    in_order, problems = found(toy)
    assert [source.origin for source in in_order] == ["bundled sample"]
    assert problems == ()


def test_a_named_place_without_data_is_reported(toy, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    sentences = {
        "absent": "which does not exist; correct it or leave it out.",
        "file": "which is not a folder; name the folder that the files lie in.",
        "empty": "but no FashionMNIST was found there; put its files into",
    }
    for name, says in sentences.items():
        _, (problem,) = found(toy, tmp_path / name)
        assert problem.startswith(f"--data-dir names {tmp_path / name}, {says}")
    monkeypatch.setenv("CHALKNET_DATA", str(tmp_path / "absent"))
    _, (problem,) = found(toy)
    assert problem.startswith("CHALKNET_DATA names")


def test_a_folder_that_may_not_be_entered_is_reported(toy, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(Path, "exists", refuse)
    _, (problem,) = found(toy, tmp_path)
    assert "which cannot be read (Permission denied); give yourself the right to." in problem


def test_a_relative_folder_does_not_depend_on_where_the_program_goes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert search_roots(Path("here"))[0].path == tmp_path / "here"
    monkeypatch.setenv("CHALKNET_DATA", "~/images")
    assert search_roots()[0].path == Path.home() / "images"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG folders are a Linux custom")
def test_the_user_data_folder_is_the_one_the_system_gives(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert REAL_USER_DATA_FOLDER() == tmp_path / "chalknet" / "datasets"
