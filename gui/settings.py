"""What is remembered from one launch to the next; anything unreadable falls back to its default."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings

from engine.places import settings_file
from gui.theme import THEMES, ZOOM_STEPS

#: So many session files are remembered.
MOST_RECENT = 8


class Settings:
    """Typed access to the settings file."""

    def __init__(self) -> None:
        self._store = QSettings(str(settings_file()), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """One of `THEMES`."""
        theme = str(self._store.value("theme", "light"))
        return theme if theme in THEMES else "light"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def language(self) -> str:
        """The code of the language that was chosen; empty where none was."""
        return str(self._store.value("language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._store.setValue("language", code)

    @property
    def zoom(self) -> float:
        """The size of everything, 1 is normal."""
        try:
            zoom = float(str(self._store.value("zoom", 1.0)))
        except ValueError:
            return 1.0
        return zoom if ZOOM_STEPS[0] <= zoom <= ZOOM_STEPS[-1] else 1.0

    @zoom.setter
    def zoom(self, factor: float) -> None:
        self._store.setValue("zoom", factor)

    @property
    def geometry(self) -> QByteArray | None:
        """Size and place of the window; None at first launch."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    def tab(self, keys: list[str], default: str) -> str:
        """The tab that was open, one of `keys`."""
        key = str(self._store.value("tab", default))
        return key if key in keys else default

    def set_tab(self, key: str) -> None:
        """Remember the tab that is open."""
        self._store.setValue("tab", key)

    @property
    def recent_sessions(self) -> list[str]:
        """The session files used last, the latest first."""
        return self.texts("recent_sessions")[:MOST_RECENT]

    def remember_session(self, name: str) -> None:
        """Put a session file in front."""
        others = [other for other in self.recent_sessions if other != name]
        self._store.setValue("recent_sessions", [name, *others][:MOST_RECENT])

    def forget_session(self, name: str) -> None:
        """Leave a session file out from now on."""
        others = [other for other in self.recent_sessions if other != name]
        self._store.setValue("recent_sessions", others)

    def texts(self, name: str) -> list[str]:
        """A remembered list of texts, such as the commands used last."""
        found = self._store.value(name, [])
        # A list of one is read back as its only item.
        return [str(text) for text in (found if isinstance(found, list) else [found]) if text]

    def set_texts(self, name: str, texts: Sequence[str]) -> None:
        """Remember a list of texts."""
        self._store.setValue(name, list(texts))

    def flag(self, name: str, default: bool) -> bool:
        """A remembered switch, such as whether a panel is shown."""
        return str(self._store.value(name, default)).lower() == "true"

    def set_flag(self, name: str, value: bool) -> None:
        """Remember a switch."""
        self._store.setValue(name, value)

    def sync(self) -> None:
        """Write to disk."""
        self._store.sync()
