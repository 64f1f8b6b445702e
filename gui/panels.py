"""The anatomy that all tabs share: form left, views in the middle, notes right, transport below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QUndoStack
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.sessions.session import SUFFIX
from gui.actions import ActionInfo, Actions
from gui.form_content import FormContent
from gui.keys import order_focus
from gui.settings import Settings
from gui.tab import Tab
from gui.theme import look
from gui.widgets.icon_button import IconButton
from gui.widgets.painted import ElidedLabel
from gui.widgets.scrolled import explain_scrolling, scrolled
from gui.widgets.segmented import SegmentedControl
from gui.widgets.transport_bar import TransportBar
from gui.widgets.wrapped_label import WrappedLabel

FORM_WIDTH_PX = 300
#: The projector's type is larger, and its form therefore narrower in ems.
PROJECTOR_FORM_WIDTH_PX = 215
NOTES_WIDTH_PX = 270
#: A panel is at most so many times as wide as it is to be, whatever it holds.
MOST_STRETCH = 1.6
#: The width from which both panels have room beside the views, and that from which one has.
ROOMY_PX = 1440
NARROW_PX = 760
FORM, NOTES = "form_panel", "notes_panel"

PANEL_ACTIONS = (
    ActionInfo(FORM, "Form", "Show or hide the form on the left.", "", ("F2",)),
    ActionInfo(NOTES, "Notes", "Show or hide the notes on the right.", "", ("F3",)),
)


def dragged_files(event: QDropEvent) -> list[Path]:
    """The files of this machine that are being dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


