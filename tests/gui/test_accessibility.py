"""Everything that takes the keyboard has a name and an explanation, and every text has room."""

from __future__ import annotations

import pytest
from driving import RECIPE
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QToolButton,
    QWidget,
)

from engine.training.tab_spec import Page
from gui.tabs.training.run import RunState
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.painted import ElidedLabel, Painted
from gui.widgets.prediction_card import PredictionCard

Key = Qt.Key
SIZES = {"1280x720": (1280, 720), "1920x1080": (1920, 1080)}
LOOKS = {
    "light": ("light", 1.0), "dark": ("dark", 1.0), "projector": ("projector", 1.0),
    "200 %": ("light", 2.0),
}


def name_of(widget: QWidget) -> str:
    path = []
    while widget is not None and not widget.isWindow():
        path.append(type(widget).__name__)
        widget = widget.parentWidget()
    return " < ".join(path[:4])


def explanation(widget: QWidget) -> str:
    """The tooltip that shows above a widget, or what a screen reader says of it."""
    if widget.accessibleDescription():
        return widget.accessibleDescription()
    while widget is not None and not widget.isWindow():
        if widget.toolTip():
            return widget.toolTip()
        widget = widget.parentWidget()
    return ""


def takes_keyboard(widget: QWidget) -> bool:
    is_inner = (
        widget.focusProxy() is not None or widget.objectName().startswith("qt_")
        or isinstance(widget.parentWidget(), QTabBar) or isinstance(widget, QMenu)
    )
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not is_inner


@pytest.fixture
def everything(open_lab):
    """A finished run, every group unfolded, all that can be opened opened."""
    lab = open_lab(RECIPE.replaced(validation_share=0.2))
    lab.press(Key.Key_Space)
    lab.wait_for(RunState.FINISHED)
    for group in lab.tab.recipe_panel.form.groups.values():
        group.set_expanded(True)
    lab.store.apply(lab.store.spec.replaced(confusion_cell=(6, 0)), "", is_undoable=False)
    return lab


def test_what_takes_the_keyboard_has_a_name_and_an_explanation(everything):
    widgets = [
        w for w in everything.window.findChildren(QWidget)
        if w.window() is everything.window and takes_keyboard(w)
    ]
    assert len(widgets) > 60
    nameless = [
        name_of(w) for w in widgets if not w.accessibleName() and not getattr(w, "text", str)()
    ]
    silent = [
        name_of(w) for w in widgets if not explanation(w) and not isinstance(w, QScrollArea)
    ]
    assert (nameless, silent) == ([], [])


def cut_off(widget: QWidget) -> str:
    """What of a widget's text does not fit into it; empty where all is well."""
    if isinstance(widget, QLabel) and not widget.pixmap().isNull():
        return ""
    text = widget.text()
    if not text or not widget.isVisible() or widget.visibleRegion().isEmpty():
        return ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        width, height = widget.width(), widget.heightForWidth(widget.width())
        longest = max(map(widget.fontMetrics().horizontalAdvance, text.split()))
        wanted = min(longest, widget.sizeHint().width()) if "<" not in text else 0
    else:
        hint = widget.minimumSizeHint() if isinstance(widget, QToolButton) else widget.sizeHint()
        wanted, width, height = hint.width(), widget.width(), hint.height()
    if wanted > width or height > widget.height():
        return (
            f"{name_of(widget)}: {text[:40]!r} wants {wanted}x{height}, "
            f"has {width}x{widget.height()}"
        )
    return ""


def texts_cut_off(lab) -> list[str]:
    kinds = (QLabel, QPushButton, QCheckBox)
    found = [w for kind in kinds for w in lab.window.findChildren(kind)]
    return [complaint for w in found if (complaint := cut_off(w))]


def too_little_room(lab) -> list[str]:
    """Labels that give way to an ellipsis have room for a few letters at least."""
    return [
        f"{name_of(w)}: {w.text!r} has {w.width()} px"
        for w in lab.window.findChildren(ElidedLabel)
        if w.isVisible() and w.text and not w.visibleRegion().isEmpty()
        and w.width() < w.minimumSizeHint().width()
    ]


def squeezed(lab) -> list[str]:
    """Views that are smaller than the least that they ask for."""
    return [
        f"{name_of(w)}: asks for {least.width()}x{least.height()}, has {w.width()}x{w.height()}"
        for kind in (Painted, PredictionCard, Card) for w in lab.tab.findChildren(kind)
        if w.isVisible() and w.sizePolicy().verticalPolicy() != QSizePolicy.Policy.Ignored
        and (least := w.minimumSizeHint()).height() > w.height()
    ]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LOOKS)
def test_every_text_has_room(everything, name, size):
    lab = everything
    theme, zoom = LOOKS[name]
    lab.window.resize(*SIZES[size])
    look().set_theme(theme)
    look().set_zoom(zoom)
    complaints = {}
    for page in Page:
        lab.store.apply(lab.store.spec.replaced(page=page), "", is_undoable=False)
        lab.qtbot.wait(30)
        found = texts_cut_off(lab) + too_little_room(lab) + squeezed(lab)
        if found:
            complaints[page.value] = found
    assert complaints == {}
    assert (lab.window.width(), lab.window.height()) == SIZES[size]


def test_the_tabs_have_room_for_their_titles(everything):
    (bar,) = [b for b in everything.window.findChildren(QTabBar) if b.isVisible()]
    for name, (theme, zoom) in LOOKS.items():
        look().set_theme(theme)
        look().set_zoom(zoom)
        everything.until(lambda: bar.tabRect(bar.count() - 1).right() <= bar.width())
        for place in range(bar.count()):
            width = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
            # Where they cannot all be read, none is out of reach, and a tooltip has it in full.
            is_told = zoom == 2.0 and bar.tabToolTip(place) == bar.tabText(place)
            assert bar.tabRect(place).width() >= width or is_told, name
