"""One image with what the network says about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.theme import look
from gui.widgets.bar_list import ProbabilityBars
from gui.widgets.icon_button import IconButton
from gui.widgets.painted import ElidedLabel, Painted, draw_focus_ring, gray, image_of

WIDEST_IMAGE = 0.4


class PixelImage(Painted):
    """One gray image (height, width), uint8, as a sharp square at the top left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = np.zeros((1, 1), dtype=np.uint8)
        self._image = image_of(gray(self._levels))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_image(self, levels: np.ndarray) -> None:
        """Show (height, width) gray levels."""
        if not np.array_equal(levels, self._levels):
            self._levels = np.array(levels, dtype=np.uint8)
            self._image = image_of(gray(self._levels))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(80))

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = min(self.width(), self.height())
        QPainter(self).drawImage(QRectF(0, (self.height() - side) / 2, side, side), self._image)


class PredictionCard(QFrame):
    """Image, verdict and probability bars, with buttons to keep and to remove it."""

    chosen = Signal()
    pinned = Signal(bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._verdict = ElidedLabel(bold=True, firm=True)
        self._truth = ElidedLabel(token="muted")
        self._image, self._bars = PixelImage(), ProbabilityBars()
        self._pin = IconButton("mdi6.pin", self.tr("Keep this image"), checkable=True)
        self._close = IconButton("mdi6.close", self.tr("Remove this image"))
        self._pin.clicked.connect(self.pinned)
        self._close.clicked.connect(self.closed)
        self._header, self._body, self._column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        # The image takes its size from the card, so the card may not take its minimum from it.
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._header.addWidget(self._verdict)
        self._header.addWidget(self._truth)
        self._header.addStretch(1)
        self._header.addWidget(self._pin)
        self._header.addWidget(self._close)
        self._body.addWidget(self._image)
        self._body.addWidget(self._bars, 1)
        self._column.addLayout(self._header)
        self._column.addLayout(self._body, 1)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    @property
    def bars(self) -> ProbabilityBars:
        """The probability bars."""
        return self._bars

    @property
    def said(self) -> tuple[QWidget, ...]:
        """Everything but the image: verdict, truth, bars."""
        return self._verdict, self._truth, self._bars

    @property
    def header_text(self) -> str:
        """The verdict and, where it differs, the truth."""
        return " ".join(filter(None, (self._verdict.text, self._truth.text)))

    def set_prediction(
        self, image: np.ndarray, class_names: Sequence[str], probabilities: np.ndarray | None,
        true_index: int,
    ) -> None:
        """Show a (height, width) uint8 image and (classes,) probabilities, None before any."""
        self._image.set_image(image)
        self._bars.set_values(class_names, probabilities, true_index)
        predicted = self._bars.predicted
        truth = self.tr("true: {name}").format(name=class_names[true_index])
        if predicted is None:
            self._verdict.set_text(class_names[true_index], "ink")
            self._truth.set_text("")
        elif predicted == true_index:
            self._verdict.set_text(f"✓ {class_names[predicted]}", "green")
            self._truth.set_text("")
        else:
            self._verdict.set_text(f"✗ {class_names[predicted]}", "vermilion")
            self._truth.set_text(truth)
        if self.accessibleName() != self.header_text:
            self.setAccessibleName(self.header_text)

    def set_pinned(self, on: bool) -> None:
        """Show whether the image is kept."""
        self._pin.setChecked(on)

    def set_buttons(self, *, pin: bool = True, close: bool = True) -> None:
        """Choose which buttons there are."""
        self._pin.setVisible(pin)
        self._close.setVisible(close)

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(10)
        self._column.setContentsMargins(pad, look().px(8), look().px(8), look().px(8))
        self._column.setSpacing(look().px(4))
        self._header.setSpacing(look().px(8))
        self._body.setSpacing(look().px(8))
        self._fit_image()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_image()

    def _fit_image(self) -> None:
        header = max(self._verdict.sizeHint().height(), self._pin.sizeHint().height())
        tall, wide = self.height() - header - look().px(20), self.width() - look().px(18)
        if tall > wide:
            self._body.setDirection(QBoxLayout.Direction.TopToBottom)
            self._image.setFixedSize(wide, max(int(min(wide, WIDEST_IMAGE * tall)), 1))
        else:
            self._body.setDirection(QBoxLayout.Direction.LeftToRight)
            side = max(int(min(tall, WIDEST_IMAGE * self.width())), 1)
            self._image.setFixedSize(side, max(tall, 1))

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(170))

    def minimumSizeHint(self) -> QSize:
        # Below this the projector's type leaves no room for three rows; other themes may go lower.
        return QSize(look().px(190 if look().is_projector else 250), look().px(100))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            draw_focus_ring(QPainter(self), QRectF(self.rect()), look().px(10))
