"""The pen's colours and tools, on a small bar while the pen is in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from gui.theme import look
from gui.widgets.icon_button import IconButton

#: How far above the lower edge, at normal text: over the transport bar, which the pen takes from
#: the mouse, and so over no view.
ABOVE_PX = 3


class ColorDot(QAbstractButton):
    """A colour to choose; the one in use has a ring."""

    def __init__(self, token: str, name: str, key: str) -> None:
        super().__init__()
        self.token = token
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Draw in {color} ({key}).").format(color=name, key=key))

    def sizeHint(self) -> QSize:
        return QSize(look().px(24), look().px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        middle, radius = QPointF(self.width() / 2, self.height() / 2), look().px(7)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(look().tokens.color(self.token))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(middle, radius, radius)
            if self.isChecked():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(look().tokens.color("ink"), look().px(2)))
                painter.drawEllipse(middle, radius + look().px(3), radius + look().px(3))


class PenBar(QFrame):
    """Lies above the overlay, so that it can be clicked."""

    chosen = Signal(str)

    def __init__(
        self, window: QWidget, colors: Sequence[tuple[str, str]],
        tools: Sequence[tuple[QAction, str]],
    ) -> None:
        """`colors` are a token and its name each, `tools` an action and its icon each."""
        super().__init__(window)
        self.setObjectName("card")
        self._row = QHBoxLayout(self)
        self.dots: dict[str, ColorDot] = {}
        for number, (token, name) in enumerate(colors, 1):
            dot = ColorDot(token, name, str(number))
            dot.clicked.connect(lambda _, t=token: self.chosen.emit(t))
            self.dots[token] = dot
            self._row.addWidget(dot)
        self.buttons: dict[str, IconButton] = {}
        for action, icon in tools:
            button = IconButton(f"mdi6.{icon}", action.text(), size=18,
                                checkable=action.isCheckable())
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            action.changed.connect(self._on_actions_changed)
            self.buttons[action.objectName()] = button
            self._row.addWidget(button)
        self._actions = [action for action, _ in tools]
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self.hide()

    def show_color(self, token: str) -> None:
        """Ring the colour in use."""
        for name, dot in self.dots.items():
            dot.setChecked(name == token)

    def showing(self, on: bool) -> None:
        """Come and go with the pen."""
        self.setVisible(on)
        self.window().removeEventFilter(self)
        if on:
            self.window().installEventFilter(self)
            self._on_actions_changed()
            self._place()
            self.raise_()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._row.setContentsMargins(look().px(10), look().px(4), look().px(10), look().px(4))
        self._row.setSpacing(look().px(6))
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        window = self.window()
        self.move((window.width() - self.width()) // 2,
                  window.height() - look().px(ABOVE_PX) - self.height())

    def _on_actions_changed(self) -> None:
        for action in self._actions:
            button = self.buttons[action.objectName()]
            button.setEnabled(action.isEnabled())
            button.setChecked(action.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window() and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
