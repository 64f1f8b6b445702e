"""Ask anything: the mouse becomes a question mark, and a click says what a thing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import LessonError
from engine.help.texts import HelpText, HelpTexts, help_texts
from engine.lessons.lesson import Place
from engine.words import language
from gui.actions import ActionInfo, Actions
from gui.lecture.asking.card import AskCard, Choice, Sheet
from gui.lecture.asking.cover import Cover
from gui.lecture.asking.pointing import Asked, Pointer, rect_in
from gui.theme import look

if TYPE_CHECKING:
    from gui.main_window import MainWindow

ACTIONS = (
    ActionInfo("ask", "What is this?", "Click anything to be told what it is; Escape ends it.",
               "help-circle-outline", ("F1",), True),
)
#: Keys that ask about what has the keyboard; Tab walks on, everything else has to wait.
ASK_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
END_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_F1)
WALK_KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class Asking(QObject):
    """Owns cover and card. While it is on, no click and no key reaches what lies below."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.actions_ = Actions(window, "Asking", ACTIONS)
        self.cover = Cover(window)
        self.card = AskCard(window)
        self.asked: Asked | None = None
        self.button = window.add_header_button(self.actions_["ask"])
        self.actions_["ask"].toggled.connect(self._on_toggled)
        self.cover.pointed.connect(self._on_pointed)
        self.cover.asked.connect(self._on_asked)
        self.card.closed.connect(self.end)
        window.tab_bar.currentChanged.connect(self._on_moved)
        look().changed.connect(self._on_look_changed)
        self._on_look_changed()

    # --- on and off -----------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether a click asks, rather than does something."""
        return not self.cover.isHidden()

    def begin(self) -> None:
        """The next click asks, and those after it, until Escape."""
        self.actions_["ask"].setChecked(True)

    def end(self) -> None:
        """Everything is as before; nothing has happened to what was asked about."""
        self.actions_["ask"].setChecked(False)
        self._close_card()

    def stop(self) -> None:
        """The window closes."""
        self._watch(on=False)

    def _on_toggled(self, on: bool) -> None:
        if on:
            self.cover.setGeometry(self.window.rect())
            self.cover.show()
            self.cover.raise_()
        else:
            self.cover.hide()
        self.cover.set_outlined(None)
        self._close_card()
        self._watch(on=on)

    def _watch(self, *, on: bool) -> None:
        """While asking, keys are looked at before anything else gets them."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        if on:
            app.installEventFilter(self)

    def _on_look_changed(self) -> None:
        self.actions_.draw_icons()
        self.button.setIconSize(QSize(look().px(16), look().px(16)))
        self._on_moved()

    def _on_moved(self) -> None:
        """The card was about something that is not to be seen, or stands elsewhere."""
        self.cover.set_outlined(None)
        self._close_card()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window and event.type() == QEvent.Type.Resize:
            self.cover.setGeometry(self.window.rect())
            self._close_card()
        is_key = event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if is_key and isinstance(event, QKeyEvent) and self._is_ours(watched):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _is_ours(self, watched: QObject) -> bool:
        """A key goes to the window's handle first, and to widgets afterwards."""
        return isinstance(watched, QWidget) and watched.window() is self.window

    def _on_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if event.type() == QEvent.Type.ShortcutOverride:
            # Accepted, it comes as a plain key, and no shortcut is triggered.
            event.accept()
            return True
        if key in WALK_KEYS:
            return False
        focus = QApplication.focusWidget()
        if focus is not None and self.card.isAncestorOf(focus) and key in ASK_KEYS:
            return False
        if key in END_KEYS:
            self.end()
        elif key in ASK_KEYS and focus is not None:
            self.ask_about(focus)
        return True

    # --- asking ---------------------------------------------------------------------------------

    @property
    def texts(self) -> HelpTexts:
        """The entries for the tab in front."""
        return help_texts(self.window.tab_key, language())

    def _pointer(self) -> Pointer:
        key = self.window.tab_key
        return Pointer(self.window.tab(key), key, self.texts)

    def what_is_at(self, point: QPoint) -> Asked | None:
        """What is under a point of the window."""
        return self._pointer().at(self.window, point, self.cover)

    def ask_about(self, widget: QWidget) -> None:
        """Say what a widget is, as when it has the keyboard and Enter is pressed."""
        asked = self._pointer().about(widget, self.window)
        if asked is not None:
            self._show(asked)

    def tell(self, sheet: Sheet, about: QWidget) -> None:
        """Say something on the card, below `about`, without being asked by mouse."""
        self.asked = None
        self.cover.set_chosen(None)
        self.card.show_sheet(sheet, rect_in(self.window, about), below=True)

    def _on_pointed(self, point: QPoint) -> None:
        asked = self.what_is_at(point)
        self.cover.set_outlined(None if asked is None else rect_in(self.window, asked.widget))

    def _on_asked(self, point: QPoint) -> None:
        asked = self.what_is_at(point)
        if asked is None:
            self._close_card()
        else:
            self._show(asked)

    def _show(self, asked: Asked) -> None:
        self.asked = asked
        rect = rect_in(self.window, asked.widget)
        spot = None
        if asked.spot is not None:
            spot = asked.widget.mapTo(self.window, asked.spot.toPoint())
        self.cover.set_chosen(rect, spot)
        if asked.is_covered:
            self.card.show_sheet(
                Sheet(asked.title, text=self.tr("Hidden until you have predicted.")), rect
            )
            return
        value = self.tr("Now: {value}").format(value=asked.value) if asked.value else ""
        self._say(asked.entry, asked.title, asked.help, value, rect)

    def _say(self, entry: HelpText, title: str, help: str, value: str, rect: QRect) -> None:
        self.card.show_sheet(
            Sheet(title, value, f"{help} {entry.text}".strip(), entry.tex, entry.part_sentence,
                  self.more(entry.see)),
            rect,
        )

    def _close_card(self) -> None:
        self.asked = None
        self.card.hide()
        self.cover.set_chosen(None)

    # --- more -----------------------------------------------------------------------------------

    def _place(self, see: tuple[str, str]) -> Place | None:
        """The place in a lesson that an entry leads to, once the lessons are read."""
        lecturer = getattr(self.window.lecture, "lecturer", None)
        library = getattr(lecturer, "library", None)
        if library is None:
            return None
        try:
            steps = library.find(see[0]).steps
        except LessonError:  # an own lesson has taken the place of the bundled one
            return None
        titles = [step.title for step in steps]
        return Place(titles.index(see[1])) if see[1] in titles else None

    def more(self, see: tuple[str, str] | None) -> tuple[Choice, ...]:
        """A button that opens the step of a lesson, where there is one."""
        place = self._place(see) if see is not None else None
        if see is None or place is None:
            return ()

        def open_step() -> None:
            self.end()
            self.window.lecture.lecturer.open(see[0], place)  # type: ignore[union-attr]

        tip = self.tr("Open the step of the lesson that treats it.")
        return (Choice(self.tr("More: {step}").format(step=see[1]), tip, open_step),)


