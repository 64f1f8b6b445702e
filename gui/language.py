"""The window's language: Qt asks the same catalogue as the engine."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from engine import words

#: Qt's own texts: the buttons of its dialogs, the menu of a text field.
QT_TEXTS = "qtbase"


class CatalogueTranslator(QTranslator):
    """Answers every `tr` of the window; what it does not know stays English."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1,  # noqa: ARG002
    ) -> str | None:
        if context[:1] == "Q" and context[1:2].isupper():
            # Qt asks for its own texts too, and has a file of its own; few are better known here.
            return words.catalogue().texts.get(f"{context}{words.CONTEXT_MARK}{text}")
        return words.find(text, context)


class _Speech:
    """What is installed in the application now."""

    def __init__(self) -> None:
        self.translators: list[QTranslator] = []


_speech = _Speech()


def speak(code: str) -> None:
    """Let engine and window speak a language; windows that are open keep theirs.

    Raises `ChalknetError` where there is none such.
    """
    words.set_language(code)
    install()


def install() -> None:
    """Bring Qt to the language that the engine speaks."""
    for translator in _speech.translators:
        QCoreApplication.removeTranslator(translator)
    _speech.translators = []
    code = words.language()
    if code == words.SOURCE:
        return
    qt_texts = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt_texts.load(QLocale(code), QT_TEXTS, "_", folder):
        _speech.translators.append(qt_texts)
    _speech.translators.append(CatalogueTranslator())
    for translator in _speech.translators:
        QCoreApplication.installTranslator(translator)


def system_language() -> str:
    """The first language of the system's list that Chalknet speaks, else English."""
    known = words.languages()
    wished = (QLocale(name).bcp47Name().partition("-")[0] for name in QLocale().uiLanguages())
    return next((code for code in wished if code in known), words.SOURCE)


def first_language(asked: str | None, remembered: str) -> str:
    """The language to begin with: asked for at this launch, else remembered, else the system's.

    What is remembered may be a language that this Chalknet no longer has.
    """
    if asked is not None:
        return asked
    return remembered if remembered in words.languages() else system_language()

