"""All tabs, pages and scenes: names and explanations, Tab from room to room, texts one can read."""

from __future__ import annotations

from itertools import groupby

import pytest
from driving import RECIPE
from lecture.stage_driving import Theatre
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from test_accessibility import explanation, name_of, takes_keyboard

from engine.initialization.tab_spec import Chosen
from gui.widgets.collapsible import CollapsibleGroup

#: In the order of the walk: header, form, views, notes, bar below.
ROOMS = "hfvnt"
#: More presses of Tab than any page needs.
MOST_STOPS = 600


def room_of(window, tab, widget: QWidget) -> str:
    rooms = {
        "h": window.tab_bar.parentWidget(), "f": tab.form_panel, "n": tab.notes_panel,
        "t": tab.transport, "v": tab.views_area,
    }
    return next(
        (key for key, room in rooms.items() if room is widget or room.isAncestorOf(widget)), "?"
    )


def explain_themselves(window) -> None:
    """Everything that takes the keyboard says what it is, and what it is for."""
    shown = [
        w for w in window.findChildren(QWidget)
        if w.window() is window and w.isVisibleTo(window) and takes_keyboard(w)
    ]
    assert len(shown) > 20
    nameless = {
        name_of(w) for w in shown if not w.accessibleName() and not getattr(w, "text", str)()
    }
    silent = {f"{name_of(w)}: {w.accessibleName()}" for w in shown if not explanation(w)}
    assert (nameless, silent) == (set(), set())


def can_be_kept_on_a_stage(tab) -> None:
    """Everything in the form belongs to a control that a lesson or the user can keep in sight."""
    controls = [control.widget for control in tab.form_content.controls(tab.store.spec).values()]
    form = tab.form_content.form
    others = {
        name_of(w) for w in form.findChildren(QWidget)
        if w.isVisibleTo(form) and takes_keyboard(w) and not isinstance(w, QScrollArea)
        and not any(c is w or c.isAncestorOf(w) for c in controls)
        and not any(group.heading is w for group in form.findChildren(CollapsibleGroup))
    }
    assert others == set()


def walk_by_tab(window) -> None:
    """Tab comes by everything, once, room by room, and comes back to where it began."""
    tab = window.tab(window.tab_key)
    window.activateWindow()
    start = window.tab_bar
    start.setFocus(Qt.FocusReason.TabFocusReason)
    stops: list[QWidget] = []
    for _ in range(MOST_STOPS):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None, name_of(stops[-1])
        stops.append(focus)
        if focus is start:
            break
    assert stops[-1] is start, f"trapped in {name_of(stops[-1])}"
    wanted = {
        w for w in window.findChildren(QWidget)
        if w.window() is window and w.isVisible() and w.isEnabled() and takes_keyboard(w)
        and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert {name_of(w) for w in wanted - set(stops)} == set()
    rooms = [key for key, _ in groupby(room_of(window, tab, w) for w in stops)]
    assert [room for room in rooms if room in ROOMS[1:]] == [
        room for room in ROOMS[1:] if room in rooms
    ]
    assert set("fvt") <= set(rooms)
    before = len(stops)
    # And backwards the same way.
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() in stops[before - 12 :]


def every_page(tab_key: str, theatre: Theatre):
    """Bring each page or scene of a tab to the front."""
    tab, store = theatre.tab, theatre.tab.store
    spec = store.spec
    if tab_key == "expressivity":
        pages = [(scene, page) for scene in tab.scenes for page in (
            type(spec.grid_page) if scene.value == "dimensions" else [spec.grid_page]
        )]
        for scene, page in pages:
            grid, function = spec.grid.replaced(cells=4), spec.function.replaced(pieces=4)
            store.apply(store.spec.replaced(
                scene=scene, grid_page=page, grid=grid, function=function,
                shown=("boxes", "twin"), sparsity=spec.sparsity.replaced(points=9, dimension=2),
            ), "", is_undoable=False)
            yield f"{scene.value} {page.value}"
    elif tab_key == "initialization":
        small = spec.probe.replaced(widths="16x3", batch_size=16, seeds=1)
        for scene in type(spec.scene):
            store.apply(spec.with_probe(small).replaced(
                scene=scene, chosen=Chosen(0, 1), derivation_step=9
            ), "", is_undoable=False)
            theatre.until(lambda: tab.results() is not None and not tab.measuring.is_busy)
            yield scene.value
    else:
        theatre.until(lambda: tab.material.now is not None)
        for scene in type(spec.scene):
            store.apply(store.spec.replaced(scene=scene, step=16), "", is_undoable=False)
            yield scene.value


@pytest.mark.parametrize("tab_key", ["expressivity", "initialization", "backprop"])
def test_names_and_the_way_of_tab(qtbot, tab_key):
    theatre = Theatre(qtbot, tab_key, (1920, 1080))
    try:
        for _ in every_page(tab_key, theatre):
            for group in theatre.tab.findChildren(CollapsibleGroup):
                group.set_expanded(True)
            theatre.settle()
            explain_themselves(theatre.window)
            can_be_kept_on_a_stage(theatre.tab)
            walk_by_tab(theatre.window)
    finally:
        theatre.close()
        theatre.window.deleteLater()


def test_names_and_the_way_of_tab_in_training(open_lab):
    lab = open_lab(RECIPE, size=(1920, 1080))
    lab.until(lambda: lab.window.lecture is not None)
    for page in type(lab.store.spec.page):
        spec = lab.store.spec.replaced(page=page, confusion_cell=(6, 0))
        lab.store.apply(spec, "", is_undoable=False)
        lab.qtbot.wait(20)
        explain_themselves(lab.window)
        can_be_kept_on_a_stage(lab.tab)
        walk_by_tab(lab.window)
