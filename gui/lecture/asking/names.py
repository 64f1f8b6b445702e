"""How the code calls a widget: by that, and not by a text on the screen, its help is found.

A widget that `CurvesView` keeps as `self.loss` is "CurvesView.loss", in every language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from gui.tab import Tab
from gui.widgets.transport_bar import ActionButton


def keys_of(widget: QWidget) -> Iterator[str]:
    """The keys of a widget, the most particular one first."""
    action = action_of(widget)
    if action:
        yield f"action:{action}"
    owner = widget.parent()
    while owner is not None:
        yield from _keys_at(owner, widget)
        owner = owner.parent()
    if widget not in _LENT:
        _LENT[widget] = list(_lent(widget))
    yield from _LENT[widget]
    yield from own_classes(widget)
    if widget.objectName():
        yield f"#{widget.objectName()}"


#: What was found of widgets that stand elsewhere than in their owner: to look takes a while.
_LENT: WeakKeyDictionary[QWidget, list[str]] = WeakKeyDictionary()


def _lent(widget: QWidget) -> Iterator[str]:
    """The keys of a widget that its owner has lent to another place of the tab, as a scene lends
    its controls to the form on the left."""
    tab = widget.parentWidget()
    while tab is not None and not isinstance(tab, Tab):
        tab = tab.parentWidget()
    for owner in tab.findChildren(QWidget) if tab is not None else ():
        if type(owner).__module__.startswith("gui.") and not owner.isAncestorOf(widget):
            yield from _keys_at(owner, widget)


def _keys_at(owner: QObject, widget: QWidget) -> Iterator[str]:
    for name, place in _places(owner, widget):
        for kind in own_classes(owner):
            if place:
                yield f"{kind}.{name}.{place}"
            yield f"{kind}.{name}"


def action_of(widget: QWidget) -> str:
    """The key of the action that a button is for."""
    if isinstance(widget, ActionButton):
        return widget.action_key
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        return str(widget.defaultAction().objectName())
    return ""


def own_classes(thing: QObject) -> list[str]:
    """The names of an object's classes, as far as they are Chalknet's own."""
    return [kind.__name__ for kind in type(thing).__mro__ if kind.__module__.startswith("gui.")]


def _places(owner: QObject, widget: QWidget) -> Iterator[tuple[str, str]]:
    """The attributes of `owner` that hold a widget, each with its key or place in there."""
    for name, value in vars(owner).items():
        if value is widget:
            yield name, ""
        elif isinstance(value, dict):
            yield from ((name, str(key)) for key, one in value.items() if one is widget)
        elif isinstance(value, list | tuple):
            yield from ((name, place) for place in _among(value, widget))


def _among(values: list[Any] | tuple[Any, ...], widget: QWidget) -> Iterator[str]:
    """The place of a widget in a list; in a list of rows, that within its row."""
    for place, value in enumerate(values):
        if value is widget:
            yield str(place)
        elif isinstance(value, list | tuple):
            yield from (str(k) for k, one in enumerate(value) if one is widget)
