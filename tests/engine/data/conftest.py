"""A toy data set in place of the real ones, and a machine on which no data lies around."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from engine.data import catalogue, images, make_sample, sources
from engine.data.catalogue import Dataset, Files, ImageFile
from engine.data.idx import encode_idx

# Read before any test changes the environment.
FULL_DATA_FOLDERS = (
    os.environ.get("CHALKNET_DATA") or "no folder named by CHALKNET_DATA",
    Path(__file__).parents[3].parent / "shared" / "datasets",
)


@dataclass(frozen=True)
class Toy:
    """A data set of random images; `full` and `sample` are IDX contents by file name."""

    dataset: Dataset
    full: dict[str, bytes]
    sample: dict[str, bytes]

    def write_full(self, folder: Path, *, compressed: bool = True) -> Path:
        return write(folder, self.full, compressed=compressed)


def write(folder: Path, contents: dict[str, bytes], *, compressed: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
        else:
            (folder / name).write_bytes(content)
    return folder


def _random_files(template: Files, n_training: int, n_test: int, seed: int):
    rng = np.random.default_rng(seed)
    arrays = []
    for n in (n_training, n_test):
        arrays.append(rng.integers(0, 256, (n, 28, 28), dtype=np.uint8))
        arrays.append(rng.permutation(n).astype(np.uint8) % 10)
    contents = {f.name: encode_idx(a) for f, a in zip(template, arrays, strict=True)}
    files = Files(*(
        ImageFile(f.name, a.shape, hashlib.sha256(contents[f.name]).hexdigest())
        for f, a in zip(template, arrays, strict=True)
    ))
    return files, contents


def _make_toy(original: Dataset, seed: int) -> Toy:
    files, full = _random_files(original.files, 200, 60, seed)
    sample_files, sample = _random_files(original.sample_files, 40, 20, seed + 1)
    size = sum(len(gzip.compress(content, 1)) for content in full.values())
    dataset = dataclasses.replace(
        original, files=files, sample_files=sample_files, download_bytes=size
    )
    return Toy(dataset, full, sample)


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """No CHALKNET_DATA, an empty data folder, no system packages, nothing loaded yet."""
    monkeypatch.delenv("CHALKNET_DATA", raising=False)
    monkeypatch.setattr(sources, "user_data_folder", lambda: tmp_path / "user")
    monkeypatch.setattr(
        sources.platformdirs, "site_data_dir", lambda *_, **__: str(tmp_path / "system")
    )
    images.clear_cache()
    yield
    images.clear_cache()


@pytest.fixture
def toys(monkeypatch, tmp_path):
    """The catalogue with toys of the same names, their samples bundled; by key."""
    toys = {
        key: _make_toy(dataset, seed)
        for seed, (key, dataset) in enumerate(catalogue.CATALOGUE.items(), start=10)
    }
    patched = {key: toy.dataset for key, toy in toys.items()}
    monkeypatch.setattr(catalogue, "CATALOGUE", patched)
    monkeypatch.setattr(make_sample, "CATALOGUE", patched)
    bundled = tmp_path / "bundled"
    monkeypatch.setattr(sources, "samples_folder", lambda: bundled)
    for toy in toys.values():
        write(bundled / toy.dataset.name / "raw", toy.sample)
    return toys


@pytest.fixture
def toy(toys):
    return toys["fashion_mnist"]


@pytest.fixture(scope="session")
def full_data():
    """The folder of the full data sets, where this machine has them."""
    for folder in map(Path, FULL_DATA_FOLDERS):
        if (folder / "FashionMNIST").is_dir() and (folder / "MNIST").is_dir():
            return folder
    pytest.skip("the full data sets are not here: set CHALKNET_DATA to their folder")
