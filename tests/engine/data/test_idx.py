"""An IDX file is either exactly the published one, or named with what is wrong with it."""

from __future__ import annotations

import gzip
import hashlib
import struct
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.catalogue import ImageFile
from engine.data.idx import DOWNLOAD_AGAIN, encode_idx, read_idx
from engine.errors import DataError

VALUES = np.random.default_rng(0).integers(0, 256, (9, 5, 5), dtype=np.uint8)
CONTENT = encode_idx(VALUES)
EXPECTED = ImageFile("train-images-idx3-ubyte", (9, 5, 5), hashlib.sha256(CONTENT).hexdigest())


def faulty(path: Path, content: bytes | None) -> str:
    """The sentence about a file with this content; it names the file and ends as a sentence."""
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_idx(path, EXPECTED)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("compressed", [False, True])
def test_an_intact_file_gives_its_values_read_only(tmp_path, compressed):
    path = tmp_path / ("images.gz" if compressed else "images")
    path.write_bytes(gzip.compress(CONTENT) if compressed else CONTENT)
    values = read_idx(path, EXPECTED)
    np.testing.assert_array_equal(values, VALUES)
    assert values.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        values[0, 0, 0] = 1


def test_any_compression_of_the_same_content_is_accepted(tmp_path):
    in_two_members = gzip.compress(CONTENT[:50], 1) + gzip.compress(CONTENT[50:], 9)
    (tmp_path / "images.gz").write_bytes(in_two_members)
    np.testing.assert_array_equal(read_idx(tmp_path / "images.gz", EXPECTED), VALUES)


def flipped(content: bytes, position: int) -> bytes:
    damaged = bytearray(content)
    damaged[position] ^= 0x55
    return bytes(damaged)


PACKED = gzip.compress(CONTENT)
FAULTS = {
    "missing": ("images", None, "is missing; download the data set again."),
    "missing, compressed": ("images.gz", None, "is missing; download the data set again."),
    "empty": ("images", b"", f"is empty; {DOWNLOAD_AGAIN}."),
    "empty, compressed": ("images.gz", b"", "is empty;"),
    "empty inside": ("images.gz", gzip.compress(b""), "it begins with the bytes (none)"),
    "not gzip": ("images.gz", CONTENT, "is not gzip-compressed, although its name ends in .gz"),
    "gzip unnamed": ("images", PACKED, "although its name lacks the ending .gz; add it."),
    "truncated gzip": ("images.gz", PACKED[:-30], "is cut short: its gzip stream breaks off"),
    "truncated gzip header": ("images.gz", PACKED[:6], "is cut short: its gzip stream breaks off"),
    "wrong CRC": ("images.gz", flipped(PACKED, -7), "fails gzip’s own check (CRC"),
    "wrong gzip length": ("images.gz", flipped(PACKED, -2), "fails gzip’s own check ("),
    "unknown compression": ("images.gz", flipped(PACKED, 2), "fails gzip’s own check ("),
    "gzip, then rubbish": ("images.gz", PACKED + b"rubbish", "fails gzip’s own check ("),
    "broken deflate": (
        "images.gz", PACKED[:10] + b"\xff" * 20 + PACKED[30:], "is damaged: it cannot be unpacked",
    ),
    "a web page": ("images", b"<html>Log in", "is not an IDX file: it begins with the bytes 3c 68"),
    "not bytes": ("images", b"\0\0\x0d\3" + CONTENT[4:], "its type code is 13, not 8"),
    "cut in the header": ("images", CONTENT[:9], "is cut short: it ends within its header"),
    "too few values": ("images", CONTENT[:-5], "is cut short: it holds 220 of 225 values"),
    "too many values": ("images", CONTENT + b"!", "wrong size: it goes on after its 225 values"),
    "too many, compressed": ("images.gz", gzip.compress(CONTENT + b"!"), "wrong size: it goes on"),
    "wrong dimensions": (
        "images", encode_idx(VALUES[:8]), "the wrong dimensions: 8 × 5 × 5 instead of 9 × 5 × 5",
    ),
    "no dimensions": ("images", b"\0\0\x08\0x", "wrong dimensions: (none) instead of 9 × 5 × 5"),
    "immense dimensions": (
        "images", b"\0\0\x08\3" + struct.pack(">3I", *[2**32 - 1] * 3), "has the wrong dimensions",
    ),
    "wrong content": ("images", flipped(CONTENT, 100), "not have the published SHA-256 digest"),
    "wrong content, compressed": (
        "images.gz", gzip.compress(flipped(CONTENT, 100)), "not have the published SHA-256 digest",
    ),
}


