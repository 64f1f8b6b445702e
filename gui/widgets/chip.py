"""A small button in the shape of a chip, as it stands in the heads of cards."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton


def chip(text: str, tip: str, *, checkable: bool = False) -> QPushButton:
    """A chip with a tooltip; a checkable one stays down until it is clicked again."""
    button = QPushButton(text)
    button.setProperty("role", "chip")
    button.setCheckable(checkable)
    button.setToolTip(tip)
    return button
