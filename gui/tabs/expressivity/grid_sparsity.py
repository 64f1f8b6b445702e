"""Scene 4, fourth page: how few cells N points can fill, measured for d = 1, 2, … in a job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from engine.data.images import load_images
from engine.expressivity.grid_spec import PointSource, SparsitySpec
from engine.expressivity.sparsity import Sparsity, expected_share, measure_sparsity
from engine.words import grouped
from gui.job import Job, JobState
from gui.tabs.expressivity.grid_cost import readable
from gui.widgets.card import Card
from gui.widgets.function_plot import FunctionPlot, Mark
from gui.widgets.scales import number_text, percent_text, power_text
from gui.widgets.wrapped_label import WrappedLabel

DRAIN_MS = 50
#: Measuring begins when the hand has come to rest.
START_AFTER_MS = 150
#: Shares below that are not told apart from it on the plot.
SMALLEST = 1e-300
#: So many dimensions are still dots on the curve.
MOST_DOTS = 40
#: The axis reaches at least so far: what comes next has its place already.
LEAST_DIMENSIONS = 8


def measured(spec: SparsitySpec, data_dir: Path | None) -> Iterator[Sparsity]:
    """The work of the job; images are loaded in its thread."""
    images = None
    if spec.source is not PointSource.UNIFORM:
        images = load_images(spec.data.value, data_dir).training_images
    yield from measure_sparsity(spec, images)


def share_text(share: float, log10_share: float) -> str:
    """A share as per cent, or as a power of ten where it is small."""
    return percent_text(share, 2) if share >= 1e-3 else power_text(round(log10_share, 1))


class SparsityNumbers(QWidget):
    """The numbers at the last d that is measured."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        self.values: dict[str, QLabel] = {}
        for row, (key, name) in enumerate((
            ("dimension", self.tr("dimensions d")), ("cells", self.tr("cells kᵈ")),
            ("points", self.tr("points N")), ("occupied", self.tr("occupied cells")),
            ("share", self.tr("share occupied")), ("expected", self.tr("if uniform")),
            ("per_cell", self.tr("points per cell")),
            ("per_occupied", self.tr("per occupied cell")),
        )):
            label, value = QLabel(name), QLabel("–")
            label.setProperty("role", "muted")
            value.setProperty("tone", {"share": "train", "per_cell": "error"}.get(key, ""))
            value.setProperty("role", "huge" if key == "share" else "")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setAccessibleName(name)
            label.setBuddy(value)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
            self.values[key] = value
        grid.setRowStretch(grid.rowCount(), 1)

    def show_point(self, point: Sparsity | None) -> None:
        """One dimension's numbers; none yet are dashes."""
        texts = dict.fromkeys(self.values, "–") if point is None else {
            "dimension": str(point.dimension),
            "cells": readable(point.cells),
            "points": grouped(point.points),
            "occupied": grouped(point.occupied),
            "share": share_text(point.occupied_share, point.log10_occupied_share),
            "expected": share_text(point.expected, point.log10_expected),
            "per_cell": number_text(point.points_per_cell) if point.points_per_cell > SMALLEST
            else power_text(round(_log10_per_cell(point))),
            "per_occupied": number_text(point.points_per_occupied_cell),
        }
        for key, text in texts.items():
            self.values[key].setText(text)


