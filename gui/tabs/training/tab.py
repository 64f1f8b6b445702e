"""The Training tab's widgets and where they stand; what they do is in `presenter`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QWidget,
)

from engine.training.tab_spec import Page, Speed
from gui.actions import ActionInfo
from gui.panels import PanelledTab
from gui.settings import Settings
from gui.tabs.training.curves_view import SPLITS, CurvesView
from gui.tabs.training.images_view import ImagesView
from gui.tabs.training.inside_view import InsideView
from gui.tabs.training.model_view import ModelView
from gui.tabs.training.notes_panel import NotesPanel
from gui.tabs.training.predictions_view import PredictionsView
from gui.tabs.training.presenter import Presenter
from gui.tabs.training.recipe_panel import RecipePanel
from gui.tabs.training.run import RunState
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.live_plot import LivePlot
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:  # lessons come after the first frame
    from engine.lessons.lesson import Action
    from engine.sessions.session import PinnedRun
    from engine.training.teaching import TrainingResults

#: The height in pixels at normal text from which the overview shows the inside, too.
TALL_PX = 860

ACTIONS = (
    ActionInfo("play", "Play", "Train, or go on training; again: pause.", "", ("Space",)),
    ActionInfo("one_batch", "Batch", "Take one optimiser step.", "", ("S",)),
    ActionInfo("one_epoch", "Epoch", "Train to the end of the epoch.", "", ("E",)),
    ActionInfo("stop", "Stop", "End this run; its curves stay.", "", ("Ctrl+.",)),
    ActionInfo("reset", "Reset", "Back before the first step; the run stays as a ghost.", "",
               ("Ctrl+R",)),
    ActionInfo("save", "Save run …", "Write weights, recipe and history to a file.", "",
               ("Ctrl+S",)),
    ActionInfo("open", "Open run …", "Go on with a run from a file.", "", ("Ctrl+O",)),
    ActionInfo("pin_run", "Pin run", "Keep its curves behind those of later runs.", "", ("P",)),
    ActionInfo("unpin_runs", "Unpin runs", "Let the pinned runs go.", "", ("Shift+P",)),
    ActionInfo("random", "Other images", "Draw the unpinned test images anew.", "", ("N",)),
    ActionInfo("log", "Log scale", "Show the loss on a logarithmic axis.", "", ("L",)),
)


class TrainingTab(PanelledTab):
    """Recipe left, views in the middle, notes right, transport bar below."""

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__(undo_stack, settings, data_dir, ACTIONS)
        self.recipe_panel = RecipePanel()
        self.curves = CurvesView()
        self.predictions = PredictionsView()
        self.inside = InsideView()
        self.images = ImagesView()
        self.model = ModelView()
        self.notes = NotesPanel()
        self.transport = TransportBar(
            self.actions_["reset"], self.actions_["play"], self.actions_["one_batch"],
            self.actions_["one_epoch"], self.actions_["stop"],
        )
        self.transport.set_speeds([self.tr(speed.label) for speed in Speed])
        self._page = Page.OVERVIEW
        self._lay_out()
        self.presenter = Presenter(self)
        control = self.presenter.control
        control.updated.connect(self.results_changed)
        control.state_changed.connect(self.results_changed)
        self.show_sections()

    def _lay_out(self) -> None:
        files = QMenu(self)
        for key in ("open", "save", "pin_run", "unpin_runs"):
            files.addAction(self.actions_[key])
        self.file_button = chip(self.tr("File"), self.tr("Save this run, or open another."))
        self.file_button.setMenu(files)
        pages = SegmentedControl([(page.value, self.tr(page.label)) for page in Page])
        self.assemble(
            self.recipe_panel, self.notes, pages, self.transport, controls=[self.file_button]
        )
        self.middle.insertWidget(1, self._offer_bar())
        for view, stretch in (
            (self.curves, 5), (self.predictions, 4), (self.inside, 4),
            (self.images, 1), (self.model, 1),
        ):
            self.middle.addWidget(view, stretch)

    def _offer_bar(self) -> QWidget:
        """Offers the run that was interrupted at the last launch."""
        self.offer = QWidget()
        self.offer_text = WrappedLabel()
        self.offer_accept = QPushButton(self.tr("Go on with it"))
        self.offer_accept.setProperty("role", "primary")
        self.offer_accept.setToolTip(self.tr("Load it, and rest where it was interrupted."))
        self.offer_decline = QPushButton(self.tr("Discard it"))
        self.offer_decline.setToolTip(self.tr("Delete it for good."))
        row = QHBoxLayout(self.offer)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.offer_text, 1)
        row.addWidget(self.offer_accept)
        row.addWidget(self.offer_decline)
        self.offer.hide()
        return self.offer

    def show_page(self, page: Page) -> None:
        """Bring one of the pages to the middle."""
        self._page = page
        self.pages.set_current(page.value)
        self.show_sections()

    def show_sections(self) -> None:
        """The views of the page, as far as the window is tall enough for them."""
        is_tall = self.height() >= look().px(TALL_PX)
        views: dict[Page, list[QWidget]] = {
            Page.OVERVIEW: [self.curves, self.predictions, *([self.inside] if is_tall else [])],
            Page.INSIDE: [self.inside, *([self.curves] if is_tall else [])],
            Page.IMAGES: [self.images],
            Page.MODEL: [self.model],
        }
        everything = (self.curves, self.predictions, self.inside, self.images, self.model)
        self.show_only(views[self._page], everything)

    def open_file(self, path: Path) -> None:
        self.presenter.open_run(path)

    # --- what the window asks -------------------------------------------------------------------

    def results(self) -> TrainingResults | None:
        from engine.training.teaching import TrainingResults

        control = self.presenter.control
        run = control.run
        if run is None or control.is_stale or control.state is RunState.PREPARING:
            return None
        return TrainingResults(run.history, run.result, self.presenter.inspection)

    @property
    def is_at_rest(self) -> bool:
        control = self.presenter.control
        run = control.run
        if run is None or control.state is RunState.PREPARING:
            return False
        return run.job.is_at_rest and run.job.mailbox.is_empty

    def perform(self, action: Action) -> bool:
        from engine.training.teaching import PLAY_UNTIL

        control = self.presenter.control
        if action.command.words != PLAY_UNTIL or control.run is None:
            return False
        if control.run.history.epoch > action.argument:
            self.begin_anew()
        if control.is_stale or control.run.history.ending is None:
            control.until_epoch(action.argument)
        return True

    def pins(self) -> tuple[PinnedRun, ...]:
        from engine.runs.pinned import pinned

        return tuple(pinned(history) for history in self.presenter.pins.histories)

    def set_pins(self, runs: Sequence[PinnedRun]) -> None:
        from engine.runs.pinned import history_of

        self.presenter.pins.set(history_of(run) for run in runs)

    def give_away(self) -> object | None:
        return self.presenter.control.release()

    def take_over(self, given: object) -> None:
        assert isinstance(given, tuple)
        self.presenter.control.adopt(*given)

    def begin_anew(self) -> None:
        control = self.presenter.control
        if control.run is not None and (control.run.has_steps or control.is_stale):
            control.prepare(with_ghost=control.is_stale)

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:
        plot = self._plot_of(of)
        if plot is None:
            return False
        plot.set_prediction((x, y), self.tr("your prediction"))
        return True

    def clear_prediction(self) -> None:
        for plot in (self.curves.loss, self.curves.accuracy):
            plot.set_prediction(None)

    def answering(self, of: str) -> Sequence[QWidget]:
        if of == "parameters":
            return self.model, self.recipe_panel.parameters
        if of == "predicted":
            return [view for card in self.predictions.cards for view in card.said]
        if of == "accuracy_by_class":
            return self.inside.confusion, self.predictions
        plot = self._plot_of(of)
        return () if plot is None else (plot, self.notes)

    def _plot_of(self, of: str) -> LivePlot | None:
        """The plot of a curve such as "test_loss"."""
        split, _, quantity = of.partition("_")
        if split not in SPLITS:
            return None
        return {"loss": self.curves.loss, "accuracy": self.curves.accuracy}.get(quantity)

    def start(self, torch_version: str) -> None:
        self.presenter.start(torch_version)

    def show_loading(self, text: str, problem: str = "") -> None:
        self.presenter.show_loading(text, problem)

    def stop(self) -> None:
        self.images.download.stop()
        self.presenter.control.shut_down()
