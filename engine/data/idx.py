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

Bytes = NDArray[np.uint8]

UNSIGNED_BYTE = 8
GZIP_MAGIC = b"\x1f\x8b"
#: Large enough that zlib and hashlib spend their time outside the interpreter lock.
CHUNK_BYTES = 1 << 20
DOWNLOAD_AGAIN = "delete it and download the data set again"


class _Fault(Exception):
    """What is wrong with a file, and what to do where that differs from the usual remedy."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


def read_idx(path: Path, expected: ImageFile, remedy: str = DOWNLOAD_AGAIN) -> Bytes:
    """The values of an IDX file, read-only, shape `expected.shape`.

    A name that ends in .gz is read as gzip. The content is verified against `expected.sha256`,
    chunk by chunk while it is unpacked, so that no second copy is held in memory.

    Raises `DataError` with one sentence: which file, what is wrong with it, and what to do,
    which is `remedy` unless the fault calls for something else.
    """
    try:
        return _read_verified(path, expected)
    except _Fault as fault:
        raise DataError(f"{path} {fault}; {fault.remedy or remedy}.") from None


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
                f"is mislabelled: it is really {real}, not {wanted}",
                "name the folder of the right data set, or put the right file there",
            )
        if shape != expected.shape:
            raise _wrong_shape(shape, expected.shape)
        raise _Fault("is damaged: its content does not have the published SHA-256 digest")
    values.setflags(write=False)
    return values.reshape(shape)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The unpacked content as a stream; whatever goes wrong while it is read becomes a fault."""
    try:
        if path.is_dir():
            raise _Fault("is a folder, not a file", "move it away and download the data set again")
        with path.open("rb") as raw:
            start = raw.peek(2)[:2]
            if not start:
                raise _Fault("is empty")
            if path.suffix != ".gz":
                yield raw
            elif start == GZIP_MAGIC:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                raise _Fault("is not gzip-compressed, although its name ends in .gz")
    except FileNotFoundError:
        raise _Fault("is missing", "download the data set again") from None
    except PermissionError:
        raise _Fault("may not be read", "give yourself the right to read it") from None
    except EOFError:
        raise _Fault("is cut short: its gzip stream breaks off") from None
    except gzip.BadGzipFile as error:
        raise _Fault(f"is damaged: it fails gzip’s own check ({error})") from None
    except zlib.error as error:
        raise _Fault(f"is damaged: it cannot be unpacked ({error})") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise _Fault(f"cannot be read ({reason})", "check the disk it lies on") from None


def _read_shape(stream: BinaryIO, digest: hashlib._Hash) -> tuple[int, ...]:
    magic = stream.read(4)
    if magic[:2] == GZIP_MAGIC:
        raise _Fault("is gzip-compressed, although its name lacks the ending .gz", "add it")
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise _Fault(f"is not an IDX file: it begins with the bytes {magic.hex(' ') or '(none)'}")
    if magic[2] != UNSIGNED_BYTE:
        raise _Fault(f"is not an IDX file of unsigned bytes: its type code is {magic[2]}, not 8")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise _Fault("is cut short: it ends within its header")
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
            raise _Fault(f"is cut short: it holds {filled:,} of {count:,} values")
        digest.update(chunk[:received])
        filled += received
    # Reading past the last value also makes gzip check its CRC.
    if stream.read(1):
        raise _Fault(f"has the wrong size: it goes on after its {count:,} values")
    return values


def _wrong_shape(found: tuple[int, ...], expected: tuple[int, ...]) -> _Fault:
    return _Fault(f"has the wrong dimensions: {_times(found)} instead of {_times(expected)}")


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape) or "none"
