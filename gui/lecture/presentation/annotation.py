"""Pointing, drawing and telling the keys, over whatever the window shows, on a stage or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit

from gui.actions import ActionInfo, Actions
from gui.lecture.presentation.blank import MODIFIERS
from gui.lecture.presentation.overlay import Overlay
from gui.lecture.presentation.pen_bar import PenBar
from gui.theme import look

if TYPE_CHECKING:
    from gui.lecture.layer import Lecture
    from gui.main_window import MainWindow
    from gui.tab import Tab

ACTIONS = (
    ActionInfo("pointer", "Laser pointer", "A bright dot with a trail where the mouse is.",
               "", ("F6",), True),
    ActionInfo("pen", "Pen", "Draw over the view by mouse; right button or eraser wipes.", "",
               ("F7",), True),
    ActionInfo("eraser", "Eraser", "Wipe single strokes instead of drawing.", "", ("F8",), True),
    ActionInfo("next_color", "Next colour", "Draw in the next colour.", "", ("Shift+F7",)),
    ActionInfo("undo_stroke", "Take the stroke back", "Take the last stroke back, as Ctrl+Z does "
               "with the pen in hand.", "", ("Ctrl+F7",)),
    ActionInfo("clear_ink", "Wipe the drawing", "Take all strokes away.", "", ("Shift+F8",)),
    ActionInfo("keys", "Show keys", "Show every key that is pressed, and what it does.", "",
               ("F9",), True),
)
#: Tokens of the pen; the keys 1, 2, … choose among them.
COLORS = ("orange", "vermilion", "blue", "green", "purple", "ink")
PEN_PX, ERASER_PX = 3.0, 10.0
TEXT_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
ICONS = {
    "eraser": "eraser", "undo_stroke": "undo", "clear_ink": "delete-outline", "pen": "close",
}


class Annotation(QObject):
    """Strokes belong to a tab's page and a lesson's step, and vanish when these are left.

    They stay when a step's answer is revealed: what was drawn may be what the class expected.
    """

    def __init__(self, lecture: Lecture) -> None:
        window = lecture.window
        super().__init__(lecture)
        self.window: MainWindow = window
        self._lecturer = lecture.lecturer
        self.actions_ = Actions(window, "Annotation", ACTIONS)
        self.overlay = Overlay(window)
        self.color = COLORS[0]
        names = {
            "orange": self.tr("orange"), "vermilion": self.tr("vermilion"),
            "blue": self.tr("blue"), "green": self.tr("green"), "purple": self.tr("purple"),
            "ink": self.tr("ink"),
        }
        self.bar = PenBar(
            window, [(token, names[token]) for token in COLORS],
            [(self.actions_[key], icon) for key, icon in ICONS.items()],
        )
        self._page = self._current_page()
        self._watched: QObject | None = None
        self._scale = look().scale
        #: What the drawing lies over: each tab's views.
        self._views: list[QObject] = []
        self._connect()
        self._on_ink_changed()

    def _connect(self) -> None:
        actions, overlay, ink = self.actions_, self.overlay, self.overlay.ink
        actions["pointer"].toggled.connect(self._on_pointer)
        actions["pen"].toggled.connect(self._on_pen)
        actions["eraser"].toggled.connect(self._on_eraser)
        actions["keys"].toggled.connect(self._on_keys)
        actions["undo_stroke"].triggered.connect(ink.undo)
        actions["clear_ink"].triggered.connect(ink.clear)
        actions["next_color"].triggered.connect(self._on_next_color)
        overlay.touched.connect(self._on_touched)
        overlay.moved.connect(self._on_moved)
        overlay.lifted.connect(ink.end)
        ink.changed.connect(self._on_ink_changed)
        self.bar.chosen.connect(self.set_color)
        control = Qt.KeyboardModifier.ControlModifier
        overlay.pen_keys = {
            Qt.Key.Key_Escape.value: lambda: actions["pen"].setChecked(False),
            Qt.Key.Key_Delete.value: ink.clear,
            Qt.Key.Key_Backspace.value: ink.clear,
            QKeyCombination(control, Qt.Key.Key_Z).toCombined(): ink.undo,
            **{Qt.Key.Key_1.value + place: self._chooser(token)
               for place, token in enumerate(COLORS)},
        }
        look().changed.connect(self._on_look_changed)
        self._lecturer.place_changed.connect(self._on_moved_on)
        self.window.tab_bar.currentChanged.connect(self._on_moved_on)
        self.window.tab_made.connect(self._on_tab_made)
        for tab in self.window.tabs:
            self._on_tab_made(tab)

    def _chooser(self, token: str) -> Callable[[], None]:
        return lambda: self.set_color(token)

    def stop(self) -> None:
        """The window closes."""
        for key in ("pointer", "keys", "pen"):
            self.actions_[key].setChecked(False)
        self.overlay.stop()

    # --- the pen --------------------------------------------------------------------------------

    def set_color(self, token: str) -> None:
        """Draw in this colour from now on."""
        self.color = token
        self.actions_["eraser"].setChecked(False)
        self.bar.show_color(token)

    def _on_next_color(self) -> None:
        self.actions_["pen"].setChecked(True)
        self.set_color(COLORS[(COLORS.index(self.color) + 1) % len(COLORS)])

    def _on_pen(self, on: bool) -> None:
        self.overlay.take_pen(on)
        self.bar.show_color(self.color)
        self.bar.showing(on)
        if not on:
            self.overlay.ink.end()
            self.actions_["eraser"].setChecked(False)

    def _on_eraser(self, on: bool) -> None:
        """It is the pen's other end."""
        if on:
            self.actions_["pen"].setChecked(True)

    def _is_erasing(self, is_other_end: bool) -> bool:
        return is_other_end or self.actions_["eraser"].isChecked()

    def _on_touched(self, place: QPointF, is_other_end: bool) -> None:
        if self._is_erasing(is_other_end):
            self.overlay.ink.erase(place, look().px(ERASER_PX))
        else:
            width = max(look().px(PEN_PX), 1.5 * look().line_px)
            self.overlay.ink.begin(place, self.color, width)

    def _on_moved(self, place: QPointF, is_other_end: bool) -> None:
        if self._is_erasing(is_other_end):
            self.overlay.ink.erase(place, look().px(ERASER_PX))
        else:
            self.overlay.ink.move(place)

    def _on_ink_changed(self) -> None:
        ink = self.overlay.ink
        self.actions_["undo_stroke"].setEnabled(ink.can_undo)
        self.actions_["clear_ink"].setEnabled(not ink.is_empty)

    # --- pages ----------------------------------------------------------------------------------

    def _on_tab_made(self, tab: Tab) -> None:
        tab.store.changed.connect(self._on_moved_on)
        view, _ = tab.pictured()
        self._views.append(view)
        view.installEventFilter(self)

    def _on_look_changed(self) -> None:
        """In other type everything stands elsewhere; in other colours it stays where it is."""
        before, self._scale = self._scale, look().scale
        if self._scale != before:
            self.overlay.ink.clear()

    def _current_page(self) -> tuple[str, str, int]:
        key = self.window.tab_key
        return key, self.window.tab(key).page, self._lecturer.place.step

    def _on_moved_on(self) -> None:
        page = self._current_page()
        if page != self._page:
            self._page = page
            self.overlay.ink.clear()

    # --- what mouse and keyboard do -------------------------------------------------------------

    def _on_pointer(self, on: bool) -> None:
        self._watch()
        if not on:
            self.overlay.pointer.leave()

    def _on_keys(self, on: bool) -> None:
        self._watch()
        if not on:
            self.overlay.caption.clear()

    def _watch(self) -> None:
        """Look at what comes to the window, before its widgets do, only while that is needed.

        Widgets that do not track the mouse would never tell where it is.
        """
        is_wanted = self.actions_["pointer"].isChecked() or self.actions_["keys"].isChecked()
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched = None
        handle = self.window.windowHandle()
        if is_wanted and handle is not None:
            handle.installEventFilter(self)
            self._watched = handle

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched in self._views:
            if kind == QEvent.Type.Resize:
                self.overlay.ink.clear()  # what was drawn over stands elsewhere now
            return super().eventFilter(watched, event)
        if self.actions_["pointer"].isChecked():
            if isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseMove:
                self.overlay.pointer.move(event.position())
            elif kind == QEvent.Type.Leave:
                self.overlay.pointer.leave()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._tell_key(event)
        return super().eventFilter(watched, event)

    def _tell_key(self, event: QKeyEvent) -> None:
        if not self.actions_["keys"].isChecked() or event.key() in MODIFIERS:
            return
        focus = self.window.focusWidget()
        is_command = event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if isinstance(focus, TEXT_FIELDS) and event.text().isprintable() and not is_command:
            return  # what is typed is to be seen where it is typed
        pressed = QKeySequence(event.keyCombination())
        action = self._action_of(pressed)
        keys = pressed.toString(QKeySequence.SequenceFormat.NativeText)
        text = action.text().replace("&", "") if action is not None else ""
        self.overlay.caption.say(keys, text, self.window.size())

    def _action_of(self, pressed: QKeySequence) -> QAction | None:
        """What a key does here."""
        tab = self.window.tab(self.window.tab_key)
        for action in (*tab.actions(), *self.window.actions()):
            if action.isEnabled() and pressed in action.shortcuts():
                return action
        return None
