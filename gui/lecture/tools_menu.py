"""The header's button for whoever stands before an audience: every tool of the stage in a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QMenu

from gui.actions import ActionInfo, Actions
from gui.theme import look

if TYPE_CHECKING:
    from gui.lecture.layer import Lecture

ACTIONS = (
    ActionInfo("tools", "Lecture tools", "Present, point, draw, and find anything by its name.",
               "presentation"),
)


class ToolsMenu(QObject):
    """Holds nothing; its entries are the actions of the rooms."""

    def __init__(self, lecture: Lecture) -> None:
        super().__init__(lecture)
        window = lecture.window
        self.actions_ = Actions(window, "ToolsMenu", ACTIONS)
        self.menu = QMenu(window)
        stage, pen = lecture.presentation.actions_, lecture.annotation.actions_
        for group in (
            (stage["present"], stage["controls"], stage["blank"]),
            tuple(pen),
            (lecture.predictor.actions_["predict"],),
            (lecture.palette.actions_["palette"], lecture.shortcut_sheet.actions_["shortcuts"]),
        ):
            self.menu.addSeparator()
            self.menu.addActions(list(group))
        self.actions_["tools"].setMenu(self.menu)
        self.button = window.add_header_button(self.actions_["tools"])
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Draw the icon in the new colours and size."""
        self.actions_.draw_icons()
        self.button.setIconSize(QSize(look().px(16), look().px(16)))
