"""A download ends with verified files in place, or with a sentence and nothing left behind."""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError

import pytest

from engine.data import download as download_module
from engine.data.download import TEMPORARY_PREFIX, download
from engine.data.images import load_images
from engine.data.torchvision_ops import import_torchvision
from engine.errors import DataError


class Mirror(ThreadingHTTPServer):
    """A server on this machine that serves `files`, and misbehaves as `mode` says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.mode = "good"
        self.released = threading.Event()
        self.served = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_) -> None:
        """Clients hang up on purpose here."""


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        mode, content = self.server.mode, self.server.files[self.path.strip("/")]
        if mode.isdigit():
            self.send_error(int(mode))
            return
        if mode == "nonsense":
            self.wfile.write(b"what?\r\n\r\n")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if mode == "damaged":
            content = content[:100] + b"????" + content[104:]
        elif mode == "cut":
            content = content[: len(content) // 2]
        elif mode == "silent":
            self.wfile.write(content[:40_000])
            self.server.released.wait(20)
        elif mode == "slow":
            for start in range(0, len(content), 8_000):
                self.wfile.write(content[start : start + 8_000])
                self.server.released.wait(0.05)
            return
        self.wfile.write(content)
        self.server.served += 1

    def log_message(self, *_) -> None:
        pass


@pytest.fixture(scope="module")
def torchvision():
    return import_torchvision()


@pytest.fixture
def mirror(toy, torchvision, monkeypatch):
    """torchvision's FashionMNIST as published by a server on this machine."""
    server = Mirror()
    server.files = {f"{name}.gz": gzip.compress(c, 1) for name, c in toy.full.items()}
    published = torchvision.datasets.FashionMNIST
    checksums = [(name, hashlib.md5(c).hexdigest()) for name, c in server.files.items()]
    monkeypatch.setattr(published, "mirrors", [server.url])
    monkeypatch.setattr(published, "resources", checksums)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def left_in(folder):
    """All files and temporary folders, after our thread has had the time to end."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        found = [p for p in folder.rglob("*") if p.is_file() or p.name.startswith(TEMPORARY_PREFIX)]
        if not found:
            break
        time.sleep(0.01)
    return found


def failure(folder) -> str:
    """The sentence that a failing download ends with; nothing may stay behind."""
    with pytest.raises(DataError) as caught:
        list(download("fashion_mnist", folder))
    assert left_in(folder) == []
    sentence = str(caught.value)
    assert sentence.startswith("FashionMNIST was not downloaded, because ")
    assert sentence.endswith(".")
    return sentence


def test_a_download_puts_verified_files_in_place(toy, mirror, tmp_path, capfd):
    assert load_images("fashion_mnist").source.kind == "sample"
    reports = list(download("fashion_mnist", tmp_path / "user"))
    assert reports[-1].received_bytes == reports[-1].total_bytes == toy.dataset.download_bytes
    raw = tmp_path / "user" / "FashionMNIST" / "raw"
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == mirror.files
    assert [path.name for path in (tmp_path / "user").iterdir()] == ["FashionMNIST"]
    # The cache was cleared: the next look finds the files.
    images = load_images("fashion_mnist")
    assert images.describe() == "FashionMNIST, 200 + 60"
    assert images.source.origin == "your data folder"
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("mirror")
def test_the_default_is_your_data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "user_data_folder", lambda: tmp_path / "mine")
    list(download("fashion_mnist"))
    assert len(list((tmp_path / "mine" / "FashionMNIST" / "raw").iterdir())) == 4


def test_progress_grows_and_has_a_speed(mirror, tmp_path):
    mirror.mode = "slow"
    reports = list(download("fashion_mnist", tmp_path / "new"))
    received = [report.received_bytes for report in reports]
    assert received == sorted(received)
    assert len(set(received)) > 3
    assert {report.file for report in reports} >= {"train-images-idx3-ubyte"}
    assert max(report.bytes_per_second for report in reports) > 10_000


@pytest.mark.parametrize("mode", ["slow", "silent"])
def test_cancel_acts_within_200_ms_and_leaves_nothing(mirror, tmp_path, mode):
    mirror.mode = mode
    transfer = download("fashion_mnist", tmp_path / "new")
    while next(transfer).received_bytes == 0:
        pass
    assert list((tmp_path / "new").rglob("*.gz"))
    started = time.perf_counter()
    transfer.close()
    assert time.perf_counter() - started < 0.2
    assert left_in(tmp_path / "new") == []
    mirror.released.set()
    time.sleep(0.1)  # the thread, if it was still reading, wakes up now
    assert left_in(tmp_path / "new") == []


def test_cancel_stops_the_transfer_itself(mirror, tmp_path):
    mirror.mode = "slow"
    transfer = download("fashion_mnist", tmp_path / "new")
    while next(transfer).received_bytes == 0:
        pass
    transfer.close()
    deadline = time.monotonic() + 0.4  # the rest of this file alone would take longer
    while time.monotonic() < deadline and is_downloading():
        time.sleep(0.01)
    assert not is_downloading()


def is_downloading() -> bool:
    return any(thread.name == "download of FashionMNIST" for thread in threading.enumerate())


def test_each_report_comes_soon_even_from_a_silent_server(mirror, tmp_path):
    mirror.mode = "silent"
    transfer = download("fashion_mnist", tmp_path / "new")
    for _ in range(6):
        started = time.perf_counter()
        next(transfer)
        assert time.perf_counter() - started < 0.2
    transfer.close()


@pytest.mark.usefixtures("toy")
def test_closing_before_the_first_report_does_nothing(tmp_path):
    download("fashion_mnist", tmp_path / "new").close()
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("damaged", "train-images-idx3-ubyte.gz arrived damaged; try again."),
        ("cut", "train-images-idx3-ubyte.gz arrived damaged; try again."),
        ("404", "the server answered “404 Not Found”; try again later."),
        ("503", "the server answered “503 Service Unavailable”; try again later."),
        ("nonsense", "the server’s answer cannot be understood; try again later."),
    ],
)
def test_a_misbehaving_server_is_named(mirror, tmp_path, mode, says):
    mirror.mode = mode
    assert says in failure(tmp_path / "new")


def test_a_server_that_falls_silent_is_given_up(mirror, tmp_path, monkeypatch):
    mirror.mode = "silent"
    monkeypatch.setattr(download_module, "STALLED_AFTER_S", 0.3)
    assert "the server has been silent for 0.3 s; check the network" in failure(tmp_path / "new")


def test_no_network_is_named(mirror, tmp_path, torchvision, monkeypatch):
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", ["http://127.0.0.1:9/"])
    sentence = failure(tmp_path / "new")
    assert "the server cannot be reached (" in sentence
    assert sentence.endswith("check the network connection and try again.")
    assert mirror.served == 0


def test_the_next_mirror_stands_in(mirror, tmp_path, torchvision, monkeypatch):
    monkeypatch.setattr(
        torchvision.datasets.FashionMNIST, "mirrors", ["http://127.0.0.1:9/", mirror.url]
    )
    list(download("fashion_mnist", tmp_path / "new"))
    assert mirror.served >= 4


def test_a_published_file_that_is_not_the_catalogued_one_is_refused(toy, mirror, tmp_path):
    name = "t10k-labels-idx1-ubyte"
    changed = gzip.compress(toy.full[name][:-1] + b"\x0b")
    mirror.files[f"{name}.gz"] = changed
    published = import_torchvision().datasets.FashionMNIST
    published.resources[-1] = (f"{name}.gz", hashlib.md5(changed).hexdigest())
    with pytest.raises(DataError, match="SHA-256 digest; the publisher’s file has changed"):
        list(download("fashion_mnist", tmp_path / "new"))
    assert left_in(tmp_path / "new") == []


@pytest.mark.usefixtures("mirror")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_full_disk_is_named(tmp_path, torchvision, monkeypatch, scheme):
    def write_some(url, filename):
        if scheme == "https" and url.startswith("http:"):
            raise URLError("torchvision tries again without https, and there is no such server")
        Path(filename).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    utils = torchvision.datasets.utils
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", [f"{scheme}://mirror/"])
    monkeypatch.setattr(utils, "_get_redirect_url", lambda url, **_: url)
    monkeypatch.setattr(utils, "_urlretrieve", write_some)
    assert "because the disk is full; free 0 MB for" in failure(tmp_path / "new")


@pytest.mark.usefixtures("mirror")
def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot be written .*; choose another folder"):
        list(download("fashion_mnist", tmp_path / "file" / "new"))
    assert [path.name for path in tmp_path.iterdir() if path.name != "bundled"] == ["file"]


@pytest.mark.usefixtures("toy")
def test_a_torchvision_that_cannot_be_imported_is_named(tmp_path, monkeypatch):
    def fail():
        raise ImportError("no such module")

    monkeypatch.setattr(download_module, "import_torchvision", fail)
    assert "torchvision cannot be imported (no such module); install" in failure(tmp_path / "new")


def test_an_unexpected_error_is_not_swallowed(mirror, tmp_path, torchvision, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(torchvision.datasets.utils, "download_url", break_down)
    with pytest.raises(ZeroDivisionError, match="a mistake of ours"):
        list(download("fashion_mnist", tmp_path / "new"))
    assert left_in(tmp_path / "new") == []
    assert mirror.served == 0


def test_a_download_repairs_broken_files_and_keeps_the_rest(toy, mirror, tmp_path):
    raw = toy.write_full(tmp_path / "user" / "FashionMNIST" / "raw", compressed=False)
    (raw / "train-images-idx3-ubyte").write_bytes(b"broken")
    (raw / "notes.txt").write_text("mine")
    list(download("fashion_mnist", tmp_path / "user"))
    assert {path.name for path in raw.iterdir()} == {*mirror.files, "notes.txt"}
    assert load_images("fashion_mnist").problems == ()


def test_a_failed_download_keeps_what_was_there(toy, mirror, tmp_path):
    raw = toy.write_full(tmp_path / "user" / "FashionMNIST" / "raw")
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    mirror.mode = "damaged"
    with pytest.raises(DataError):
        list(download("fashion_mnist", tmp_path / "user"))
    assert {path.name: path.read_bytes() for path in raw.iterdir()} == before


@pytest.mark.usefixtures("mirror")
def test_what_a_killed_download_left_is_removed_later(tmp_path):
    old, young = (tmp_path / "new" / f"{TEMPORARY_PREFIX}{age}" for age in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "half.gz").touch()
    two_days_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    list(download("fashion_mnist", tmp_path / "new"))
    assert not old.exists()
    assert young.exists()


def test_an_unknown_data_set_is_an_error(tmp_path):
    with pytest.raises(DataError, match="no data set “cifar”"):
        next(download("cifar", tmp_path))


def test_other_users_of_torchvision_keep_their_progress_bar(mirror, tmp_path, torchvision):
    list(download("fashion_mnist", tmp_path / "new"))
    bar = torchvision.datasets.utils.tqdm(total=1)
    assert not isinstance(bar, download_module._Meter)
    assert mirror.served >= 4
