"""Tabs that show their names in full, as long as there is room for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar


class NameTabs(QTabBar):
    """A row of names; where they are cut short, their tooltips have them in full."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)

    def add_name(self, name: str) -> None:
        """One more tab."""
        self.setTabToolTip(self.addTab(name), name)

    def cut_short(self, on: bool) -> None:
        """Cut the names rather than be pushed out of the window."""
        mode = Qt.TextElideMode.ElideRight if on else Qt.TextElideMode.ElideNone
        if mode != self.elideMode():
            self.setElideMode(mode)
            self.updateGeometry()
