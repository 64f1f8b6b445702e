"""Make the bundled samples from the full data sets: `python -m engine.data.make_sample`.

Each class keeps its share of the images. The same seed draws the same images, so that the digests
in the catalogue, which this prints, change only where the sample does.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.catalogue import CATALOGUE, samples_folder
from engine.data.idx import Bytes, encode_idx
from engine.data.images import ImageSet, load_images
from engine.errors import DataError

SEED = 2017


def stratified_indices(labels: Bytes, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`count` indices in random order, in which each class has its share of `labels`, shape (n,).

    Shares are rounded by the method of the largest remainder, so that they add up to `count`.
    """
    totals = np.bincount(labels)
    exact = totals * (count / len(labels))
    sizes = exact.astype(np.int64)
    most_deserving = np.argsort(sizes - exact, kind="stable")[: count - int(sizes.sum())]
    sizes[most_deserving] += 1
    members = [np.flatnonzero(labels == k) for k in range(len(totals))]
    drawn = [rng.permutation(m)[:size] for m, size in zip(members, sizes, strict=True)]
    return rng.permutation(np.concatenate(drawn)).astype(np.int64)


def draw_sample(images: ImageSet, seed: int = SEED) -> dict[str, bytes]:
    """The IDX content of the four sample files by name, drawn from a full data set."""
    files = images.dataset.sample_files
    rng = np.random.default_rng(seed)
    training = stratified_indices(images.training_labels, files.training_labels.shape[0], rng)
    test = stratified_indices(images.test_labels, files.test_labels.shape[0], rng)
    return {
        files.training_images.name: encode_idx(images.training_images[training]),
        files.training_labels.name: encode_idx(images.training_labels[training]),
        files.test_images.name: encode_idx(images.test_images[test]),
        files.test_labels.name: encode_idx(images.test_labels[test]),
    }


def main() -> None:
    """Write the samples of both data sets, and print their digests and sizes."""
    try:
        _write_samples()
    except DataError as error:
        sys.exit(str(error))


def _write_samples() -> None:
    parser = argparse.ArgumentParser(prog="python -m engine.data.make_sample")
    parser.add_argument("--data-dir", type=Path, help="the folder with the full data sets")
    parser.add_argument("--out", type=Path, default=samples_folder(), help="where to write")
    arguments = parser.parse_args()
    for key, dataset in CATALOGUE.items():
        images = load_images(key, arguments.data_dir)
        if images.source.kind != "full":
            raise DataError(f"A sample needs the full {dataset.name}; name its folder: --data-dir.")
        raw = arguments.out / dataset.name / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, content in draw_sample(images).items():
            # Without a time stamp the same content gives the same file.
            compressed = gzip.compress(content, compresslevel=9, mtime=0)
            (raw / f"{name}.gz").write_bytes(compressed)
            digest = hashlib.sha256(content).hexdigest()
            print(f"{dataset.name} {name} {digest} {len(compressed):,} bytes")


if __name__ == "__main__":
    main()
