"""The samples can be made again from the full files."""

from __future__ import annotations

import sys

import pytest

from engine.data import make_sample
from engine.data.idx import read_idx


def test_the_command_writes_the_same_samples_each_time(toys, tmp_path, monkeypatch, capsys):
    for toy in toys.values():
        toy.write_full(tmp_path / "full" / toy.dataset.name / "raw")
    written = []
    for out in ("first", "second"):
        arguments = ["--data-dir", str(tmp_path / "full"), "--out", str(tmp_path / out)]
        monkeypatch.setattr(sys, "argv", ["make_sample", *arguments])
        make_sample.main()
        paths = sorted((tmp_path / out).rglob("*.gz"))
        written.append({str(p.relative_to(tmp_path / out)): p.read_bytes() for p in paths})
    assert written[0] == written[1]
    assert len(written[0]) == 8
    first_line = capsys.readouterr().out.splitlines()[0]
    assert first_line.startswith("FashionMNIST train-images-idx3-ubyte ")

    # What is printed is what belongs into the catalogue.
    name, digest = first_line.split()[1:3]
    expected = make_sample.CATALOGUE["fashion_mnist"].sample_files.training_images
    printed = type(expected)(name, expected.shape, digest)
    path = tmp_path / "first" / "FashionMNIST" / "raw" / f"{name}.gz"
    assert read_idx(path, printed).shape == (40, 28, 28)


@pytest.mark.usefixtures("toys")
def test_without_the_full_files_it_says_what_it_needs(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["make_sample", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit, match="needs the full FashionMNIST; name its folder"):
        make_sample.main()
    assert not (tmp_path / "out").exists()
