"""Actions as data: a table says text, shortcut, icon and help; menus and buttons follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.theme import look

#: Pixels; large enough for every screen.
ICON_SIDE = 96


@dataclass(frozen=True)
class ActionInfo:
    """One thing a user can do. `icon` is a name of the Material Design icon set."""

    key: str
    text: str
    help: str
    icon: str = ""
    shortcuts: tuple[str, ...] = ()
    checkable: bool = False


class Actions(QObject):
    """The actions of a window or a tab, by key; their icons follow the theme."""

    def __init__(self, owner: QWidget, context: str, infos: Iterable[ActionInfo]) -> None:
        """Make the actions and add them to `owner`; their shortcuts work while it is to be seen."""
        super().__init__(owner)
        self.context = context
        self._infos = {info.key: info for info in infos}
        self._actions: dict[str, QAction] = {}
        for info in self._infos.values():
            action = QAction(QCoreApplication.translate(context, info.text), owner)
            action.setObjectName(info.key)
            action.setShortcuts([QKeySequence(text) for text in info.shortcuts])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(info.checkable)
            keys = ", ".join(
                sequence.toString(QKeySequence.SequenceFormat.NativeText)
                for sequence in action.shortcuts()
            )
            tip = QCoreApplication.translate(context, info.help)
            action.setToolTip(f"{tip} ({keys})" if keys else tip)
            owner.addAction(action)
            self._actions[info.key] = action

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def draw_icons(self) -> None:
        """Give every action its icon in the theme's colour; called after the first paint.

        As pixmaps, which Qt scales to its needs: QtAwesome's own icons fail, and say so on stderr,
        where a button is squeezed until nothing is left for them.
        """
        import qtawesome

        for key, info in self._infos.items():
            if info.icon:
                color = look().tokens.ink
                disabled = look().tokens.ghost
                icon = QIcon()
                for mode, shade in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
                    drawn = qtawesome.icon(f"mdi6.{info.icon}", color=shade)
                    icon.addPixmap(drawn.pixmap(ICON_SIDE, ICON_SIDE), mode)
                self._actions[key].setIcon(icon)
