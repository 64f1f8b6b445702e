"""F5: the whole screen for the audience, and everything as it was when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.actions import ActionInfo, Actions
from gui.keys import give_keyboard_back
from gui.lecture.presentation.blank import Blank
from gui.lecture.presentation.controls import ControlsSheet
from gui.theme import look

if TYPE_CHECKING:
    from engine.lessons.lesson import Step
    from gui.lecture.layer import Lecture
    from gui.main_window import MainWindow
    from gui.tab import Tab

ACTIONS = (
    ActionInfo("present", "Present", "Full screen for an audience, with large type and few "
               "controls; again: as before.", "", ("F5",), True),
    ActionInfo("blank", "Blank screen", "A dark screen until the next key or click.", "",
               ("B", ".")),
    ActionInfo("controls", "Which controls …", "Choose the settings that stay in sight while "
               "presenting.", "", ("Shift+F2",)),
)
THEME = "projector"
#: By then a window manager has given the window the whole screen.
SETTLED_MS = 600


@dataclass(frozen=True)
class _Before:
    """How the window was."""

    theme: str
    remembered_theme: str
    zoom: float
    state: Qt.WindowState
    geometry: QRect
    focus: QWidget | None


class Presentation(QObject):
    """On while `is_on`. What it does to a tab, it does through `Tab.present`."""

    changed = Signal(bool)

    def __init__(self, lecture: Lecture) -> None:
        window = lecture.window
        super().__init__(lecture)
        self._lecture = lecture
        self.window: MainWindow = window
        self.actions_ = Actions(window, "Presentation", ACTIONS)
        self.blank = Blank(window)
        self.controls = ControlsSheet(window, self.actions_["controls"], self)
        self._before: _Before | None = None
        self._staged: dict[Tab, tuple[str, tuple[str, ...]]] = {}
        # Where no window manager obeys, the type is that of the window after all.
        self._settling = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settling.timeout.connect(lambda: look().set_window_height(window.height()))
        self.actions_["present"].toggled.connect(self._on_toggled)
        self.actions_["blank"].triggered.connect(self.blank.begin)
        lecture.lecturer.place_changed.connect(self.refresh)
        window.tab_bar.currentChanged.connect(self.refresh)
        window.tab_made.connect(lambda tab: tab.store.changed.connect(self.refresh))
        for tab in window.tabs:
            tab.store.changed.connect(self.refresh)

    @property
    def is_on(self) -> bool:
        """Whether an audience is looking."""
        return self._before is not None

    # --- coming and going -----------------------------------------------------------------------

    def start(self, theme: str | None = None) -> None:
        """Show the window to an audience, in the projector's theme unless another is named."""
        if self.is_on:
            return
        window = self.window
        self._before = _Before(
            look().theme, window.settings.theme, look().zoom, window.windowState(),
            window.geometry(), window.focusWidget(),
        )
        window.setFocus(Qt.FocusReason.OtherFocusReason)
        window.reduce_header(True)
        self.refresh()
        # The type is made for the whole screen at once, and not twice.
        look().window_height_px = window.screen().size().height()
        # A stage's type is that of the hall, and not of the desk before.
        look().set_theme(theme or THEME, zoom=1.0)
        window.showFullScreen()
        self._settling.start()
        window.installEventFilter(self)
        self._show_actions()
        self.changed.emit(True)

    def stop(self) -> None:
        """Everything as it was."""
        before, window = self._before, self.window
        if before is None:
            return
        self._before = None
        self._settling.stop()
        window.removeEventFilter(self)
        self.blank.end()
        self.controls.leave()
        for tab in self._staged:
            tab.present(None)
        self._staged = {}
        window.reduce_header(False)
        window.settings.theme = before.remembered_theme
        # First the theme, because the projector's would be made for the smaller window, too.
        look().set_theme(before.theme, before.zoom)
        window.setWindowState(before.state)
        if before.state == Qt.WindowState.WindowNoState:
            window.setGeometry(before.geometry)
        give_keyboard_back(before.focus, Qt.FocusReason.OtherFocusReason)
        self._show_actions()
        self.changed.emit(False)

    def _on_toggled(self, on: bool) -> None:
        if on:
            self.start()
        else:
            self.stop()

    def _show_actions(self) -> None:
        for action, on in (
            (self.actions_["present"], self.is_on),
            (self.window.actions_["full_screen"], self.window.isFullScreen()),
        ):
            with QSignalBlocker(action):
                action.setChecked(on)

    # --- controls -------------------------------------------------------------------------------

    @property
    def _step(self) -> Step | None:
        """The step of a lesson that is in front, if one is."""
        step = self._lecture.lecturer.step
        return step if step is not None and step.tab == self.window.tab_key else None

    @property
    def step_controls(self) -> tuple[str, ...]:
        """What the lesson's step asks for; empty where it leaves that to the user."""
        step = self._step
        return step.controls if step is not None else ()

    @property
    def shown_controls(self) -> tuple[str, ...]:
        """The controls in sight while presenting."""
        return self.step_controls or self.ticked

    @property
    def ticked(self) -> tuple[str, ...]:
        """What the user ticked for the tab in front."""
        return tuple(self.window.settings.texts(self._setting))

    def tick(self, paths: tuple[str, ...]) -> None:
        """Remember what is to stay in sight in this tab."""
        self.window.settings.set_texts(self._setting, paths)
        self.refresh()

    @property
    def _setting(self) -> str:
        return f"controls_{self.window.tab_key}"

    def refresh(self) -> None:
        """Give the tab in front the controls of its page and step; nothing where it has them."""
        if not self.is_on:
            return
        tab = self.window.tab(self.window.tab_key)
        wanted = tab.page, self.shown_controls
        if self._staged.get(tab) != wanted:
            self._staged[tab] = wanted
            tab.present(self.shown_controls)

    # --- keys -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape that nobody below wanted."""
        is_press = watched is self.window and event.type() == QEvent.Type.KeyPress
        if is_press and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            # Not in the middle of the key's own way through the window.
            QTimer.singleShot(0, self, self.stop)
            return True
        return super().eventFilter(watched, event)
