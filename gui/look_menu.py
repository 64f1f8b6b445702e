"""The menu of the window's appearance: themes, sizes, and languages by their own names."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLocale, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine import words
from gui.theme import THEMES, theme_label


class LookMenu(QMenu):
    """Says what was chosen; the window does it."""

    theme_chosen = Signal(str)
    #: A language other than the one in force.
    language_chosen = Signal(str)

    def __init__(self, parent: QWidget, actions: Iterable[QAction]) -> None:
        super().__init__(parent)
        self.themes = {name: self._entry(self, theme_label(name), name) for name in THEMES}
        for name, action in self.themes.items():
            action.triggered.connect(lambda _, theme=name: self.theme_chosen.emit(theme))
        self.addSeparator()
        self.addActions(list(actions))
        self.addSeparator()
        self.languages = QMenu(self._language_title(), self)
        self.languages.aboutToShow.connect(self.list_languages)
        self.addMenu(self.languages)

    def show_theme(self, name: str) -> None:
        """Mark the theme in force."""
        for theme, action in self.themes.items():
            action.setChecked(theme == name)

    def list_languages(self) -> None:
        """Looked for only when someone wants to see them: most launches never do."""
        self.languages.clear()
        for code in words.languages():
            action = self._entry(self.languages, language_name(code), code)
            action.setChecked(code == words.language())
            action.triggered.connect(lambda _, chosen=code: self._on_language(chosen))

    def _on_language(self, code: str) -> None:
        if code != words.language():
            self.language_chosen.emit(code)

    def _language_title(self) -> str:
        """In English too, for whoever is lost in a language that he does not speak."""
        own = self.tr("Language")
        return own if words.language() == words.SOURCE else f"{own} (Language)"

    @staticmethod
    def _entry(menu: QMenu, text: str, data: str) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setData(data)
        return action


def language_name(code: str) -> str:
    """What a language calls itself."""
    if code == words.SOURCE:
        return "English"
    return QLocale(code).nativeLanguageName() or code
