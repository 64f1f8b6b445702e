"""Everything that the command palette offers, gathered anew from the window at each opening."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence

from engine.lessons.lesson import Lesson, Place
from engine.spec import Choice, Spec
from engine.starts import Start, starts
from engine.tabs import spec_class
from gui.lecture.titles import tab_groups, tab_title, window_groups
from gui.theme import THEMES, theme_label

if TYPE_CHECKING:
    from gui.main_window import MainWindow

#: Fields of a tab's spec that say which page of it is open.
PAGE_FIELDS = ("scene", "page")


@dataclass(frozen=True)
class Entry:
    """One thing to do. `key` is the same in every launch; `place` says where it belongs."""

    key: str
    title: str
    place: str
    run: Callable[[], object]
    shortcut: str = ""
    #: Further words to find it by.
    also: str = ""


def gather(window: MainWindow) -> list[Entry]:
    """All entries, what is nearest first; every key once."""
    found: dict[str, Entry] = {}
    for source in SOURCES:
        for entry in source(window):
            found.setdefault(entry.key, entry)
    return list(found.values())


def _tr(text: str) -> str:
    return QCoreApplication.translate("Palette", text)


# --- actions ----------------------------------------------------------------------------------


def _tab_actions(window: MainWindow) -> Iterator[Entry]:
    for place, actions in tab_groups(window):
        for action in actions:
            yield from _of_action(action, f"{window.tab_key}.{action.objectName()}", place)


def _window_actions(window: MainWindow) -> Iterator[Entry]:
    for place, actions in window_groups(window):
        for action in actions:
            yield from _of_action(action, f"{actions.context}.{action.objectName()}", place)


def _of_action(action: QAction, key: str, place: str) -> Iterator[Entry]:
    """What cannot be done now, or only opens a menu, is no entry."""
    if action.isEnabled() and action.isVisible() and action.menu() is None:
        yield Entry(
            key, action.text().replace("&", ""), place, action.trigger,
            shortcut_text(action), action.toolTip(),
        )


def shortcut_text(action: QAction) -> str:
    """An action's first shortcut as the platform writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


# --- tabs, their pages and presets --------------------------------------------------------------


def _fields(window: MainWindow) -> Iterator[Entry]:
    tab, place = window.tab(window.tab_key), _tr("Setting")
    for path, label in tab.controls().items():
        yield Entry(
            f"field.{window.tab_key}.{path}", label, place, _bound(tab.show_control, path),
            also=path,
        )


def _tabs(window: MainWindow) -> Iterator[Entry]:
    for key in window.tab_keys:
        title = tab_title(window, key)
        yield Entry(f"tab.{key}", title, _tr("Tab"), _bound(window.show_tab, key), also=key)
        field, members = _pages(key)
        for member in members:
            yield Entry(
                f"page.{key}.{member.value}", _tr(member.label), title,
                _page_turner(window, key, field, member), also=str(member.value),
            )


def _pages(key: str) -> tuple[str, list[Choice]]:
    fresh = spec_class(key)()
    for field in PAGE_FIELDS:
        value = getattr(fresh, field, None)
        if isinstance(value, Choice):
            return field, list(type(value))
    return "", []


def _page_turner(window: MainWindow, key: str, field: str, page: Choice) -> Callable[[], None]:
    def turn() -> None:
        store = window.show_tab(key).store
        store.apply(store.spec.replaced(**{field: page}), "", is_undoable=False)

    return turn


def _presets(window: MainWindow) -> Iterator[Entry]:
    for key in sorted(window.tab_keys, key=lambda key: key != window.tab_key):
        place = _tr("Preset of {tab}").format(tab=tab_title(window, key))
        for start in starts(key):
            name = _tr(start.label)
            title = _tr("mistake: {name}").format(name=name) if start.is_mistake else name
            yield Entry(
                f"preset.{key}.{start.key}", title, place, _starter(window, key, start),
                also=start.key.replace("_", " "),
            )


def _starter(window: MainWindow, key: str, start: Start) -> Callable[[], None]:
    def begin() -> None:
        store = window.show_tab(key).store
        changed: Spec = start.change(store.spec)
        store.apply(changed, _tr(start.label))

    return begin


# --- lessons, sessions, themes ------------------------------------------------------------------


def _lessons(window: MainWindow) -> Iterator[Entry]:
    if window.lecture is None or window.lecture.lecturer.library is None:
        return  # they are still being read
    lecturer, library = window.lecture.lecturer, window.lecture.lecturer.library
    for lesson in library.lessons:
        yield Entry(
            f"lesson.{lesson.key}", lesson.title, _lesson_place(lesson),
            _bound(lecturer.open, lesson.key), also=f"{lesson.part} {lesson.key}",
        )
    for lesson in library.lessons:
        for number, step in enumerate(lesson.steps):
            yield Entry(
                f"lesson.{lesson.key}.{step.title}", step.title,
                f"{_lesson_place(lesson)}: {lesson.title}",
                _bound(lecturer.open, lesson.key, Place(number)), also=lesson.part,
            )


def _lesson_place(lesson: Lesson) -> str:
    return _tr("Lesson {part}").format(part=lesson.part)


def _sessions(window: MainWindow) -> Iterator[Entry]:
    for name in window.settings.recent_sessions:
        path = Path(name)
        yield Entry(
            f"session.{name}", path.stem, _tr("Recent session"),
            _bound(window.keeper.open, path), also=str(path.parent),
        )


def _themes(window: MainWindow) -> Iterator[Entry]:
    for name in THEMES:
        yield Entry(
            f"theme.{name}", theme_label(name), _tr("Theme"), _bound(window.set_theme, name),
            also=name,
        )


def _bound(do: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: do(*arguments)


SOURCES: tuple[Callable[[MainWindow], Iterator[Entry]], ...] = (
    _tab_actions, _window_actions, _fields, _tabs, _sessions, _themes, _presets, _lessons,
)
