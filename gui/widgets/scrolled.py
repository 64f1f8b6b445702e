"""A view that scrolls where its room is too small, and looks like no more than what it holds."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def scrolled(content: QWidget, name: str, *, sideways: bool = False) -> QScrollArea:
    """`content` in a scroll area without frame and ground; `sideways` it scrolls only if asked."""
    area = QScrollArea()
    explain_scrolling(area, name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def explain_scrolling(area: QScrollArea, name: str) -> None:
    """Tell those who do not see it what it is, and what keys do in it."""
    area.setAccessibleName(name)
    area.setAccessibleDescription(
        QCoreApplication.translate("ScrollArea", "Arrow keys scroll it, Tab goes into it.")
    )
