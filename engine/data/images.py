"""The images of a data set in memory, from the best source that is intact."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.data.catalogue import Dataset, ImageFile, find_dataset
from engine.data.idx import DOWNLOAD_AGAIN, Bytes, read_idx
from engine.data.sources import Root, Source, find_sources, search_roots
from engine.errors import DataError
from engine.words import grouped, say

Split = Literal["training", "test"]


@dataclass(frozen=True, eq=False)
class ImageSet:
    """A data set in memory.

    `training_images` (n, 28, 28) and `training_labels` (n,) are uint8 and read-only, pixels in
    0…255, labels in 0…9; likewise for the test set. `problems` are sentences about sources that
    were passed over because something was wrong with them.
    """

    dataset: Dataset
    training_images: Bytes
    training_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    source: Source
    problems: tuple[str, ...] = ()

    def describe(self) -> str:
        """What is used, for the screen: "FashionMNIST, bundled sample, 12,000 + 2,000"."""
        sizes = f"{grouped(len(self.training_labels))} + {grouped(len(self.test_labels))}"
        if self.source.kind == "sample":
            return say("{name}, bundled sample, {sizes}", name=self.dataset.name, sizes=sizes)
        return f"{self.dataset.name}, {sizes}"

    def images(self, split: Split) -> Bytes:
        """The images of a split, shape (n, 28, 28)."""
        return self.training_images if split == "training" else self.test_images

    def labels(self, split: Split) -> Bytes:
        """The labels of a split, shape (n,)."""
        return self.training_labels if split == "training" else self.test_labels

    def class_counts(self, split: Split) -> tuple[int, ...]:
        """How many images of each of the ten classes a split holds."""
        counts = np.bincount(self.labels(split), minlength=len(self.dataset.class_names))
        return tuple(int(count) for count in counts)

    def balanced_indices(self, split: Split, per_class: int, seed: int) -> NDArray[np.int64]:
        """Indices of randomly drawn images, shape (10, per_class): row k is of class k.

        There are fewer columns where the smallest class has fewer images than `per_class`.
        """
        rng = np.random.default_rng(seed)
        columns = min(per_class, *self.class_counts(split))
        labels = self.labels(split)
        classes = range(len(self.dataset.class_names))
        rows = [rng.permutation(np.flatnonzero(labels == k))[:columns] for k in classes]
        return np.stack(rows).astype(np.int64)


_loaded: dict[tuple[str, tuple[Root, ...]], ImageSet] = {}
_loading = threading.Lock()


def load_images(key: str, data_dir: Path | None = None) -> ImageSet:
    """The images of a data set, from the first source whose four files are intact.

    Window and training share one copy: a second call with the same key, folder and environment
    returns the same object, and a call from another thread waits for the first.

    Raises `DataError` where the key is unknown or even the bundled sample is broken.
    """
    dataset = find_dataset(key)
    roots = search_roots(data_dir)
    with _loading:
        if (key, roots) not in _loaded:
            _loaded[key, roots] = _load(dataset, roots)
        return _loaded[key, roots]


def clear_cache() -> None:
    """Forget what was loaded, so that the next call searches again: after a download, say."""
    with _loading:
        _loaded.clear()


def _load(dataset: Dataset, roots: tuple[Root, ...]) -> ImageSet:
    sources, found = find_sources(dataset, roots)
    problems = list(found)
    for source in sources[:-1]:
        try:
            return _read_source(dataset, source, problems)
        except DataError as fault:
            problems.append(str(fault))
    return _read_source(dataset, sources[-1], problems)


def _read_source(dataset: Dataset, source: Source, problems: list[str]) -> ImageSet:
    """Read the four files of one source; raise `DataError` at the first that is not intact."""
    is_sample = source.kind == "sample"
    files = dataset.sample_files if is_sample else dataset.files
    remedy = say("reinstall Chalknet") if is_sample else say(DOWNLOAD_AGAIN)

    def read(file: ImageFile) -> Bytes:
        return _read_either_form(source.folder, file, remedy, problems)

    return ImageSet(
        dataset=dataset,
        training_images=read(files.training_images),
        training_labels=read(files.training_labels),
        test_images=read(files.test_images),
        test_labels=read(files.test_labels),
        source=source,
        problems=tuple(problems),
    )


def _read_either_form(folder: Path, file: ImageFile, remedy: str, problems: list[str]) -> Bytes:
    """Read the unpacked file or, where that is absent or broken, the compressed one."""
    plain, compressed = folder / file.name, folder / f"{file.name}.gz"
    if plain.exists():
        try:
            return read_idx(plain, file, remedy)
        except DataError as fault:
            if not compressed.exists():
                raise
            problems.append(str(fault))
    return read_idx(compressed, file, remedy)