@pytest.mark.parametrize(("name", "content", "says"), FAULTS.values(), ids=FAULTS)
def test_every_fault_is_named(tmp_path, name, content, says):
    assert says in faulty(tmp_path / name, content)


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_a_folder_of_that_name_is_named(tmp_path, name):
    (tmp_path / name).mkdir()
    assert "is a folder, not a file; move it away" in faulty(tmp_path / name, None)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (PermissionError(13, "Permission denied"), "may not be read; give yourself the right"),
        (OSError(5, "Input/output error"), "cannot be read (Input/output error); check the disk"),
    ],
)
def test_a_refusal_of_the_system_is_named(tmp_path, monkeypatch, error, says):
    def refuse(*_, **__):
        raise error

    (tmp_path / "images").write_bytes(CONTENT)
    monkeypatch.setattr(Path, "open", refuse)
    assert says in faulty(tmp_path / "images", None)


def test_a_mislabelled_file_is_told_what_it_really_is(tmp_path, toys):
    fashion, digits = toys["fashion_mnist"], toys["mnist"]
    wanted = fashion.dataset.files.training_images
    others = {
        "MNIST’s train-images-idx3-ubyte": digits.full["train-images-idx3-ubyte"],
        "FashionMNIST’s t10k-images-idx3-ubyte": fashion.full["t10k-images-idx3-ubyte"],
        "MNIST’s train-labels-idx1-ubyte": digits.full["train-labels-idx1-ubyte"],
        "train-images-idx3-ubyte of the bundled FashionMNIST sample":
            fashion.sample["train-images-idx3-ubyte"],
    }
    for real, content in others.items():
        path = tmp_path / wanted.name
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            read_idx(path, wanted)
        assert f"is really {real}, not FashionMNIST’s train-images-idx3-ubyte;" in str(caught.value)


def test_the_remedy_can_be_given(tmp_path):
    (tmp_path / "images").touch()
    with pytest.raises(DataError, match=r"is empty; reinstall Chalknet\."):
        read_idx(tmp_path / "images", EXPECTED, "reinstall Chalknet")


def test_unpacking_holds_one_copy(tmp_path):
    values = np.random.default_rng(1).integers(0, 4, (10_000, 28, 28), dtype=np.uint8)
    content = encode_idx(values)
    expected = ImageFile("images", values.shape, hashlib.sha256(content).hexdigest())
    (tmp_path / "images.gz").write_bytes(gzip.compress(content, 1))
    tracemalloc.start()
    read_idx(tmp_path / "images.gz", expected)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * values.nbytes


damage = st.tuples(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4),
    st.integers(0, 40),
    st.binary(max_size=20),
)


@pytest.mark.parametrize("name", ["images", "images.gz"])
@settings(max_examples=300, deadline=None)
@given(damage=damage)
def test_damage_gives_a_data_error_and_never_a_wrong_array(name, damage):
    replacements, cut, appended = damage
    intact = gzip.compress(CONTENT, mtime=0) if name.endswith(".gz") else CONTENT
    damaged = bytearray(intact)
    for position, byte in replacements:
        damaged[position % len(damaged)] = byte
    damaged = bytes(damaged[: len(damaged) - cut]) + appended
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(damaged)
        try:
            values = read_idx(path, EXPECTED)
        except DataError:
            values = None
    if damaged == intact or values is not None:
        # Some bytes of gzip's header, such as its time stamp, mean nothing to the content.
        assert damaged == intact or name.endswith(".gz")
        np.testing.assert_array_equal(values, VALUES)
