"""Scene 4: the shown schemes are trained side by side; loss curves under their variance plots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from engine.initialization.results import Quantity, Statistic
from engine.initialization.spec import ProbeSpec
from engine.initialization.tab_spec import InitializationSpec
from gui.latest import Latest
from gui.scene import TransportState
from gui.tabs.initialization.colors import scheme_tokens
from gui.tabs.initialization.layers_view import Kept, depth_series
from gui.tabs.initialization.measuring import Measuring
from gui.tabs.initialization.scene import SceneView
from gui.theme import look
from gui.widgets.band_plot import BandPlot
from gui.widgets.band_plot_model import BandSeries
from gui.widgets.card import Card
from gui.widgets.scales import percent_text
from gui.widgets.scene_notes import Number, SceneNotes

if TYPE_CHECKING:
    from engine.initialization.compare_training import TrainingEvent

STEPS = 100
#: Guessing among ten classes costs ln 10; what is beyond this is off the plot.
HIGHEST_LOSS = 4.0
#: The least width of a scheme's column.
COLUMN_PX = 200


@dataclass
class Course:
    """How one scheme's training went so far."""

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    accuracy: float | None = None
    explanation: str = ""


class TrainingScene(SceneView):
    """A column for each scheme: its mean squares, and below them its losses."""

    def __init__(self, measuring: Measuring) -> None:
        super().__init__(measuring)
        self.courses: list[Course] = []
        self._trained: ProbeSpec | None = None
        self._shown: tuple[object, ...] = ()
        self._latest = Latest(0, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.ended.connect(self._on_ended)
        self.train = QPushButton(self.tr("Train these"))
        self.train.setProperty("role", "primary")
        self.train.setAccessibleName(self.tr("Train these"))
        self.train.setToolTip(self.tr("Train every scheme for {steps} steps with the same seed and "
                                      "the same order of images.").format(steps=STEPS))
        self.train.clicked.connect(self.play)
        self.columns: list[tuple[Card, BandPlot, BandPlot]] = []
        self._kept: Kept[BandSeries] = Kept()
        self._spread_as = (0, 0)
        head, self._grid = QHBoxLayout(), QGridLayout()
        head.addWidget(self.train)
        head.addStretch(1)
        self._grid.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addLayout(self._grid, 1)

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: InitializationSpec) -> None:
        super().show_spec(spec)
        if self._trained is not None and not _trains_alike(self._trained, spec.probe):
            self._latest.cancel()
            self._trained, self.courses = None, []
        schemes = spec.probe.scheme_list
        while len(self.columns) < len(schemes):
            self._add_column()
        self._spread()
        for index, (card, _, _) in enumerate(self.columns):
            card.setVisible(index < len(schemes))
            if index < len(schemes):
                card.set_title(self.tr(schemes[index].label))
        self._show_losses()
        self.show_snapshot()

    def _spread(self) -> None:
        """As many columns side by side as find room, in as few rows as that takes."""
        count = len(self.spec.probe.schemes)
        most = max(1, self.width() // look().px(COLUMN_PX))
        across = ceil(count / ceil(count / most))
        if (len(self.columns), across) == self._spread_as:
            return
        self._spread_as = (len(self.columns), across)
        for place, (card, _, _) in enumerate(self.columns):
            self._grid.addWidget(card, place // across, place % across)
        for place in range(len(self.columns)):
            self._grid.setColumnStretch(place, 1 if place < across else 0)

    def minimumSizeHint(self) -> QSize:
        """One column is always possible: a width that grew with the columns would make the room
        for them, by scrolling sideways, that is found missing next, and so on for ever.
        """
        shown = [card.minimumSizeHint().width() for card, _, _ in self.columns if card.isVisible()]
        hint = super().minimumSizeHint()
        return QSize(max(shown, default=hint.width()), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _add_column(self) -> None:
        card = Card(" ")
        squares = BandPlot(self.tr("Mean square against depth"), self.tr("layer"))
        losses = BandPlot(self.tr("Training loss"), self.tr("step"), is_log=False)
        squares.setToolTip(self.tr("E[z²] of every layer before the first step; theory dashed."))
        losses.setToolTip(self.tr("Loss of each batch; ln 10 = 2.303 is that of guessing, dashed."))
        losses.set_fixed_range(0.0, HIGHEST_LOSS)
        for plot in (squares, losses):
            card.body.addWidget(plot, 1)
        self.columns.append((card, squares, losses))

    def show_snapshot(self) -> None:
        snapshot, probe = self.measuring.snapshot, self.spec.probe
        if snapshot is None or snapshot.spec.schemes != probe.schemes:
            return
        if self._shown == (snapshot,):
            return
        self._shown = (snapshot,)
        series = depth_series(snapshot, Quantity.PRE, Statistic.MEAN_SQUARE, self._kept)
        layers = np.arange(1, len(snapshot.results[0].fan_in) + 1)
        for one, (_, squares, _) in zip(series, self.columns, strict=False):
            squares.set_series(layers, [replace(one, label="")])  # its name stands above

    def _show_losses(self) -> None:
        tokens = scheme_tokens(self.spec.probe)
        guessing = np.log(10)
        for index, (token, (_, _, losses)) in enumerate(zip(tokens, self.columns, strict=False)):
            course = self.courses[index] if index < len(self.courses) else Course()
            x = np.arange(1, STEPS + 1)
            y = np.full(STEPS, np.nan)
            if course.steps:
                y[np.array(course.steps) - 1] = course.losses
            losses.set_series(x, [BandSeries(
                label=self.tr("loss"), token=token, measured=y,
                theory=np.full(STEPS, guessing), words=self._words(course),
            )])

    def _words(self, course: Course) -> str:
        if course.explanation:
            return course.explanation
        if not course.steps:
            return self.tr("not trained yet")
        words = f"{course.losses[-1]:.2f}"
        if course.accuracy is not None:
            words += "  ·  " + self.tr("{share} right").format(share=percent_text(course.accuracy))
        return words

    def headline(self) -> str:
        return self.tr("same seed, same images in the same order; only the first weights differ")

    def problem(self) -> str:
        return self._latest.problem

    def notes(self) -> SceneNotes:
        sentence = self.tr(
            "Each scheme's network is trained for {steps} steps of plain gradient descent. Where "
            "the signal vanishes on its way through the layers, the loss stays at ln 10 = 2.303, "
            "that of guessing; where it holds, the network learns."
        ).format(steps=STEPS)
        numbers = [
            Number(self.tr(scheme.label), percent_text(course.accuracy), key="accuracy")
            for scheme, course in zip(self.spec.probe.scheme_list, self.courses, strict=False)
            if course.accuracy is not None and course.steps
        ]
        return SceneNotes(self.tr("From cause to effect"), sentence, "", numbers)

    # --- hands ----------------------------------------------------------------------------------

    @property
    def is_training(self) -> bool:
        """Whether something is still to come."""
        return self._latest.is_busy

    def transport(self) -> TransportState:
        schemes = len(self.spec.probe.schemes)
        done = sum(len(course.steps) for course in self.courses)
        return TransportState(
            status=self.tr("step {done}").format(
                done=max((c.steps[-1] for c in self.courses if c.steps), default=0)
            ),
            progress=done / (STEPS * schemes) if self.is_training else float(done > 0),
            is_playing=self.is_training, can_play=True,
        )

    def play(self) -> None:
        """Train from the start, or stop."""
        if self.is_training:
            self._latest.cancel()
        else:
            self._begin(self.spec.probe)
            self._show_losses()
        self._show_button()
        self.noted.emit()

    def _begin(self, probe: ProbeSpec) -> None:
        data_dir = self.measuring.data_dir
        self._trained = probe
        self.courses = [Course() for _ in probe.schemes]
        self._latest.ask(lambda: _train(probe, data_dir))

    def give_away(self) -> object | None:
        return (self._trained, self.courses, self.is_training) if self._trained else None

    def take_over(self, given: object) -> None:
        """What is trained stays; what is not done is begun anew, and gives the same numbers."""
        assert isinstance(given, tuple)
        self._trained, self.courses, is_training = given
        if is_training and self._trained is not None:
            self._begin(self._trained)
            self._show_button()

    def _show_button(self) -> None:
        self.train.setText(self.tr("Stop") if self.is_training else self.tr("Train these"))

    def _on_arrived(self, items: list[object]) -> None:
        from engine.initialization.compare_training import GaveUp, LossPoint, TrainedScore

        for item in items:
            if isinstance(item, LossPoint):
                self.courses[item.scheme].steps.append(item.step)
                self.courses[item.scheme].losses.append(item.loss)
            elif isinstance(item, TrainedScore):
                self.courses[item.scheme].accuracy = item.test_accuracy
            elif isinstance(item, GaveUp):
                self.courses[item.scheme].explanation = item.explanation
        self._show_losses()
        self.noted.emit()

    def _on_ended(self) -> None:
        self._show_button()
        self.noted.emit()

    def stop(self) -> None:
        self._latest.stop()


def _trains_alike(before: ProbeSpec, now: ProbeSpec) -> bool:
    """Whether what was trained is still what is shown."""
    changed = set(before.differences(now))
    if "constant" not in now.schemes:
        changed.discard("sigma")
    return changed <= {"batch_size", "seeds", "v", "correlation", "loss", "precision"}


def _train(probe: ProbeSpec, data_dir: Path | None) -> Iterator[TrainingEvent]:
    """Import torch in the worker, find the images, and train."""
    from engine.data.images import load_images
    from engine.initialization.compare_training import data_of, train_schemes

    yield from train_schemes(probe, load_images(data_of(probe).value, data_dir), steps=STEPS)
