"""The bar that starts, stops and steps a run, and says how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from gui.keys import calm_wheel
from gui.theme import look
from gui.widgets.icon_button import icon_pixmap
from gui.widgets.painted import LEFT, ElidedLabel, line_height, text_width
from gui.widgets.timeline import Timeline

FULL, NO_SHORTCUT, ICON_ONLY = range(3)
ICONS = {
    "reset": "mdi6.restart", "play": "mdi6.play", "small_step": "mdi6.step-forward",
    "large_step": "mdi6.skip-next", "stop": "mdi6.stop",
}


class ActionButton(QPushButton):
    """A button for a QAction: icon, text and, small, its shortcut."""

    def __init__(
        self, action: QAction, icon_name: str, parent: QWidget | None = None, *,
        primary: bool = False,
    ) -> None:
        super().__init__(parent)
        self._action, self._icon_name, self._primary = action, icon_name, primary
        self._detail = FULL
        if primary:
            self.setProperty("role", "primary")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        action.changed.connect(self.on_action_changed)
        look().changed.connect(self.updateGeometry)
        self.on_action_changed()

    def on_action_changed(self) -> None:
        """Follow the action's text, shortcut and state."""
        action = self._action
        self.setEnabled(action.isEnabled())
        # Shown before it stands anywhere, it would be a window of its own for a moment.
        if self.parentWidget() is not None or not action.isVisible():
            self.setVisible(action.isVisible())
        text = action.text().replace("&", "")
        self.setAccessibleName(text)
        shortcut = self.shortcut_text()
        tip = action.toolTip().replace("&", "")
        self.setToolTip(f"{tip} ({shortcut})" if shortcut else tip)
        self.updateGeometry()
        self.update()

    def set_icon_name(self, name: str) -> None:
        """Take another QtAwesome icon."""
        if name != self._icon_name:
            self._icon_name = name
            self.update()

    def set_detail(self, detail: int) -> None:
        """Show everything (`FULL`), leave the shortcut out, or keep just the icon."""
        if detail != self._detail:
            self._detail = detail
            self.updateGeometry()
            self.update()

    @property
    def action_key(self) -> str:
        """The key of the action that it is for."""
        return self._action.objectName()

    @property
    def detail(self) -> int:
        """How much is shown: `FULL`, `NO_SHORTCUT` or `ICON_ONLY`."""
        return self._detail

    def shortcut_text(self) -> str:
        """The action's shortcut as the platform writes it."""
        return self._action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def width_at(self, detail: int) -> int:
        """The width that a level of detail takes."""
        width = look().px(18) + 2 * look().px(10) + 2
        if detail < ICON_ONLY and self.accessibleName():
            width += look().px(6) + int(text_width(self.accessibleName(), self._font())) + 1
        if detail == FULL and self.shortcut_text():
            width += look().px(8) + int(text_width(self.shortcut_text(), look().font(11))) + 1
        return width

    def _font(self) -> QFont:
        return look().font(bold=self._primary)

    def sizeHint(self) -> QSize:
        height = max(int(line_height(self._font())), look().px(20)) + 2 * look().px(4) + 2
        return QSize(self.width_at(self._detail), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        is_on = self.isEnabled()
        token = "on_blue" if self._primary and is_on else "ink" if is_on else "ghost"
        side, left = look().px(18), look().px(10) + 1
        icon = icon_pixmap(self, self._icon_name, token, side)
        painter.drawPixmap(left, (self.height() - side) // 2, icon)
        left += side + look().px(6)
        painter.setPen(look().tokens.text(token))
        if self._detail < ICON_ONLY:
            painter.setFont(self._font())
            width = int(text_width(self.accessibleName(), self._font())) + 1
            painter.drawText(QRect(left, 0, width, self.height()), LEFT, self.accessibleName())
            left += width + look().px(8)
        if self._detail == FULL and self.shortcut_text():
            painter.setFont(look().font(11))
            if not self._primary and self.isEnabled():
                painter.setPen(look().tokens.color("muted"))
            painter.drawText(QRect(left, 0, self.width() - left, self.height()), LEFT,
                             self.shortcut_text())


class TransportBar(QWidget):
    """Reset, play, two steps, stop, speed, status and progress, in one row.

    Where the row gets narrow, first the shortcuts go, then the texts; the icons stay.
    """

    speed_chosen = Signal(int)

    def __init__(
        self, reset: QAction, play: QAction, small_step: QAction, large_step: QAction,
        stop: QAction, parent: QWidget | None = None, *, stop_icon: str = ICONS["stop"],
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setProperty("edge", "top")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        actions = {"reset": reset, "play": play, "small_step": small_step,
                   "large_step": large_step, "stop": stop}
        self.addActions(list(actions.values()))
        icons = {**ICONS, "stop": stop_icon}
        self.buttons = {
            key: ActionButton(action, icons[key], self, primary=key == "play")
            for key, action in actions.items()
        }
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("How fast the run goes"))
        calm_wheel(self.speed)
        self.speed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.speed.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.speed.activated.connect(self.speed_chosen)
        self.status = ElidedLabel(token="muted")
        self._is_reduced = False
        self.timeline = Timeline()
        self._row = QHBoxLayout(self)
        for button in self.buttons.values():
            self._row.addWidget(button)
        self._row.addWidget(self.speed)
        self._row.addWidget(self.status)
        self._row.addWidget(self.timeline, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for action in actions.values():
            action.changed.connect(self._fit)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def set_playing(self, on: bool) -> None:
        """Show the pause icon while a run is on; the text is the action's."""
        self.buttons["play"].set_icon_name("mdi6.pause" if on else "mdi6.play")

    def set_speeds(self, labels: Sequence[str], current: int = 0) -> None:
        """Fill the speed box; `speed_chosen` gives an index of `labels`."""
        self.speed.clear()
        self.speed.addItems(list(labels))
        self.speed.setCurrentIndex(current)
        self._fit()

    def set_status(self, text: str) -> None:
        """Say what is going on; the text gives way to an ellipsis, the tooltip has it in full."""
        self.status.set_text(text)

    def set_progress(self, progress: float, parts: int = 0) -> None:
        """Show progress in 0…1 and a tick for each of `parts` (0 for none)."""
        self.timeline.set_progress(progress)
        self.timeline.set_parts(parts)

    def set_reduced(self, on: bool) -> None:
        """On a stage the bar is low, and says in words only what the large button does."""
        if on != self._is_reduced:
            self._is_reduced = on
            self.on_look_changed()
            self.updateGeometry()

    @property
    def _edge_px(self) -> int:
        return look().px(3 if self._is_reduced else 8)

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._row.setContentsMargins(look().px(16), self._edge_px, look().px(16), self._edge_px)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _width_at(self, detail: int, rest: int) -> int:
        visible = [b for b in self.buttons.values() if b.isVisibleTo(self)]
        gaps = (len(visible) + 2) * look().px(10) + 2 * look().px(16)
        buttons = sum(b.width_at(detail) for b in visible)
        return buttons + self.speed.sizeHint().width() + gaps + rest

    def _fit(self) -> None:
        wanted = min(self.status.sizeHint().width(), look().px(150)) + look().px(90)
        detail = next((d for d in (FULL, NO_SHORTCUT) if self._width_at(d, wanted) <= self.width()),
                      ICON_ONLY)
        for key, button in self.buttons.items():
            is_icon = self._is_reduced and key != "play"
            button.set_detail(ICON_ONLY if is_icon else detail)
        # Beside a lesson in very large type there is room for buttons only.
        rest = self.status.minimumSizeHint().width() + self.timeline.minimumSizeHint().width()
        has_room = self._width_at(ICON_ONLY, rest) <= self.width()
        self._row.setSpacing(look().px(10 if has_room else 6))
        for told in (self.status, self.timeline):
            told.setVisible(has_room)

    def minimumSizeHint(self) -> QSize:
        height = self.buttons["play"].sizeHint().height() + 2 * self._edge_px
        return QSize(self._width_at(ICON_ONLY, 0), height)
