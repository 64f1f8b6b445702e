"""Keeps the window's session: saves and opens it, and brings it back after a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu

from engine.errors import SessionError
from engine.sessions.session import (
    SUFFIX,
    LessonPlace,
    PinnedRun,
    Session,
    open_session,
    save_session,
)
from gui.actions import ActionInfo
from gui.latest import Latest
from gui.sessions.autosave import Autosave

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.tab import Tab

ACTIONS = (
    ActionInfo("session", "Session", "What all tabs show, as one file: save and open it.",
               "folder-outline"),
    ActionInfo("open_session", "Open session …", "Set all tabs as they were when it was saved.", "",
               ("Ctrl+Shift+O",)),
    ActionInfo("save_session", "Save session", "Write what all tabs show to a small file.", "",
               ("Ctrl+Shift+S",)),
    ActionInfo("save_session_as", "Save session as …", "Write it to another file."),
)


class SessionKeeper(QObject):
    """The window's session. Nothing but specs goes in, and nothing but specs comes out."""

    #: An opened session was left in this place of a lesson, or in none (None).
    lesson_asked = Signal(object)
    #: A session was opened from this file.
    opened = Signal(object)
    #: A session was written to this file.
    saved = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.path: Path | None = None
        #: Runs pinned in tabs that were not opened yet.
        self._waiting_pins: tuple[PinnedRun, ...] = ()
        self._lesson_place: LessonPlace | None = None
        self.autosave = Autosave(self)
        self._reading = Latest(0, self)
        self._writing = Latest(0, self)
        self._reading.arrived.connect(self._on_read)
        self._writing.arrived.connect(self._on_written)
        self._connect()

    def _connect(self) -> None:
        actions = self.window.actions_
        actions["open_session"].triggered.connect(self._on_open)
        actions["save_session"].triggered.connect(self._on_save)
        actions["save_session_as"].triggered.connect(self._on_save_as)
        self.menu = QMenu(self.window)
        self.recent_menu = QMenu(self.tr("Recent sessions"), self.menu)
        for key in ("open_session", "save_session", "save_session_as"):
            self.menu.addAction(actions[key])
        self.menu.addMenu(self.recent_menu)
        self.menu.aboutToShow.connect(self._fill_recent)
        actions["session"].setMenu(self.menu)
        self.window.tab_made.connect(self._on_tab_made)
        for tab in self.window.tabs:
            self._on_tab_made(tab)

    # --- the session ----------------------------------------------------------------------------

    @property
    def lesson_place(self) -> LessonPlace | None:
        """Where the lesson stands that is being held, or None."""
        return self._lesson_place

    @lesson_place.setter
    def lesson_place(self, place: LessonPlace | None) -> None:
        if place != self._lesson_place:
            self._lesson_place = place
            self._on_changed()

    @property
    def session(self) -> Session:
        """Everything as it is now."""
        window = self.window
        return Session(
            specs=window.specs(), tab=window.tab_key, lesson=self.lesson_place, pinned=self.pinned
        )

    @property
    def pinned(self) -> tuple[PinnedRun, ...]:
        """The runs that are kept for comparison in any tab."""
        of_tabs = (run for tab in self.window.tabs for run in tab.pins())
        return (*self._waiting_pins, *of_tabs)

    def _give_pins(self, pins: Sequence[PinnedRun]) -> None:
        """To the tabs that are open; those of the others wait."""
        tabs = self.window.opened_tabs
        for key, tab in tabs.items():
            tab.set_pins([run for run in pins if run.tab == key])
        self._waiting_pins = tuple(run for run in pins if run.tab not in tabs)

    def take(self, session: Session) -> None:
        """Set the window to a session; in every tab that is open, undo leads back."""
        self.window.apply_specs(session.specs, self.tr("Open session"))
        self._give_pins(session.pinned)
        if session.tab in self.window.tab_keys:
            self.window.show_tab(session.tab)
        self._lesson_place = session.lesson
        self.lesson_asked.emit(session.lesson)

    def open(self, path: Path) -> None:
        """Read a session in a worker and take it; a faulty one is told of and changes nothing."""

        def read() -> Iterator[object]:
            try:
                yield path, open_session(path)
            except SessionError as error:
                yield path, error

        self._reading.ask(read)

    def save(self, path: Path) -> None:
        """Write the session in a worker."""
        session = self.session

        def write() -> Iterator[object]:
            try:
                save_session(session, path)
            except SessionError as error:
                yield path, error
            else:
                yield path, session

        self._writing.ask(write)

    def take_over(self, other: SessionKeeper) -> None:
        """Go on with another window's session, saved or not; its specs come by the tabs."""
        self._give_pins(other.pinned)
        self._lesson_place = other.lesson_place
        if other.path is not None:
            was_modified = other.window.isWindowModified()
            self._set_path(other.path)
            self.window.setWindowModified(was_modified)
        self.autosave.go_on_from(other.autosave)
        other.stop()

    def start(self) -> None:
        """The window is on screen: keep what happens from now on, and offer what was lost."""
        self.autosave.start()

    def stop(self) -> None:
        """The window closes; what was asked for is still written."""
        self._reading.stop()
        self._writing.finish()
        self.autosave.stop()

    # --- input ----------------------------------------------------------------------------------

    def _on_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.window, self.tr("Open session"), self._folder(), self._filter()
        )
        if name:
            self.open(Path(name))

    def _on_save(self) -> None:
        if self.path is None:
            self._on_save_as()
        else:
            self.save(self.path)

    def _on_save_as(self) -> None:
        suggested = str(self.path or Path(self._folder()) / f"lecture{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(
            self.window, self.tr("Save session"), suggested, self._filter()
        )
        if name:
            path = Path(name)
            self.save(path if path.suffix == SUFFIX else Path(f"{path}{SUFFIX}"))

    def _folder(self) -> str:
        recent = self.window.settings.recent_sessions
        return str(Path(recent[0]).parent if recent else Path.home())

    def _filter(self) -> str:
        return self.tr("Sessions (*{s})").format(s=SUFFIX)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        recent = self.window.settings.recent_sessions
        self.recent_menu.setEnabled(bool(recent))
        for name in recent:
            action = self.recent_menu.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(self._opener(Path(name)))

    def _opener(self, path: Path) -> Callable[[], None]:
        return lambda: self.open(path)

    # --- output ---------------------------------------------------------------------------------

    def _on_tab_made(self, tab: Tab) -> None:
        tab.store.changed.connect(self._on_changed)
        tab.pins_changed.connect(self._on_changed)
        if self._waiting_pins:
            self._give_pins(self.pinned)

    def _on_changed(self) -> None:
        self.window.setWindowModified(self.path is not None)
        self.autosave.note()

    def _on_read(self, items: list[tuple[Path, Session | SessionError]]) -> None:
        path, session = items[-1]
        if isinstance(session, SessionError):
            self.window.notice.tell(str(session), is_problem=True)
            self.window.settings.forget_session(str(path))
            return
        self.window.notice.clear()
        self.take(session)
        self._set_path(path)
        self.opened.emit(path)

    def _on_written(self, items: list[tuple[Path, Session | SessionError]]) -> None:
        path, session = items[-1]
        if isinstance(session, SessionError):
            self.window.notice.tell(str(session), is_problem=True)
            return
        self.window.notice.clear()
        self._set_path(path)
        self.window.setWindowModified(session != self.session)
        self.saved.emit(path)

    def _set_path(self, path: Path) -> None:
        self.path = path
        self.window.settings.remember_session(str(path))
        self.window.setWindowTitle(f"{path.stem}[*] · Chalknet")
        self.window.setWindowModified(False)
