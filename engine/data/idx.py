"""Reading one IDX file, plain or gzip-compressed, and proving that it is the right one.

IDX is the format of MNIST: two zero bytes, a type code (8 for unsigned bytes), the number of
dimensions, each dimension as a big-endian 32-bit number, then the values in row-major order.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engine.data.catalogue import ImageFile, identify, known_shapes
from engine.errors import DataError
from engine.words import grouped, later, say

Bytes = NDArray[np.uint8]

UNSIGNED_BYTE = 8
GZIP_MAGIC = b"\x1f\x8b"
#: Large enough that zlib and hashlib spend their time outside the interpreter lock.
CHUNK_BYTES = 1 << 20
DOWNLOAD_AGAIN = later("delete it and download the data set again")


class _Fault(Exception):
    """What is wrong with a file, and what to do where that differs from the usual remedy."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


def read_idx(path: Path, expected: ImageFile, remedy: str = "") -> Bytes:
    """The values of an IDX file, read-only, shape `expected.shape`.

    A name that ends in .gz is read as gzip. The content is verified against `expected.sha256`,
    chunk by chunk while it is unpacked, so that no second copy is held in memory.

    Raises `DataError` with one sentence: which file, what is wrong with it, and what to do,
    which is `remedy` (by default to download the data set again) unless the fault calls for
    something else.
    """
    try:
        return _read_verified(path, expected)
    except _Fault as fault:
        remedy = fault.remedy or remedy or say(DOWNLOAD_AGAIN)
        raise DataError(
            say("{file} {fault}; {remedy}.", file=path, fault=fault, remedy=remedy)
        ) from None


def encode_idx(values: Bytes) -> bytes:
    """The content of an IDX file that holds these values, header included."""
    header = struct.pack(f">HBB{values.ndim}I", 0, UNSIGNED_BYTE, values.ndim, *values.shape)
    return header + values.tobytes()


def _read_verified(path: Path, expected: ImageFile) -> Bytes:
    digest = hashlib.sha256()
    with _opened(path) as stream:
        shape = _read_shape(stream, digest)
        if shape != expected.shape and shape not in known_shapes():
            raise _wrong_shape(shape, expected.shape)
        values = _read_values(stream, math.prod(shape), digest)
    if digest.hexdigest() != expected.sha256:
        real = identify(digest.hexdigest())
        if real is not None:
            wanted = identify(expected.sha256) or expected.name
            raise _Fault(
                say("is mislabelled: it is really {real}, not {wanted}", real=real, wanted=wanted),
                say("name the folder of the right data set, or put the right file there"),
            )
        if shape != expected.shape:
            raise _wrong_shape(shape, expected.shape)
        raise _Fault(say("is damaged: its content does not have the published SHA-256 digest"))
    values.setflags(write=False)
    return values.reshape(shape)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The unpacked content as a stream; whatever goes wrong while it is read becomes a fault."""
    try:
        if path.is_dir():
            raise _Fault(
                say("is a folder, not a file"), say("move it away and download the data set again")
            )
        with path.open("rb") as raw:
            start = raw.peek(2)[:2]
            if not start:
                raise _Fault(say("is empty"))
            if path.suffix != ".gz":
                yield raw
            elif start == GZIP_MAGIC:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                raise _Fault(say("is not gzip-compressed, although its name ends in .gz"))
    except FileNotFoundError:
        raise _Fault(say("is missing"), say("download the data set again")) from None
    except PermissionError:
        raise _Fault(say("may not be read"), say("give yourself the right to read it")) from None
    except EOFError:
        raise _Fault(say("is cut short: its gzip stream breaks off")) from None
    except gzip.BadGzipFile as error:
        raise _Fault(say("is damaged: it fails gzip’s own check ({error})", error=error)) from None
    except zlib.error as error:
        raise _Fault(say("is damaged: it cannot be unpacked ({error})", error=error)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _Fault(
            say("cannot be read ({reason})", reason=reason), say("check the disk it lies on")
        ) from None


def _read_shape(stream: BinaryIO, digest: hashlib._Hash) -> tuple[int, ...]:
    magic = stream.read(4)
    if magic[:2] == GZIP_MAGIC:
        raise _Fault(
            say("is gzip-compressed, although its name lacks the ending .gz"), say("add it")
        )
    if len(magic) < 4 or magic[:2] != b"\0\0":
        first = magic.hex(" ") or say("(none)")
        raise _Fault(
            say("is not an IDX file: it begins with the bytes {first}", first=first)
        )
    if magic[2] != UNSIGNED_BYTE:
        raise _Fault(say("is not an IDX file of unsigned bytes: its type code is {found}, not 8",
                         found=magic[2]))
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise _Fault(say("is cut short: it ends within its header"))
    digest.update(magic + sizes)
    return struct.unpack(f">{magic[3]}I", sizes)


def _read_values(stream: BinaryIO, count: int, digest: hashlib._Hash) -> Bytes:
    values = np.empty(count, np.uint8)
    view = values.data
    filled = 0
    while filled < count:
        chunk = view[filled : filled + CHUNK_BYTES]
        received = cast(io.BufferedReader, stream).readinto(chunk)
        if not received:
            raise _Fault(say("is cut short: it holds {filled:,} of {count:,} values", filled=filled,
                             count=count))
        digest.update(chunk[:received])
        filled += received
    # Reading past the last value also makes gzip check its CRC.
    if stream.read(1):
        raise _Fault(say("has the wrong size: it goes on after its {count:,} values", count=count))
    return values


def _wrong_shape(found: tuple[int, ...], expected: tuple[int, ...]) -> _Fault:
    return _Fault(say("has the wrong dimensions: {found} instead of {expected}",
                      found=_times(found), expected=_times(expected)))


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(grouped(size) for size in shape) or say("(none)")
