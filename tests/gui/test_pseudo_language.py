"""What the window shows has gone through translation, whoever wrote it.

Every text of the catalogue is turned into wide letters (Ｌｏｓｓ); what is then seen anywhere in
plain ones never was translated. Letters, not brackets: they survive elision and line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTabBar,
    QWidget,
)

from engine import words
from engine.data.catalogue import CATALOGUE
from engine.expressivity.tab_spec import GridPage
from gui import language
from gui.main_window import MainWindow
from gui.widgets.math_label import MathLabel

WIDE = {code: code + 0xFEE0 for code in (*range(65, 91), *range(97, 123))}
#: What stays as it is, and why.
PLAIN = [
    # Keys are called by Qt's own catalogue.
    r"\b(Ctrl|Alt|Shift|Meta|Space|Del|Return|Enter|Esc|Home|End|PgUp|PgDown|Tab|F\d+)\b",
    # Names of programs, things and people.
    r"\b(Chalknet|PyTorch|MNIST|FashionMNIST|English|Deutsch)\b",
    r"Xiao, Rasul, Vollgraf 2017, arXiv:[\d.]+|\b\d+ GiB\b",
    # So that whoever is lost in a language finds the way out.
    r"\(Language\)",
    # Mathematics and names of variables are the same everywhere.
    r"\b(sin|cos|tan|tanh|exp|log|ln|max|min|abs|sqrt|pi|tau|inf|nan|softmax)\b",
    r"\b(n_in|n_out|float32|float64)\b|∇\w+|\be[-−+]\d+\b|\b\d+e\b",
    # Layers as they are called in the file of a run.
    r"\b(linear|activation|norm|dropout)\d+\b",
    # A path is the system's.
    r"(?<!<)/\u200b?\w\S*",
    # What a data set calls its classes, and what its licence says, is quoted.
    *(re.escape(name) for one in CATALOGUE.values()
      for name in (one.licence, one.citation, *one.class_names)),
    # A class name that is cut short by an ellipsis, or turned by a painter.
    r"\b\w+ ?\w*…",
]
STAYS = re.compile("|".join(PLAIN))


def pseudo(text: str) -> str:
    """A text in wide letters; placeholders, tags and TeX stay what they are."""
    if "\\" in text:
        return text
    parts = re.split(r"(\{+[^{}]*\}+|<[^<>]*>)", text)
    return "".join(p if p.startswith(("{", "<")) else p.translate(WIDE) for p in parts)


@pytest.fixture
def pseudo_language() -> Iterator[None]:
    known = words.read_catalogue("de").texts
    words.use("pseudo", words.Catalogue({key: pseudo(key) for key in known}))
    language.install()
    yield
    language.speak("en")


@pytest.fixture
def painted(monkeypatch) -> set[str]:
    """Every text that a painter has drawn."""
    texts: set[str] = set()
    draw = QPainter.drawText

    def recorded(self, *arguments):
        texts.update(a for a in arguments if isinstance(a, str))
        return draw(self, *arguments)

    monkeypatch.setattr(QPainter, "drawText", recorded)
    return texts


@pytest.fixture
def window(qtbot, torch_is_there, pseudo_language, painted) -> Iterator[MainWindow]:
    shown = MainWindow()
    shown.restore_settings()
    shown.resize(1600, 900)
    shown.show()
    qtbot.waitUntil(lambda: shown.lecture is not None, timeout=10_000)
    shown.tell_tabs(lambda tab: tab.start("2"))
    yield shown
    shown.close()
    shown.deleteLater()


def texts_of(widget: QWidget) -> Iterator[str]:
    """Everything that a widget says to the eye, the pointer and the ear."""
    yield from (widget.toolTip(), widget.whatsThis(), widget.accessibleDescription())
    if not isinstance(widget, MathLabel):
        yield widget.accessibleName()  # a formula read aloud is no text
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QMenu):
        yield widget.title()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QSpinBox):
        yield widget.prefix() + widget.suffix()
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(k) for k in range(widget.count()))
    if isinstance(widget, QComboBox):
        yield widget.placeholderText()
        for k in range(widget.count()):
            yield widget.itemText(k)
            yield str(widget.itemData(k, Qt.ItemDataRole.ToolTipRole) or "")
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from cells_of(widget)
    for action in widget.actions():
        yield from (action.text(), action.toolTip())


def cells_of(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    for row in range(200):
        if not model.hasIndex(row, 0):
            return
        for column in range(20):
            if not model.hasIndex(row, column):
                break
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(model.index(row, column).data(role) or "")


def untranslated(text: str) -> bool:
    bare = STAYS.sub(" ", re.sub(r"<[^<>]*>", " ", text.replace("&", "")))
    return bool(re.search(r"[A-Za-z]{2,}", bare))


def is_of_qt(widget: QWidget) -> bool:
    """What Qt makes for itself, such as the arrows of a tab bar, is in Qt's own catalogue."""
    return widget.objectName().startswith(("qt_", "Scroll"))


def places(window: MainWindow) -> Iterator[str]:
    """Bring every page of every tab to the front, one after another."""
    for key in window.tab_keys:
        store = window.show_tab(key).store
        field = "scene" if hasattr(store.spec, "scene") else "page"
        for value in type(getattr(store.spec, field)):
            store.apply(store.spec.replaced(**{field: value}), "", is_undoable=False)
            yield f"{key}, {value.value}"
            if value.value == "dimensions":
                for page in GridPage:
                    store.apply(store.spec.replaced(grid_page=page), "", is_undoable=False)
                    yield f"{key}, {page.value}"


def test_nothing_is_shown_untranslated(window, painted, qtbot):
    found: dict[str, str] = {}
    for place in places(window):
        qtbot.wait(150)  # what is asked for when a page opens has a moment to be said
        window.grab()
        for widget in (window, *window.findChildren(QWidget)):
            if not is_of_qt(widget):
                for text in filter(untranslated, texts_of(widget)):
                    found.setdefault(text, f"{place}: {type(widget).__name__}")
        for text in filter(untranslated, painted):
            found.setdefault(text, f"{place}: painted")
        painted.clear()
    report = "\n".join(f"{where}: {text[:120]!r}" for text, where in found.items())
    assert not found, f"{len(found)} texts never went through translation:\n{report}"


def test_a_text_that_was_not_translated_would_be_found():
    assert untranslated("Loss")
    assert untranslated("Ｌｏｓｓ of 3")
    assert not untranslated("Ｌｏｓｓ: 3.2 (Ctrl+L)")
    assert not untranslated("<b>Ｌｏｓｓ</b> T-shirt/top sin(3x)")
