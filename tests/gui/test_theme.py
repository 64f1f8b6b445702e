"""The look that is put into force when widgets are there already, as at the start."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabBar,
    QWidget,
)

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


@pytest.mark.parametrize("shown_before", [True, False])
def test_a_window_looks_the_same_whichever_look_it_was_made_in(qtbot, shown_before):
    def made() -> QWidget:
        window = QWidget()
        qtbot.addWidget(window)
        row = QHBoxLayout(window)
        tabs, title, hidden = QTabBar(), QLabel("Title"), QLineEdit("hidden at first")
        title.setProperty("role", "heading")
        tabs.addTab("A tab")
        hidden.hide()
        for widget in (tabs, title, QLabel("text"), QPushButton("Go"), QComboBox(), hidden):
            row.addWidget(widget)
        return window

    def picture(window: QWidget) -> QImage:
        window.findChild(QLineEdit).show()
        window.show()
        QApplication.processEvents()
        window.resize(window.sizeHint())
        QApplication.processEvents()
        return window.grab().toImage()

    look().set_theme("projector")
    old = made()
    if shown_before:
        old.show()
        QApplication.processEvents()
    look().set_theme("dark")
    assert picture(old) == picture(made())
