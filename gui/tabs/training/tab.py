"""The Training tab's widgets and where they stand; what they do is in `presenter`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QUndoStack
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.training.tab_spec import Page, Speed
from gui.actions import ActionInfo, Actions
from gui.settings import Settings
from gui.tab import Tab
from gui.tabs.training.curves_view import CurvesView
from gui.tabs.training.images_view import ImagesView
from gui.tabs.training.inside_view import InsideView
from gui.tabs.training.model_view import ModelView
from gui.tabs.training.notes_panel import NotesPanel
from gui.tabs.training.predictions_view import PredictionsView
from gui.tabs.training.presenter import Presenter
from gui.tabs.training.recipe_panel import RecipePanel
from gui.theme import look
from gui.widgets.icon_button import IconButton
from gui.widgets.painted import ElidedLabel
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar

#: The height in pixels at normal text from which the overview shows the inside, too.
TALL_PX = 860
NOTES_WIDTH_PX = 270
#: The width from which both panels have room beside the views.
ROOMY_PX = 1440

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
    ActionInfo("random", "Other images", "Draw the unpinned test images anew.", "", ("N",)),
    ActionInfo("log", "Log scale", "Show the loss on a logarithmic axis.", "", ("L",)),
    ActionInfo("recipe_panel", "Recipe", "Show or hide the recipe.", "", ("F2",)),
    ActionInfo("notes_panel", "Notes", "Show or hide the notes.", "", ("F3",)),
)


PANELS = ("recipe_panel", "notes_panel")


class TrainingTab(Tab):
    """Recipe left, views in the middle, notes right, transport bar below."""

    def __init__(self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None) -> None:
        super().__init__(undo_stack, settings, data_dir)
        self.setAcceptDrops(True)
        self.actions_ = Actions(self, "TrainingTab", ACTIONS)
        self.recipe_panel = RecipePanel()
        self.curves = CurvesView()
        self.predictions = PredictionsView()
        self.inside = InsideView()
        self.images = ImagesView()
        self.model = ModelView()
        self.notes = NotesPanel()
        self.data_label = ElidedLabel(token="muted")
        self.pages = SegmentedControl([(page.value, self.tr(page.label)) for page in Page])
        self.transport = TransportBar(
            self.actions_["reset"], self.actions_["play"], self.actions_["one_batch"],
            self.actions_["one_epoch"], self.actions_["stop"],
        )
        self.transport.set_speeds([self.tr(speed.label) for speed in Speed])
        self._page = Page.OVERVIEW
        self._preferred = PANELS[0]
        self._read_panels()
        self._lay_out()
        self.presenter = Presenter(self)
        for key in PANELS:
            self.actions_[key].triggered.connect(lambda _, k=key: self._on_panel_triggered(k))
        look().changed.connect(self.on_look_changed)
        self._show_sections()

    # --- layout ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        middle = QWidget()
        self.middle = QVBoxLayout(middle)
        self.middle.setContentsMargins(12, 8, 12, 12)
        self.middle.setSpacing(10)
        self.middle.addWidget(self._strip())
        self.middle.addWidget(self._offer_bar())
        self.callout = QLabel()
        self.callout.setProperty("role", "callout")
        self.callout.setWordWrap(True)
        self.middle.addWidget(self.callout)
        for view, stretch in (
            (self.curves, 5), (self.predictions, 4), (self.inside, 4),
            (self.images, 1), (self.model, 1),
        ):
            self.middle.addWidget(view, stretch)
        self.notes_area = QScrollArea()
        self.notes_area.setObjectName("side")
        self.notes_area.setProperty("edge", "left")
        self.notes_area.setWidgetResizable(True)
        self.notes_area.setFrameShape(QFrame.Shape.NoFrame)
        self.notes_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notes_area.setWidget(self.notes)
        self.notes.setObjectName("side")
        self.notes.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.recipe_panel)
        row.addWidget(middle, 1)
        row.addWidget(self.notes_area)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.transport)

    def _strip(self) -> QWidget:
        """Above the views: which page, which data, the run's file, the two panels' switches."""
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.pages)
        row.addSpacing(8)
        row.addWidget(self.data_label, 1)
        files = QMenu(self)
        for key in ("open", "save"):
            files.addAction(self.actions_[key])
        self.file_button = QPushButton(self.tr("File"))
        self.file_button.setProperty("role", "chip")
        self.file_button.setToolTip(self.tr("Save this run, or open another."))
        self.file_button.setMenu(files)
        row.addWidget(self.file_button)
        for key, icon in (("recipe_panel", "dock-left"), ("notes_panel", "dock-right")):
            action = self.actions_[key]
            button = IconButton(f"mdi6.{icon}", action.text(), size=18)
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            row.addWidget(button)
        return strip

    def _offer_bar(self) -> QWidget:
        """Offers the run that was interrupted at the last launch."""
        self.offer = QWidget()
        self.offer_text = QLabel()
        self.offer_text.setWordWrap(True)
        self.offer_accept = QPushButton(self.tr("Go on with it"))
        self.offer_accept.setProperty("role", "primary")
        self.offer_decline = QPushButton(self.tr("Discard it"))
        row = QHBoxLayout(self.offer)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.offer_text, 1)
        row.addWidget(self.offer_accept)
        row.addWidget(self.offer_decline)
        self.offer.hide()
        return self.offer

    def say(self, text: str, *, is_problem: bool = False) -> None:
        """One sentence that matters now, above the views; empty takes it away."""
        self.callout.setText(text)
        self.callout.setVisible(bool(text))
        self.callout.setProperty("tone", "problem" if is_problem else "")
        self.callout.style().polish(self.callout)

    def show_page(self, page: Page) -> None:
        """Bring one of the pages to the middle."""
        self._page = page
        self.pages.set_current(page.value)
        self._show_sections()

    def _show_sections(self) -> None:
        """The views of the page, as far as the window is tall enough for them."""
        is_tall = self.height() >= look().px(TALL_PX)
        views: dict[Page, list[QWidget]] = {
            Page.OVERVIEW: [self.curves, self.predictions, *([self.inside] if is_tall else [])],
            Page.INSIDE: [self.inside, *([self.curves] if is_tall else [])],
            Page.IMAGES: [self.images],
            Page.MODEL: [self.model],
        }
        shown = views[self._page]
        for view in (self.curves, self.predictions, self.inside, self.images, self.model):
            view.setVisible(view in shown)
        self.notes_area.setFixedWidth(look().px(NOTES_WIDTH_PX))
        self._show_panels()

    def _on_panel_triggered(self, key: str) -> None:
        """Show the panel if it is not to be seen, hide it if it is, and remember that."""
        panel = {"recipe_panel": self.recipe_panel, "notes_panel": self.notes_area}[key]
        self._wanted[key] = not panel.isVisible()
        self._preferred = key
        self.settings.set_flag(self._flag(key), self._wanted[key])
        self._show_panels()

    def _flag(self, key: str) -> str:
        """On the projector, whose type is large, the panels are remembered separately."""
        return f"{key}_projector" if look().is_projector else key

    def _read_panels(self) -> None:
        self._wanted = {
            key: self.settings.flag(self._flag(key), not look().is_projector) for key in PANELS
        }

    def _show_panels(self) -> None:
        """Where there is no room for two panels, the one asked for last is shown."""
        shown = dict(self._wanted)
        if self.width() < look().px(ROOMY_PX) and all(shown.values()):
            shown = {key: key == self._preferred for key in PANELS}
        self.recipe_panel.setVisible(shown["recipe_panel"])
        self.notes_area.setVisible(shown["notes_panel"])

    def on_look_changed(self) -> None:
        """Other type, other room."""
        self._read_panels()
        self._show_sections()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_sections()

    # --- files dropped on the tab ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.presenter.open_run(paths[0])

    # --- what the window asks -------------------------------------------------------------------

    def start(self, torch_version: str) -> None:
        self.presenter.start(torch_version)

    def show_loading(self, text: str, problem: str = "") -> None:
        self.presenter.show_loading(text, problem)

    def stop(self) -> None:
        self.images.download.stop()
        self.presenter.control.shut_down()
