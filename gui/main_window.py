"""The window: a header with the tabs, and the tab that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
    QUndoGroup,
    QUndoStack,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.sessions.session import SUFFIX
from engine.spec import Spec
from gui.actions import ActionInfo, Actions
from gui.keys import is_own_key, leave_keyboard
from gui.lecture_loading import LectureLoader
from gui.look_menu import LookMenu
from gui.panels import dragged_files
from gui.sessions.keeper import ACTIONS as SESSION_ACTIONS
from gui.sessions.keeper import SessionKeeper
from gui.settings import Settings
from gui.tab import Tab
from gui.tabs import TABS
from gui.theme import THEMES, look
from gui.widgets.icon_button import hold_icons
from gui.widgets.name_tabs import NameTabs
from gui.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from gui.lecture.layer import Lecture

FIRST_SIZE = QSize(1280, 720)
#: What a newcomer sees: something that moves.
FIRST_TAB = "training"
SMALLEST_SIZE = QSize(800, 520)

ACTIONS = (
    ActionInfo("undo", "Undo", "Take the last change of a setting back.", "undo", ("Ctrl+Z",)),
    ActionInfo(
        "redo", "Redo", "Make the change again.", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")
    ),
    ActionInfo("zoom_in", "Larger", "Make everything larger.", "", ("Ctrl++", "Ctrl+=")),
    ActionInfo("zoom_out", "Smaller", "Make everything smaller.", "", ("Ctrl+-",)),
    ActionInfo("zoom_reset", "Normal size", "Bring the normal size back.", "", ("Ctrl+0",)),
    ActionInfo("next_theme", "Next theme", "Light, dark, projector, and again.", "", ("Ctrl+T",)),
    ActionInfo("full_screen", "Full screen", "Use the whole screen.", "", ("F11",), True),
    ActionInfo("look", "Appearance", "Theme, size and language.", "theme-light-dark"),
)


class MainWindow(QWidget):
    """Owns the undo stack, the settings and the tabs. `painted` is emitted once, after the first
    frame is on screen: whatever is slow begins then, and so does the lecture layer."""

    painted = Signal()
    #: Another language was chosen; this window keeps its own, and is to be succeeded.
    language_asked = Signal(str)
    #: `lecture` is there.
    lecture_made = Signal()
    #: A tab was opened for the first time.
    tab_made = Signal(object)

    def __init__(self, data_dir: Path | None = None) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Chalknet")
        self.setMinimumSize(SMALLEST_SIZE)
        self.settings = Settings()
        hold_icons(True)
        self.undo_group = QUndoGroup(self)
        self.setAcceptDrops(True)
        self.actions_ = Actions(self, "MainWindow", (*ACTIONS, *SESSION_ACTIONS))
        self.pages = QStackedWidget()
        self.tab_bar = NameTabs(
            self.tr("Tabs"), self.tr("The parts of the homework, one a tab.")
        )
        self.header_buttons: list[QToolButton] = []
        self._lecture_loader = LectureLoader(self)
        self._lecture_loader.made.connect(self._fit_header)
        self._lecture_loader.made.connect(self.lecture_made)
        self.data_dir = data_dir
        self._loaded: dict[str, Tab] = {}
        #: Specs of tabs that were not opened yet.
        self._waiting: dict[str, Spec] = {}
        self._tell_loading: Callable[[Tab], None] | None = None
        for info in TABS:
            self.pages.addWidget(QWidget())
            self.tab_bar.add_name(f"{info.part} · {self.tr(info.title)}")
        self.tab_keys = [info.key for info in TABS]
        first = self.settings.tab(self.tab_keys, FIRST_TAB)
        self.tab_bar.setCurrentIndex(self.tab_keys.index(first))
        self._on_tab_changed(self.tab_bar.currentIndex())
        self.keeper = SessionKeeper(self)
        self.notice = NoticeBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header())
        column.addWidget(self.notice)
        #: The tab in front, and at its right what the lecture layer puts there.
        self.body = QHBoxLayout()
        self.body.setSpacing(0)
        self.body.addWidget(self.pages, 1)
        column.addLayout(self.body, 1)
        self._connect()
        leave_keyboard(self)
        self._was_painted = self._is_closed = self._is_on_stage = False

    def _header(self) -> QWidget:
        header = QWidget()
        header.setObjectName("bar")
        header.setProperty("edge", "bottom")
        header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 4, 16, 0)
        row.setSpacing(8)
        brand = QLabel("Chalknet")
        brand.setProperty("role", "heading")
        row.addWidget(brand)
        row.addSpacing(12)
        row.addWidget(self.tab_bar, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        for key in ("undo", "redo", "session", "look"):
            row.addWidget(self._button(self.actions_[key]))
        self._header_row = row
        self._off_stage = [brand, *self.header_buttons]
        return header

    def add_header_widget(self, widget: QWidget) -> None:
        """Give a widget the header's free room, between the tabs and the buttons."""
        place = self._header_row.indexOf(self.tab_bar) + 1
        self._header_row.takeAt(place)
        self._header_row.insertWidget(place, widget, 1)
        widget.show()

    def _fit_header(self) -> None:
        """Where type is large, brand, redo and undo leave their room to the tabs' names."""
        if self._is_on_stage:
            return
        row, yielding = self._header_row, self._off_stage[:3]
        others = [item for k in range(row.count()) if (item := row.itemAt(k)) is not None]
        shown = [i for i in others if i.widget() not in yielding and not i.isEmpty()]
        room = self.width() - 44 - sum(i.sizeHint().width() + row.spacing() for i in shown)
        self.tab_bar.cut_short(room < 0)
        for widget in (yielding[1], yielding[2], yielding[0]):
            room -= widget.sizeHint().width() + row.spacing()
            widget.setVisible(room >= 0)

    def add_header_button(self, action: QAction) -> QToolButton:
        """A button for `action` in the header, left of those for undo and the like."""
        button = self._button(action)
        self._header_row.insertWidget(self._header_row.indexOf(self.header_buttons[0]), button)
        button.show()  # at once, for `_fit_header`; the layout would do so later
        return button

    def reduce_header(self, on: bool) -> None:
        """On a stage the header keeps the tabs, and the buttons that the lecture layer added."""
        self._is_on_stage = on
        for widget in self._off_stage:
            widget.setVisible(not on)
        self._fit_header()

    def _button(self, action: QAction) -> QToolButton:
        if action is self.actions_["look"]:
            action.setMenu(self._look_menu())
        button = QToolButton()
        button.setDefaultAction(action)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        self.header_buttons.append(button)
        if action.menu() is not None:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _look_menu(self) -> LookMenu:
        keys = ("next_theme", "zoom_in", "zoom_out", "zoom_reset", "full_screen")
        self.look_menu = LookMenu(self, [self.actions_[key] for key in keys])
        self.look_menu.theme_chosen.connect(self.set_theme)
        self.look_menu.language_chosen.connect(self.language_asked)
        return self.look_menu

    def _connect(self) -> None:
        actions = self.actions_
        stack = self.undo_group
        actions["undo"].triggered.connect(stack.undo)
        actions["redo"].triggered.connect(stack.redo)
        stack.canUndoChanged.connect(actions["undo"].setEnabled)
        stack.canRedoChanged.connect(actions["redo"].setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text)
        actions["undo"].setEnabled(False)
        actions["redo"].setEnabled(False)
        actions["zoom_in"].triggered.connect(lambda: look().zoom_by(1))
        actions["zoom_out"].triggered.connect(lambda: look().zoom_by(-1))
        actions["zoom_reset"].triggered.connect(lambda: look().set_zoom(1.0))
        actions["next_theme"].triggered.connect(self._on_next_theme)
        actions["full_screen"].toggled.connect(self._on_full_screen)
        self.tab_bar.currentChanged.connect(self._on_tab_changed)
        look().changed.connect(self.on_look_changed)

    # --- tabs -----------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[Tab]:
        """The tabs that have been opened, the first one first."""
        return list(self._loaded.values())

    @property
    def opened_tabs(self) -> dict[str, Tab]:
        """The same by their keys."""
        return dict(self._loaded)

    @property
    def lecture(self) -> Lecture | None:
        """What turns the tabs into a lecture; None until `lecture_made`."""
        return self._lecture_loader.lecture

    @property
    def undo_stack(self) -> QUndoStack:
        """The changes of the tab in front; each tab has its own."""
        return self.undo_group.activeStack()

    def tab(self, key: str) -> Tab:
        """The tab `key`, made when it is first asked for: the first frame needs only one."""
        if key not in self._loaded:
            place = self.tab_keys.index(key)
            stack = QUndoStack(self.undo_group)
            tab = TABS[place].load()(stack, self.settings, self.data_dir)
            self._loaded[key] = tab
            placeholder = self.pages.widget(place)
            self.pages.insertWidget(place, tab)
            if placeholder is not None:
                self.pages.removeWidget(placeholder)
                placeholder.deleteLater()
            leave_keyboard(tab)
            if key in self._waiting:
                tab.store.apply(self._waiting.pop(key), "", is_undoable=False)
            self.tab_made.emit(tab)
            if self._tell_loading is not None:
                self._tell_loading(tab)
        return self._loaded[key]

    @property
    def tab_key(self) -> str:
        """The tab in front."""
        return self.tab_keys[self.tab_bar.currentIndex()]

    def specs(self) -> dict[str, Spec]:
        """The specs of all tabs that were opened or set."""
        return {**self._waiting, **{key: tab.store.spec for key, tab in self._loaded.items()}}

    def apply_specs(self, specs: Mapping[str, Spec], text: str) -> None:
        """Set several tabs at once; in each that is open it is one change to undo, named `text`.

        A tab that was not opened yet gets its spec when it is.
        """
        for key, spec in specs.items():
            if key in self._loaded:
                self._loaded[key].store.apply(spec, text)
            else:
                self._waiting[key] = spec

    def tell_tabs(self, tell: Callable[[Tab], None]) -> None:
        """Tell every tab how far the loading of torch is, and those that are opened later, too."""
        self._tell_loading = tell
        for tab in self.tabs:
            tell(tab)

    def show_tab(self, key: str) -> Tab:
        """Bring a tab to the front. Raises `ValueError` where the window has none such."""
        self.tab_bar.setCurrentIndex(self.tab_keys.index(key))
        return self.tab(key)

    def _on_tab_changed(self, place: int) -> None:
        tab = self.tab(TABS[place].key)
        self.pages.setCurrentIndex(place)
        self.undo_group.setActiveStack(tab.undo_stack)
        self.settings.set_tab(TABS[place].key)
        self.tab_bar.updateGeometry()  # the name in front is bold

    # --- appearance -----------------------------------------------------------------------------

    def restore_settings(self, theme: str | None = None) -> None:
        """Look as at the last launch; `theme` overrides the remembered one for this launch."""
        look().zoom = self.settings.zoom
        look().theme = theme or self.settings.theme
        geometry = self.settings.geometry
        if geometry is None or not self.restoreGeometry(geometry):
            screen = QGuiApplication.primaryScreen().availableSize()
            self.resize(FIRST_SIZE.boundedTo(screen))
        with QSignalBlocker(self.actions_["full_screen"]):
            self.actions_["full_screen"].setChecked(self.isFullScreen())
        look().window_height_px = self.height()
        look().apply()

    def set_theme(self, name: str) -> None:
        """Switch and remember the theme."""
        look().set_theme(name)
        self.settings.theme = name

    def on_look_changed(self) -> None:
        """Redraw the icons in the new colours and remember the size."""
        if self._was_painted:
            self._draw_icons()
        QTimer.singleShot(0, self, self._fit_header)  # once the style has reached the tabs' names
        self.settings.zoom = look().zoom
        self.look_menu.show_theme(look().theme)

    def _on_next_theme(self) -> None:
        names = list(THEMES)
        self.set_theme(names[(names.index(look().theme) + 1) % len(names)])

    def _on_full_screen(self, on: bool) -> None:
        if on:
            self.showFullScreen()
        else:
            self.showNormal()

    def _on_undo_text(self, text: str) -> None:
        self.actions_["undo"].setText(
            self.tr("Undo: {change}").format(change=text) if text else self.tr("Undo")
        )

    def _draw_icons(self) -> None:
        self.actions_.draw_icons()
        for button in self.header_buttons:
            button.setIconSize(QSize(look().px(16), look().px(16)))

    # --- life -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            # The children are painted and the frame is shown before a timer of length 0 fires. When
            # the window was only asked to show itself, a screen may not have exposed it yet.
            QTimer.singleShot(0, self._on_first_frame)

    def _on_first_frame(self) -> None:
        if self._was_painted:
            return
        self._was_painted = True
        hold_icons(False)
        look().changed.emit()
        self.keeper.start()
        self.painted.emit()
        self._lecture_loader.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        look().set_window_height(self.height())
        self._fit_header()

    def event(self, event: QEvent) -> bool:
        """Nobody below wanted this key for himself; some should have."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(is_own_key(self.focusWidget(), event))
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.suffix == SUFFIX for path in dragged_files(event)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.keeper.open(next(path for path in dragged_files(event) if path.suffix == SUFFIX))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop every job, remember the look, and go."""
        event.accept()
        if self._is_closed:
            return
        self._is_closed = True
        self.keeper.stop()
        self._lecture_loader.stop()
        for tab in self.tabs:
            tab.stop()
        self.settings.geometry = self.saveGeometry()
        self.settings.sync()
        look().changed.disconnect(self.on_look_changed)