class SidePanel(QScrollArea):
    """A column beside the views that scrolls where it is taller than the window.

    Where its content cannot do with the width that it is to have, it is wider, within reason.
    """

    def __init__(self, content: QWidget, edge: str, name: str) -> None:
        super().__init__()
        explain_scrolling(self, name)
        for widget in (self, content):
            widget.setObjectName("side")
            widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("edge", edge)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._content, self._width = content, 0
        self.setWidget(content)

    def set_width(self, width: int) -> None:
        """The width that it is to have, in pixels."""
        self._width = width
        self._fit()

    def _fit(self) -> None:
        bar = self.verticalScrollBar().sizeHint().width()
        least = self._content.minimumSizeHint().width() + bar
        self.setFixedWidth(min(max(self._width, least), round(MOST_STRETCH * self._width)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content and self._width and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)


class PanelledTab(Tab):
    """A tab with the common anatomy. Subclasses fill `middle`, then override `show_sections`."""

    def __init__(
        self, undo_stack: QUndoStack, settings: Settings, data_dir: Path | None,
        actions: Sequence[ActionInfo],
    ) -> None:
        super().__init__(undo_stack, settings, data_dir)
        self.setAcceptDrops(True)
        self.actions_ = Actions(self, type(self).__name__, (*actions, *PANEL_ACTIONS))
        self._preferred = self._preferred_before = FORM
        self._is_staged = False
        self._read_panels()

    def assemble(
        self, form: QWidget, notes: QWidget, pages: SegmentedControl, transport: TransportBar,
        controls: Sequence[QWidget] = (),
    ) -> None:
        """Put everything in its place; `controls` stand at the right end of the strip."""
        self.pages, self.transport = pages, transport
        pages.set_help(self.tr("What the middle of the tab shows."))
        self.headline = ElidedLabel(token="muted")
        self.form_content = FormContent(form)
        self.form_panel = SidePanel(self.form_content, "right", self.actions_[FORM].text())
        self.notes_panel = SidePanel(notes, "left", self.actions_[NOTES].text())
        self._views = middle = QWidget()
        self.middle = QVBoxLayout(middle)
        self.middle.setContentsMargins(12, 8, 12, 12)
        self.middle.setSpacing(10)
        self._strip_above = self._strip(controls)
        self.middle.addWidget(self._strip_above)
        self.callout = WrappedLabel(role="callout")
        self.callout.hide()
        self.middle.addWidget(self.callout)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.form_panel)
        # Views in a window that is too low or narrow for them keep their size and scroll.
        self.views_area = scrolled(middle, self.tr("Views"), sideways=True)
        row.addWidget(self.views_area, 1)
        row.addWidget(self.notes_panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.form_content.bar)
        column.addWidget(transport)
        for key in (FORM, NOTES):
            self.actions_[key].triggered.connect(lambda _, k=key: self._on_panel_triggered(k))
        look().changed.connect(self.on_look_changed)

    def focusNextPrevChild(self, onwards: bool) -> bool:
        """Tab walks from the form over the views and the notes to the bar below."""
        order_focus((self.form_panel, self.views_area, self.notes_panel, self.form_content.bar,
                     self.transport))
        return super().focusNextPrevChild(onwards)

    def _strip(self, controls: Sequence[QWidget]) -> QWidget:
        """Above the views: which page, what it shows, and the two panels' switches."""
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.pages)
        row.addSpacing(8)
        row.addWidget(self.headline, 1)
        for control in controls:
            row.addWidget(control)
        self._panel_buttons = []
        for key, icon in ((FORM, "dock-left"), (NOTES, "dock-right")):
            action = self.actions_[key]
            button = IconButton(f"mdi6.{icon}", action.text(), size=18)
            button.setObjectName(key)
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            row.addWidget(button)
            self._panel_buttons.append(button)
        return strip

    def say(self, text: str, *, is_problem: bool = False) -> None:
        """One sentence that matters now, above the views; empty takes it away."""
        tone = "problem" if is_problem else ""
        if (text, tone) == (self.callout.text(), self.callout.property("tone")):
            return
        self.callout.setText(text)
        self.callout.setVisible(bool(text))
        self.callout.setProperty("tone", tone)
        self.callout.style().polish(self.callout)

    def show_only(self, shown: Sequence[QWidget], among: Sequence[QWidget]) -> None:
        """Show these views and hide the others; they are laid out once, and painted once."""
        if all(view.isVisibleTo(self) == (view in shown) for view in among):
            return
        views = self._views
        views.setUpdatesEnabled(False)
        self.middle.setEnabled(False)
        for view in among:
            view.setVisible(view in shown)
        self.middle.setEnabled(True)
        self.middle.invalidate()
        self.middle.activate()
        # A timer's turn comes after everything that the new layout makes its views ask for.
        QTimer.singleShot(0, views, lambda: views.setUpdatesEnabled(True))

    def show_sections(self) -> None:
        """Show the views of the current page, as far as there is room for them."""

    # --- files dropped on the tab ---------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Open a file that was dropped on the tab."""

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # A session is about all tabs, and for the window to open.
        paths = dragged_files(event)
        if paths and paths[0].suffix != SUFFIX:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dragged_files(event)
        if paths:
            self.open_file(paths[0])

    # --- controls -------------------------------------------------------------------------------

    @property
    def page(self) -> str:
        return self.pages.current

    def controls(self) -> dict[str, str]:
        found = self.form_content.controls(self.store.spec)
        return {path: control.label for path, control in found.items() if control.is_offered}

    def show_control(self, path: str) -> bool:
        control = self.form_content.controls(self.store.spec).get(path)
        if control is None:
            return False
        content = self.form_content
        if control.widget in content.bar.fields:
            content.focus(control)
            return True
        if control.widget not in content.column.fields and content.column.fields:
            content.give_back()
        if not self.form_panel.isVisible():
            self._on_panel_triggered(FORM)
        self.form_panel.ensureWidgetVisible(content.focus(control))
        return True

    def pictured(self) -> tuple[QWidget, QRect]:
        """All views, those that must be scrolled to as well, without the strip above them."""
        top = self._strip_above.geometry().bottom() + self.middle.spacing() // 2
        return self._views, self._views.rect().adjusted(0, top, 0, 0)

    def present(self, controls: Sequence[str] | None) -> None:
        if controls is not None and not self._is_staged:
            self._preferred_before = self._preferred
        elif controls is None and self._is_staged:
            self._preferred = self._preferred_before
        self._is_staged = controls is not None
        is_panel_needed = self.form_content.lend(self.store.spec, controls or ())
        self._wanted = {FORM: is_panel_needed, NOTES: False}
        self._read_panels()
        self.transport.set_reduced(self._is_staged)
        self._show_panels()

    # --- panels ---------------------------------------------------------------------------------

    def _on_panel_triggered(self, key: str) -> None:
        """Show the panel if it is not to be seen, hide it if it is, and remember that."""
        panel = {FORM: self.form_panel, NOTES: self.notes_panel}[key]
        self._wanted[key] = not panel.isVisible()
        self._preferred = key
        if not self._is_staged:
            self.settings.set_flag(self._flag(key), self._wanted[key])
        self._show_panels()

    @property
    def _is_crowded(self) -> bool:
        """Whether the views need all the room, unless someone asks for a panel."""
        return look().is_projector or self.width() < look().px(NARROW_PX)

    def _flag(self, key: str) -> str:
        """Where type is large the panels are remembered separately."""
        return f"{key}_crowded" if self._is_crowded else key

    def _read_panels(self) -> None:
        if self._is_staged:
            return
        self._wanted = {
            key: self.settings.flag(self._flag(key), not self._is_crowded)
            for key in (FORM, NOTES)
        }

    def _show_panels(self) -> None:
        """Where there is no room for two panels, the one asked for last is shown."""
        shown = dict(self._wanted)
        if self.width() < look().px(ROOMY_PX) and all(shown.values()):
            shown = {key: key == self._preferred for key in (FORM, NOTES)}
        is_projector = look().is_projector
        self.form_panel.set_width(
            look().px(PROJECTOR_FORM_WIDTH_PX if is_projector else FORM_WIDTH_PX)
        )
        self.notes_panel.set_width(look().px(NOTES_WIDTH_PX))
        self.form_panel.setVisible(shown[FORM])
        self.notes_panel.setVisible(shown[NOTES])
        # Beside a lesson in large type the pages' names need their room; the keys remain.
        is_tight = is_projector and self.width() < look().px(NARROW_PX)
        for button in self._panel_buttons:
            button.setVisible(not (self._is_staged or is_tight))

    def on_look_changed(self) -> None:
        """Other type, other room."""
        self._read_panels()
        self.show_sections()
        self._show_panels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._read_panels()
        self.show_sections()
        self._show_panels()
