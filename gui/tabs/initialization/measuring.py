"""Measures what a probe asks for: at once while σ is dragged, thoroughly when the hand rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.data.images import load_images
from engine.errors import ChalknetError
from engine.initialization.live import LiveProbe
from engine.initialization.probe import probe
from engine.initialization.results import Progress, Snapshot
from engine.initialization.spec import ProbeSpec
from gui.latest import Latest

#: Until a full measurement begins after a change, so that a drag starts none.
REST_MS = 160
#: Networks with more weights than these take too long between two frames.
MOST_LIVE_WEIGHTS = 8_000_000


@dataclass(frozen=True)
class _Ready:
    """A live probe, handed over by the job that drew it and used by the window alone since."""

    live: LiveProbe


class Measuring(QObject):
    """The newest snapshot of the newest spec. `changed` follows every snapshot and every ending."""

    changed = Signal()

    def __init__(self, data_dir: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.data_dir = data_dir
        self.snapshot: Snapshot | None = None
        self.progress = 0.0
        self.problem = ""
        self._spec: ProbeSpec | None = None
        self._live: LiveProbe | None = None
        self._latest = Latest(REST_MS, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.ended.connect(self._on_ended)

    @property
    def is_busy(self) -> bool:
        """Whether a measurement is still going on or about to begin."""
        return self._latest.is_busy

    def show_spec(self, spec: ProbeSpec) -> None:
        """Measure this spec, unless that is what is being done."""
        if spec == self._spec:
            return
        self._spec = spec
        self.progress, self.problem = 0.0, ""
        live = self._live
        if live is not None and live.fits(spec):
            try:
                self.snapshot = live.at(spec)
            except ChalknetError as error:
                self.problem = str(error)
            self._latest.ask(lambda: measure(spec, self.data_dir, with_live=False))
        else:
            self._live = None
            self._latest.ask(lambda: measure(spec, self.data_dir, with_live=True))
        self.changed.emit()

    def stop(self) -> None:
        """End what runs."""
        self._latest.stop()

    def _on_arrived(self, items: list[object]) -> None:
        for item in items:
            if isinstance(item, _Ready):
                self._live = item.live
            elif isinstance(item, Snapshot):
                self.snapshot = item
            elif isinstance(item, Progress):
                self.progress = item.done / max(item.total, 1)
        self.changed.emit()

    def _on_ended(self) -> None:
        self.problem = self._latest.problem
        self.progress = 0.0 if self.problem else 1.0
        self.changed.emit()


def measure(spec: ProbeSpec, data_dir: Path | None, *, with_live: bool) -> Iterator[object]:
    """A first quick snapshot where the network is small, then the measurement that was asked for.

    Raises `DataError` where images are missing.
    """
    images = load_images(spec.input.value, data_dir) if spec.input.is_pixels else None
    weights = sum(a * b for a, b in pairwise(spec.layer_widths))
    if with_live and weights <= MOST_LIVE_WEIGHTS:
        live = LiveProbe(spec, images)
        yield live.at(spec)
        yield _Ready(live)
        del live
    yield from probe(spec, images)
