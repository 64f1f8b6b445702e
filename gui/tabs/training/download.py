"""Offers the full data set where only the sample is there, and fetches it in a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.job import Job, JobState
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from engine.data.catalogue import Dataset
    from engine.data.download import Progress

MEGABYTE = 1e6


def _download(key: str) -> Iterator[Progress]:
    """Imported only here, because it brings Python's HTTP client with it."""
    from engine.data import download

    return download.download(key)


class DownloadBar(QWidget):
    """A button that becomes a progress bar with speed and a way to cancel."""

    downloaded = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._dataset: Dataset | None = None
        self.job: Job | None = None
        self.button = QPushButton()
        self.button.setToolTip(
            self.tr("Fetch all images into your data folder; the next run uses them.")
        )
        self.button.clicked.connect(self._on_clicked)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.hide()
        self.status = WrappedLabel()
        self.status.hide()
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.status)
        self._timer = QTimer(self, interval=100)
        self._timer.timeout.connect(self._drain)

    def offer(self, dataset: Dataset | None) -> None:
        """Offer to fetch a data set; None offers nothing."""
        if self.job is not None:
            return
        self._dataset = dataset
        self.setVisible(dataset is not None)
        if dataset is not None:
            self._show_button()

    def _show_button(self) -> None:
        assert self._dataset is not None
        self.button.setText(
            self.tr("Download all images ({size:.0f} MB)").format(
                size=self._dataset.download_bytes / MEGABYTE
            )
        )

    def _on_clicked(self) -> None:
        if self.job is not None:
            self.job.cancel()
            return
        assert self._dataset is not None
        key = self._dataset.key
        self.job = Job(lambda: _download(key))
        self.job.finished.connect(self._on_over)
        self.button.setText(self.tr("Cancel"))
        self._say(self.tr("Connecting …"), "")
        self.bar.setValue(0)
        self.bar.show()
        self._timer.start()
        self.job.start()

    def _drain(self) -> None:
        if self.job is None:
            return
        items, _ = self.job.mailbox.drain()
        if items:
            latest = cast("Progress", items[-1])
            self.bar.setValue(round(1000 * latest.received_bytes / max(latest.total_bytes, 1)))
            self._say(
                self.tr("{file}: {received:.1f} of {total:.1f} MB, {speed:.1f} MB/s").format(
                    file=latest.file,
                    received=latest.received_bytes / MEGABYTE,
                    total=latest.total_bytes / MEGABYTE,
                    speed=latest.bytes_per_second / MEGABYTE,
                ),
                "",
            )

    def _on_over(self) -> None:
        job, self.job = self.job, None
        self._timer.stop()
        self.bar.hide()
        self._show_button()
        if job is None:
            return
        job.wait()
        if job.state is JobState.FINISHED:
            self._say(self.tr("Downloaded and verified; the next run uses it."), "")
            self.downloaded.emit()
        elif job.state is JobState.CANCELLED:
            self._say(self.tr("Cancelled; nothing was kept."), "")
        else:
            self._say(job.error, "problem")

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self.status.setProperty("role", role or "muted")
        self.status.style().polish(self.status)

    def stop(self) -> None:
        """Cancel and wait, when the window closes."""
        self._timer.stop()
        if self.job is not None:
            self.job.stop_and_wait()
