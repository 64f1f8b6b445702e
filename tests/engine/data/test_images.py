"""The images in memory come from the first source that is intact, and say which it was."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from engine.data import images as images_module
from engine.data.images import clear_cache, load_images
from engine.errors import DataError

IMAGES = "train-images-idx3-ubyte"
LABELS = "t10k-labels-idx1-ubyte"


@pytest.mark.parametrize("compressed", [True, False])
def test_the_full_files_are_used_where_they_are(toy, tmp_path, compressed):
    toy.write_full(tmp_path / "arg", compressed=compressed)
    images = load_images("fashion_mnist", tmp_path / "arg")
    assert images.describe() == "FashionMNIST, 200 + 60"
    assert images.source.origin == "--data-dir"
    assert images.problems == ()
    assert images.training_images.tobytes() == toy.full[IMAGES][16:]
    assert images.test_labels.tobytes() == toy.full[LABELS][8:]


@pytest.mark.usefixtures("toy")
def test_without_any_files_the_sample_is_used_and_says_so():
    images = load_images("fashion_mnist")
    assert images.describe() == "FashionMNIST, bundled sample, 40 + 20"
    assert images.source.kind == "sample"


def test_a_broken_source_is_reported_and_the_next_one_used(toy, tmp_path, monkeypatch):
    first, second = toy.write_full(tmp_path / "arg"), toy.write_full(tmp_path / "env")
    monkeypatch.setenv("CHALKNET_DATA", str(second))
    broken = first / f"{IMAGES}.gz"
    broken.write_bytes(broken.read_bytes()[:1000])
    images = load_images("fashion_mnist", first)
    assert images.source.folder == second
    assert images.problems == (
        f"{broken} is cut short: its gzip stream breaks off; "
        "delete it and download the data set again.",
    )


def test_an_incomplete_source_is_reported(toy, tmp_path):
    folder = toy.write_full(tmp_path / "arg")
    (folder / f"{LABELS}.gz").unlink()
    images = load_images("fashion_mnist", folder)
    assert images.source.kind == "sample"
    assert images.problems == (f"{folder / LABELS}.gz is missing; download the data set again.",)


def test_the_other_data_set_under_this_name_is_recognised(toys, tmp_path):
    folder = toys["mnist"].write_full(tmp_path / "FashionMNIST" / "raw")
    images = load_images("fashion_mnist", tmp_path)
    assert images.source.kind == "sample"
    (problem,) = images.problems
    assert problem.startswith(f"{folder / IMAGES}.gz is mislabelled: it is really MNIST’s {IMAGES}")


def test_a_broken_unpacked_file_gives_way_to_the_compressed_one(toy, tmp_path):
    folder = toy.write_full(tmp_path / "arg")
    (folder / IMAGES).write_bytes(b"")
    images = load_images("fashion_mnist", folder)
    assert images.describe() == "FashionMNIST, 200 + 60"
    (problem,) = images.problems
    assert problem.startswith(f"{folder / IMAGES} is empty;")


def test_a_lone_broken_unpacked_file_is_the_one_named(toy, tmp_path):
    folder = toy.write_full(tmp_path / "arg", compressed=False)
    (folder / IMAGES).write_bytes(b"")
    (problem,) = load_images("fashion_mnist", folder).problems
    assert problem.startswith(f"{folder / IMAGES} is empty;")


@pytest.mark.usefixtures("toy")
def test_a_broken_sample_is_an_error_with_a_remedy(tmp_path):
    sample = tmp_path / "bundled" / "FashionMNIST" / "raw" / f"{LABELS}.gz"
    sample.write_bytes(b"")
    with pytest.raises(DataError) as caught:
        load_images("fashion_mnist")
    assert str(caught.value) == f"{sample} is empty; reinstall Chalknet."


def test_an_unknown_data_set_is_an_error():
    with pytest.raises(DataError, match="no data set “cifar”"):
        load_images("cifar")


def test_everyone_shares_one_copy_until_the_cache_is_cleared(toy, tmp_path, monkeypatch):
    first = load_images("fashion_mnist")
    assert load_images("fashion_mnist") is first
    toy.write_full(tmp_path / "user")
    assert load_images("fashion_mnist") is first
    monkeypatch.setenv("CHALKNET_DATA", str(tmp_path / "user"))
    assert load_images("fashion_mnist").source.origin == "CHALKNET_DATA"
    monkeypatch.delenv("CHALKNET_DATA")
    clear_cache()
    assert load_images("fashion_mnist").describe() == "FashionMNIST, 200 + 60"


@pytest.mark.usefixtures("toy")
def test_threads_that_ask_at_once_load_once(monkeypatch):
    reads = []
    read_source = images_module._read_source
    monkeypatch.setattr(
        images_module, "_read_source", lambda *a: reads.append(a) or read_source(*a)
    )
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(load_images("fashion_mnist")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
    assert all(images is results[0] for images in results)


@pytest.mark.usefixtures("toy")
def test_an_image_wall_is_balanced_random_and_repeatable():
    images = load_images("fashion_mnist")
    wall = images.balanced_indices("test", 2, seed=3)
    assert wall.shape == (10, 2)
    assert (images.labels("test")[wall] == np.arange(10)[:, None]).all()
    assert len(np.unique(wall)) == 20
    np.testing.assert_array_equal(wall, images.balanced_indices("test", 2, seed=3))
    walls = {images.balanced_indices("training", 2, seed).tobytes() for seed in range(5)}
    assert len(walls) == 5
    smallest = min(images.class_counts("training"))
    assert images.balanced_indices("training", 1000, 0).shape == (10, smallest)


@pytest.mark.usefixtures("toy")
def test_class_counts_are_those_of_the_split():
    images = load_images("fashion_mnist")
    assert images.class_counts("training") == (4,) * 10
    assert images.class_counts("test") == (2,) * 10
    assert images.images("test").shape == (20, 28, 28)
