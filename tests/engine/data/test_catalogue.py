"""The catalogue says what the files are, and the files are so."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.catalogue import CATALOGUE, find_dataset, identify, samples_folder
from engine.data.idx import encode_idx, read_idx
from engine.data.images import load_images
from engine.data.make_sample import draw_sample, stratified_indices
from engine.errors import DataError
from engine.training.recipe import Data

KEYS = list(CATALOGUE)


def test_the_recipe_and_the_catalogue_name_the_same_data_sets():
    assert {choice.value: choice.label for choice in Data} == {
        key: dataset.name for key, dataset in CATALOGUE.items()
    }


@pytest.mark.parametrize("key", KEYS)
def test_every_entry_is_complete(key):
    dataset = CATALOGUE[key]
    assert dataset.key == key
    assert len(set(dataset.class_names)) == 10
    assert dataset.licence
    assert dataset.citation
    assert dataset.homepage.startswith("http")
    assert dataset.files.training_images.shape == (60_000, 28, 28)
    assert dataset.files.test_labels.shape == (10_000,)


def test_all_digests_differ_and_identify_their_file():
    files = [f for d in CATALOGUE.values() for f in (*d.files, *d.sample_files)]
    assert len({file.sha256 for file in files}) == len(files) == 16
    assert all(len(bytes.fromhex(file.sha256)) == 32 for file in files)
    assert identify(CATALOGUE["mnist"].files.test_labels.sha256) == "MNIST’s t10k-labels-idx1-ubyte"
    assert identify("00") is None


def test_an_unknown_key_is_answered_with_the_known_ones():
    with pytest.raises(DataError, match=r"“cifar”; choose one of fashion_mnist, mnist\."):
        find_dataset("cifar")


def test_the_licences_go_with_the_samples():
    fashion = CATALOGUE["fashion_mnist"].licence_text
    assert "Copyright © 2017 Zalando SE" in fashion
    assert "Permission is hereby granted, free of charge" in fashion
    assert "DEALINGS IN THE SOFTWARE" in " ".join(fashion.split())
    digits = CATALOGUE["mnist"].licence_text
    assert "Yann LeCun" in digits
    assert "Corinna Cortes" in digits
    assert "creativecommons.org/licenses/by-sa/3.0" in digits


def test_the_samples_are_small():
    sizes = [path.stat().st_size for path in samples_folder().rglob("*") if path.is_file()]
    assert sum(sizes) < 9_000_000


@pytest.mark.parametrize("key", KEYS)
def test_the_bundled_sample_is_intact_stratified_and_shuffled(key):
    images = load_images(key)
    assert images.source.kind == "sample"
    full_training = {"fashion_mnist": [6000] * 10, "mnist": MNIST_TRAINING_COUNTS}[key]
    expected = np.array(full_training) * len(images.training_labels) / 60_000
    assert np.abs(np.array(images.class_counts("training")) - expected).max() < 1
    assert sum(images.class_counts("test")) == 2_000
    # A sorted or blocked order would ruin training on the first N images.
    first = np.bincount(images.training_labels[:1000], minlength=10)
    assert first.min() > 60
    assert first.max() < 140


MNIST_TRAINING_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


@pytest.mark.parametrize("key", KEYS)
def test_the_full_data_set_has_the_catalogued_digests_and_gives_the_sample(key, full_data):
    images = load_images(key, full_data)
    assert images.source.kind == "full"
    assert images.describe() == f"{CATALOGUE[key].name}, 60,000 + 10,000"
    drawn = draw_sample(images)
    raw = samples_folder() / CATALOGUE[key].name / "raw"
    for file in CATALOGUE[key].sample_files:
        assert drawn[file.name] == encode_idx(read_idx(raw / f"{file.name}.gz", file))


def test_a_stratified_draw_keeps_the_shares_and_repeats_nothing():
    labels = np.repeat(np.arange(3, dtype=np.uint8), [50, 30, 20])
    drawn = stratified_indices(labels, 33, np.random.default_rng(0))
    assert len(set(drawn.tolist())) == 33
    assert np.bincount(labels[drawn]).tolist() == [16, 10, 7]  # of 16.5, 9.9, 6.6
    assert drawn.tolist() != sorted(drawn.tolist())
