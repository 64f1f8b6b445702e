"""The look that is put into force when widgets are there already, as at the start."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import look


def test_widgets_made_before_the_first_look_get_its_type(qapp, qtbot):
    qapp.setStyleSheet("")
    small = QFont(qapp.font())
    small.setPixelSize(9)
    qapp.setFont(small)
    qapp.processEvents()
    window = QWidget()
    label = QLabel("text", window)
    qtbot.addWidget(window)
    look().apply()
    assert qapp.font().pixelSize() == look().font().pixelSize()
    assert label.font().pixelSize() == look().font().pixelSize()
    window.show()
    assert label.font().pixelSize() == look().font().pixelSize()