class SparsityView(QWidget):
    """Share of occupied cells and points per cell against d, growing as the job measures.

    The job starts when the page is shown, begins anew when the spec changes, and ends with `stop`.
    """

    advanced = Signal()

    def __init__(self, data_dir: Path | None) -> None:
        super().__init__()
        self.data_dir = data_dir
        self.spec: SparsitySpec | None = None
        self.points: list[Sparsity] = []
        self.problem = ""
        self.job: Job | None = None
        self._retired: list[Job] = []
        self._start_timer = QTimer(self, interval=START_AFTER_MS, singleShot=True)
        self._start_timer.timeout.connect(self._start)
        self._drain_timer = QTimer(self, interval=DRAIN_MS)
        self._drain_timer.timeout.connect(self._drain)
        caption = self.tr("dimensions d")
        self.share = FunctionPlot(self.tr("Share of the cells that hold a point"), caption)
        self.crowd = FunctionPlot(self.tr("Points in a cell, on average"), caption)
        self.numbers = SparsityNumbers()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Dimensions measured"))
        self.status = WrappedLabel(role="muted")
        self._lay_out()

    def _lay_out(self) -> None:
        share_card, crowd_card = Card(), Card()
        share_card.body.addWidget(self.share)
        crowd_card.body.addWidget(self.crowd)
        self.number_card = Card(self.tr("Now"))
        self.number_card.body.addWidget(self.numbers, 1)
        self.number_card.body.addWidget(self.status)
        self.number_card.body.addWidget(self.progress)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(share_card, 3)
        left.addWidget(crowd_card, 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 5)
        row.addWidget(self.number_card, 2)

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: SparsitySpec) -> None:
        """Measure a spec, unless that is what is measured already."""
        if spec == self.spec:
            return
        self._retire()
        self.spec = spec
        self.points, self.problem = [], ""
        self._show_ranges(spec)
        self._show_points()
        self._start_timer.start()

    def _show_ranges(self, spec: SparsitySpec) -> None:
        """The axes hold everything that will come: N cells at most are occupied, of k^d."""
        last = max(spec.dimension, LEAST_DIMENSIONS)
        decades = spec.dimension * float(np.log10(spec.cells_per_axis))
        lowest = float(np.log10(spec.points)) - decades
        for plot, low, high in (
            (self.share, min(lowest - 0.5, -1), 0.3),
            (self.crowd, min(lowest - 0.5, -1), float(np.log10(spec.points)) + 0.5),
        ):
            plot.set_x_range(1, last, log=last > 2 * MOST_DOTS)
            plot.set_y_range(10.0 ** max(low, -300), 10.0**high, log=True)
        # Measured first, so that the expectation lies on top of it.
        nothing = np.empty(0)
        self.share.set_curve("measured", nothing, nothing, "blue", label=self.tr("measured"))
        d = np.arange(1, spec.dimension + 1)
        shares = [expected_share(spec.points, spec.cells_per_axis, int(n)) for n in d]
        is_uniform = spec.source is PointSource.UNIFORM
        self.share.set_curve(
            "expected", d, _shown(shares), "ink", dashed=True,
            label=self.tr("expected") if is_uniform else self.tr("if uniform"),
        )

    def _show_points(self) -> None:
        d = np.array([point.dimension for point in self.points])
        shares = _shown([point.occupied_share for point in self.points])
        self.share.set_curve("measured", d, shares, "blue", label=self.tr("measured"))
        self.crowd.set_curve(
            "cell", d, _shown([point.points_per_cell for point in self.points]), "vermilion",
            label=self.tr("all cells"), width=1.5,
        )
        occupied = _shown([point.points_per_occupied_cell for point in self.points])
        self.crowd.set_curve(
            "occupied", d, occupied, "blue", label=self.tr("occupied"), width=1.5,
        )
        # A single point is no line; of many, the line is enough.
        for plot, values in ((self.share, shares), (self.crowd, occupied)):
            dots = zip(d.tolist(), values.tolist(), strict=True) if len(d) <= MOST_DOTS else ()
            plot.set_marks([Mark(x, y) for x, y in dots])
        self.numbers.show_point(self.points[-1] if self.points else None)
        assert self.spec is not None
        self.progress.setMaximum(self.spec.dimension)
        self.progress.setValue(len(self.points))
        self._show_status()

    def _show_status(self) -> None:
        assert self.spec is not None
        done, count = len(self.points), self.spec.dimension
        half = next((p.dimension for p in self.points if p.occupied_share < 0.5), None)
        if self.problem:
            text = self.problem
        elif done < count:
            text = self.tr("measuring d = {next} of {all}").format(next=done + 1, all=count)
        elif half is None:
            text = self.tr("Up to here more than half of the cells hold a point.")
        else:
            text = self.tr("From d = {d} on most cells are empty.").format(d=half)
        role = "problem" if self.problem else "muted"
        if self.status.property("role") != role:
            self.status.setProperty("role", role)
            self.status.style().polish(self.status)
        self.status.setText(text)

    @property
    def is_measuring(self) -> bool:
        """Whether more points will come."""
        return self._start_timer.isActive() or self._drain_timer.isActive()

    # --- the job --------------------------------------------------------------------------------

    def _start(self) -> None:
        spec, data_dir = self.spec, self.data_dir
        assert spec is not None
        self.job = Job(lambda: measured(spec, data_dir))
        self._drain_timer.start()
        self.job.start()

    def _drain(self) -> None:
        job = self.job
        self._retired = [old for old in self._retired if not old.isFinished()]
        if job is None:
            return
        is_over = job.isFinished()  # asked first: whatever it put in before is then drained
        items, _ = job.mailbox.drain()
        self.points += [item for item in items if isinstance(item, Sparsity)]
        if is_over:
            self._drain_timer.stop()
            self.problem = job.error if job.state is JobState.FAILED else ""
        if items or is_over:
            self._show_points()
            self.advanced.emit()

    def _retire(self) -> None:
        """Let a job that is out of date end by itself; its results are dropped."""
        self._start_timer.stop()
        self._drain_timer.stop()
        if self.job is not None and not self.job.isFinished():
            self.job.cancel()
            self._retired.append(self.job)
        self.job = None

    def stop(self) -> None:
        """Cancel what runs and wait for it; the next `show_spec` measures again."""
        self._retire()
        for job in self._retired:
            job.stop_and_wait()
        self._retired = [job for job in self._retired if not job.isFinished()]
        self.spec = None


def _shown(values: Sequence[float]) -> np.ndarray:
    """Values for a log axis: 0, which stands for less than a float holds, is not shown."""
    array = np.array(values, dtype=np.float64)
    return np.where(array >= SMALLEST, array, np.nan)


def _log10_per_cell(point: Sparsity) -> float:
    return point.log10_occupied_share + float(np.log10(point.points / point.occupied))
