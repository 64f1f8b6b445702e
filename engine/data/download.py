"""Downloading a data set through torchvision, with progress, cancel, and no half-written files.

torchvision knows the publishers' mirrors and checksums and how to fetch from them, but it can be
neither watched nor stopped. So it runs in a thread, into a temporary folder, and what it takes for
its text progress bar is our meter, which counts the bytes and raises where they are not wanted any
more. Only when all four files are verified are they moved to where they are looked for.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from urllib.error import HTTPError, URLError

from engine.data.catalogue import Dataset, ImageFile, find_dataset
from engine.data.idx import read_idx
from engine.data.images import clear_cache
from engine.data.sources import absolute, user_data_folder
from engine.data.torchvision_ops import import_torchvision
from engine.errors import DataError
from engine.words import grouped, say

REPORT_INTERVAL_S = 0.05
#: How long a cancel waits for the thread to tidy up before it does so in its stead.
PATIENCE_S = 0.1
SPEED_WINDOW_S = 3.0
STALLED_AFTER_S = 30.0
STALE_AFTER_S = 24 * 3600.0
TEMPORARY_PREFIX = ".chalknet-download-"
DISK_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class Progress:
    """How far a download is: `file` is being fetched, the bytes are those of all four files."""

    file: str
    received_bytes: int
    total_bytes: int
    bytes_per_second: float


def download(key: str, folder: Path | None = None) -> Generator[Progress, None, None]:
    """Fetch a data set into `folder/<Name>/raw`, by default below your data folder.

    Yields about twenty times a second; the last yield has `received_bytes == total_bytes`, and
    when the generator ends the files are in place and verified. Closing the generator cancels the
    download within 200 ms. Whatever happens, no half-written file stays behind.

    Raises `DataError` where the key is unknown, the network or the server fails, the content is
    not what was published, or the folder cannot be written.
    """
    transfer = _Transfer(find_dataset(key), absolute(folder) if folder else user_data_folder())
    transfer.start()
    try:
        yield from transfer.watch()
    finally:
        transfer.abandon()
    clear_cache()


class _Abandoned(Exception):
    """The download is not wanted any more."""


class _Transfer(threading.Thread):
    """One download. It is a daemon, so that a silent server cannot keep the program alive."""

    def __init__(self, dataset: Dataset, root: Path) -> None:
        super().__init__(name=f"download of {dataset.name}", daemon=True)
        self.dataset = dataset
        self.root = root
        self.file = dataset.files.training_images.name
        self.received_bytes = 0
        self.staging: Path | None = None
        self.error: BaseException | None = None
        self.abandoned = threading.Event()

    def watch(self) -> Generator[Progress, None, None]:
        """Report until the thread ends; raise what it failed with."""
        window = round(SPEED_WINDOW_S / REPORT_INTERVAL_S)
        history: deque[tuple[float, int]] = deque([(time.monotonic(), 0)], maxlen=window)
        heard_at = time.monotonic()
        while self.is_alive():
            self.join(REPORT_INTERVAL_S)
            now, received = time.monotonic(), self.received_bytes
            if received != history[-1][1]:
                heard_at = now
            elif now - heard_at > STALLED_AFTER_S:
                raise self._failure(
                    say("the server has been silent for {seconds:g} s", seconds=STALLED_AFTER_S)
                )
            history.append((now, received))
            speed = max(received - history[0][1], 0) / max(now - history[0][0], 1e-9)
            yield Progress(self.file, received, self.dataset.download_bytes, speed)
        if self.error is not None:
            raise self.error

    def abandon(self) -> None:
        """Stop, if still running, and leave nothing behind."""
        self.abandoned.set()
        self.join(PATIENCE_S)
        if self.is_alive() and self.staging is not None:
            shutil.rmtree(self.staging, ignore_errors=True)

    def run(self) -> None:
        try:
            self._fetch_and_place()
        except _Abandoned:
            pass
        except OSError as error:
            self.error = self._explain(error)
        except BaseException as error:  # noqa: BLE001  raised again by `watch`
            self.error = error

    def _fetch_and_place(self) -> None:
        torchvision = self._torchvision()
        published = getattr(torchvision.datasets, self.dataset.name)
        utils = torchvision.datasets.utils
        _let_transfers_measure(utils)
        checksums = dict(published.resources)
        self.stop_if_abandoned()
        self.root.mkdir(parents=True, exist_ok=True)
        _remove_stale(self.root)
        with tempfile.TemporaryDirectory(
            prefix=TEMPORARY_PREFIX, dir=self.root, ignore_cleanup_errors=True
        ) as folder:
            staging = self.staging = Path(folder)
            for file in self.dataset.files:
                self._fetch(utils, file, published.mirrors, checksums[f"{file.name}.gz"], staging)
            self._place(staging)

    def _torchvision(self) -> ModuleType:
        try:
            return import_torchvision()
        except (ImportError, OSError, RuntimeError) as error:
            why = say("torchvision cannot be imported ({error})", error=error)
            remedy = say("install torch and torchvision again, together")
            raise self._failure(why, remedy) from error

    def _fetch(
        self, utils: ModuleType, file: ImageFile, mirrors: list[str], md5: str, staging: Path
    ) -> None:
        """Fetch one file from the first mirror that has it, and verify it."""
        self.file = file.name
        name = f"{file.name}.gz"
        received_before = self.received_bytes
        faults: list[Exception] = []
        for mirror in mirrors:
            self.stop_if_abandoned()
            self.received_bytes = received_before
            try:
                utils.download_url(mirror + name, staging, filename=name, md5=md5)
                break
            except (RuntimeError, OSError, HTTPException) as error:
                if _is_disk_full(error):
                    raise
                faults.append(error)
        else:
            raise self._explain(faults[0])
        self.stop_if_abandoned()
        changed = say("the publisher’s file has changed: report this, please")
        read_idx(staging / name, file, changed)

    def _place(self, staging: Path) -> None:
        """Move the verified files to where they are looked for."""
        target = self.root / self.dataset.name / "raw"
        self.stop_if_abandoned()
        target.mkdir(parents=True, exist_ok=True)
        for file in self.dataset.files:
            (staging / f"{file.name}.gz").replace(target / f"{file.name}.gz")
            # An unpacked file of that name holds the same or is broken, and would be read first.
            (target / file.name).unlink(missing_ok=True)

    def stop_if_abandoned(self) -> None:
        if self.abandoned.is_set():
            raise _Abandoned

    def _explain(self, error: Exception) -> DataError:
        if _is_disk_full(error):
            needed = self.dataset.download_bytes / 1e6
            remedy = say("free {megabytes} MB for {folder}", megabytes=grouped(needed, ",.0f"),
                         folder=self.root)
            return self._failure(say("the disk is full"), remedy)
        if isinstance(error, HTTPError):
            why = say("the server answered “{code} {reason}”", code=error.code,
                      reason=error.reason)
            return self._failure(why, say("try again later"))
        if isinstance(error, OSError) and error.filename is not None:
            why = say("{file} cannot be written ({why})", file=error.filename, why=error.strerror)
            return self._failure(why, say("choose another folder or change its permissions"))
        if isinstance(error, OSError):
            return self._failure(say("the server cannot be reached ({why})", why=_reason(error)))
        if isinstance(error, HTTPException):
            return self._failure(
                say("the server’s answer cannot be understood"), say("try again later")
            )
        return self._failure(say("{file}.gz arrived damaged", file=self.file), say("try again"))

    def _failure(self, why: str, remedy: str = "") -> DataError:
        remedy = remedy or say("check the network connection and try again")
        return DataError(
            say("{dataset} was not downloaded, because {why}; {remedy}.",
                dataset=self.dataset.name, why=why, remedy=remedy)
        )


class _Meter:
    """What torchvision takes for its progress bar: it counts bytes and can stop the download."""

    def __init__(self, transfer: _Transfer) -> None:
        self._transfer = transfer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self, received_bytes: int) -> None:
        self._transfer.stop_if_abandoned()
        self._transfer.received_bytes += received_bytes


def _let_transfers_measure(utils: ModuleType) -> None:
    """Give our threads a meter; every other caller of torchvision keeps its text bar.

    That bar writes to stderr, which a windowed program on Windows does not have.
    """
    if not isinstance(utils.tqdm, partial):
        vars(utils)["tqdm"] = partial(_meter_or_bar, utils.tqdm)


def _meter_or_bar(text_bar: Any, *args: Any, **kwargs: Any) -> Any:
    thread = threading.current_thread()
    return _Meter(thread) if isinstance(thread, _Transfer) else text_bar(*args, **kwargs)


def _remove_stale(root: Path) -> None:
    """Remove what a download left that was killed; a young folder may be one in progress."""
    for folder in root.glob(f"{TEMPORARY_PREFIX}*"):
        if time.time() - folder.stat().st_mtime > STALE_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _reason(error: OSError) -> str:
    """The cause in the system's words, which urllib wraps once more."""
    cause = error.reason if isinstance(error, URLError) else error
    return (isinstance(cause, OSError) and cause.strerror) or str(cause)


def _is_disk_full(error: BaseException | None) -> bool:
    """Also where torchvision, taking it for an https failure, has tried again over http."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            return True
        error = error.__context__
    return False
