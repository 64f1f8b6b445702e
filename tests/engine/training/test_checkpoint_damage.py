"""Damaged checkpoints of every kind are refused in one sentence, and nothing else happens."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors
import safetensors.torch
import torch
from checkpoints import refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.training import checkpoint
from engine.training.checkpoint import load_checkpoint

#: An intact file would find its images and load.
pytestmark = pytest.mark.usefixtures("found")

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@many
@given(share=st.floats(0, 1, exclude_max=True))
def test_truncated(raw: bytes, tmp_path: Path, share: float):
    path = tmp_path / "run.safetensors"
    path.write_bytes(raw[: int(share * len(raw))])
    refusal(path)


@many
@given(place=st.floats(0, 1, exclude_max=True), in_header=st.booleans(), bit=st.integers(0, 7))
def test_one_flipped_bit(
    raw: bytes, tmp_path: Path, place: float, in_header: bool, bit: int
):
    """Anywhere: also in a weight, where the file's format would not notice."""
    header = 8 + struct.unpack("<Q", raw[:8])[0]
    damaged = bytearray(raw)
    damaged[int(place * (header if in_header else len(raw)))] ^= 1 << bit
    path = tmp_path / "run.safetensors"
    path.write_bytes(damaged)
    refusal(path)


@many
@given(data=st.binary(max_size=200))
def test_any_other_bytes(tmp_path: Path, data: bytes):
    path = tmp_path / "run.safetensors"
    for content in (data, struct.pack("<Q", len(data)) + data):
        path.write_bytes(content)
        refusal(path)


@pytest.mark.parametrize("extra", [b"x", b"\0" * 4096])
def test_bytes_behind_the_end(raw: bytes, tmp_path: Path, extra: bytes):
    path = tmp_path / "run.safetensors"
    path.write_bytes(raw + extra)
    refusal(path)


def with_header(header: str) -> bytes:
    return struct.pack("<Q", len(header.encode())) + header.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 a zip",
        with_header("{}"),
        with_header("[]"),
        with_header("null"),
        with_header('{"__metadata__": 5}'),
        with_header('{"__metadata__": {"format": 5}}'),
        with_header('{"__metadata__": {"format": "pt"}}'),
        with_header('{"__metadata__": {"format": "chalknet training 1"}}'),
        with_header('{"__metadata__": {"format": "chalknet training 99"}}'),
        with_header('{"a":' * 50_000),
        struct.pack("<Q", 2**63) + b"{}",
    ],
)
def test_rubbish(tmp_path: Path, content: bytes):
    path = tmp_path / "run.safetensors"
    path.write_bytes(content)
    refusal(path)


def test_a_file_of_another_program(tmp_path: Path):
    path = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"weight": torch.zeros(3)}, path, {"format": "pt"})
    assert refusal(path) == "other.safetensors was not written by Chalknet; choose another file."


def test_a_file_of_another_version(tmp_path: Path):
    path = tmp_path / "old.safetensors"
    safetensors.torch.save_file({}, path, {"format": "chalknet training 0"})
    assert "it says “chalknet training 0”, expected “chalknet training 1”" in refusal(path)


def test_a_folder_and_nothing(tmp_path: Path):
    assert "is a folder; choose a file in it" in refusal(tmp_path)
    assert "There is no file" in refusal(tmp_path / "absent.safetensors")
    (tmp_path / "file").touch()
    refusal(tmp_path / "file" / "below.safetensors")


Parts = tuple[dict[str, torch.Tensor], dict[str, str]]


def drop(name: str) -> Callable[[Parts], object]:
    return lambda parts: (parts[0] if name in parts[0] else parts[1]).pop(name)


def set_tensor(name: str, value: torch.Tensor) -> Callable[[Parts], object]:
    return lambda parts: parts[0].update({name: value})


def set_text(name: str, text: str) -> Callable[[Parts], object]:
    return lambda parts: parts[1].update({name: text})


FORGERIES = {
    "no weight": drop("network.linear1.weight"),
    "no running mean": drop("network.norm1.running_mean"),
    "no moment": drop("optimizer.0.exp_avg"),
    "no step of the optimiser": drop("optimizer.2.step"),
    "no dropout stream": drop("stream.dropout"),
    "no order": drop("stream.epoch_shuffle"),
    "no losses": drop("history.step_losses"),
    "no recipe": drop("recipe"),
    "no position": drop("position"),
    "no evaluations": drop("evaluations"),
    "a weight of another shape": set_tensor("network.linear1.weight", torch.zeros(3, 3)),
    "a moment of another shape": set_tensor("optimizer.0.exp_avg", torch.zeros(3)),
    "a step with a shape": set_tensor("optimizer.0.step", torch.zeros(3)),
    "losses of another shape": set_tensor("history.step_losses", torch.zeros(7, 2)),
    "too many losses": set_tensor("history.step_losses", torch.zeros(9)),
    "a stream of another size": set_tensor("stream.dropout", torch.zeros(9, dtype=torch.uint8)),
    "a stream of another type": set_tensor("stream.augmentation", torch.zeros(5056)),
    "an order of another size": set_tensor("stream.epoch_shuffle", torch.zeros(9)),
    "a position that is no JSON": set_text("position", "{"),
    "a position without a step": set_text("position", "{}"),
    "a position of text": set_text(
        "position", '{"step": "x", "seconds": 1, "data": "sample", "diverged": ""}'
    ),
    "a position beyond the end": set_text(
        "position", '{"step": 999, "seconds": 1, "data": "sample", "diverged": ""}'
    ),
    "evaluations that are none": set_text("evaluations", '[{"step": 1}]'),
    "a recipe that is no JSON": set_text("recipe", "{"),
    "a recipe out of bounds": set_text("recipe", '{"epochs": 0}'),
    "the recipe of another network": set_text("recipe", '{"epochs": 3}'),
}


def forge(raw: bytes, path: Path, change: Callable[[Parts], object]) -> None:
    """Write a checkpoint whose digest is right and whose content is not."""
    path.write_bytes(raw)
    with safetensors.safe_open(path, framework="pt") as file:
        metadata = file.metadata()
    tensors = safetensors.torch.load_file(path)
    change((tensors, metadata))
    metadata["sha256"] = checkpoint._digest(tensors, metadata)
    safetensors.torch.save_file(tensors, path, metadata)


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
def test_content_that_does_not_fit_together(
    raw: bytes, tmp_path: Path, change: Callable[[Parts], object]
):
    path = tmp_path / "run.safetensors"
    forge(raw, path, change)
    text = refusal(path)
    assert "digest" not in text
    assert "cannot be read as a training run, because " in text


def test_the_forger_can_also_do_it_right(raw: bytes, tmp_path: Path):
    path = tmp_path / "run.safetensors"
    forge(raw, path, lambda parts: parts[0]["network.linear1.weight"].zero_())
    assert not load_checkpoint(path).network[0].weight.any()
    path.write_bytes(raw)
    assert load_checkpoint(path).network[0].weight.any()
