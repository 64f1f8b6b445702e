"""Nothing is clipped, squeezed or overlapping: every page, language, size and theme in turn.

`python -m tests.bench.clipped` walks all combinations of these.
"""

from __future__ import annotations

import pytest
from guests import GUESTS, receive
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from rounds import LANGUAGES, LOOKS_OF_ALL, Round, all_pages
from walking import complaints


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_room(qapp, torch_is_there, language):
    """Every look and every page, though not every page in every look."""
    round_ = Round(language)
    try:
        pages = list(all_pages(round_.window))
        count, shift = len(LOOKS_OF_ALL), LANGUAGES.index(language) * 5
        found = [
            line for number, wanted in enumerate(LOOKS_OF_ALL)
            for place, page in enumerate(pages) if (place + shift) % count == number
            for line in round_.visit(page, wanted)
        ]
        assert found == []
        assert len(pages) > 15
    finally:
        round_.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_comes_and_goes_has_room(qapp, torch_is_there, language):
    round_ = Round(language)
    try:
        count, shift = len(LOOKS_OF_ALL), LANGUAGES.index(language) * 5
        found = [
            line for number, wanted in enumerate(LOOKS_OF_ALL)
            for place, name in enumerate(GUESTS) if (place + shift) % count == number
            for line in receive(round_, name, wanted)
        ]
        assert found == []
    finally:
        round_.close()


@pytest.fixture
def window(qtbot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.resize(300, 200)
    QVBoxLayout(shown)
    return shown


def test_room_enough_is_no_complaint(window):
    window.layout().addWidget(QLabel("All of this is to be read."))
    window.layout().addWidget(QPushButton("Go on"))
    window.show()
    assert complaints(window) == []


def test_a_text_that_is_cut_off_is_found(window):
    label = QLabel("Much of this is not to be read.")
    label.setFixedWidth(60)
    window.layout().addWidget(label)
    window.show()
    (line,) = complaints(window)
    assert "cut off: QLabel" in line
    label.setToolTip(label.text())
    assert complaints(window) == []


def test_a_button_that_is_cut_off_is_found_whatever_its_tooltip_says(window):
    button = QPushButton("Go on with it")
    button.setToolTip(button.text())
    button.setFixedWidth(40)
    window.layout().addWidget(button)
    window.show()
    (line,) = complaints(window)
    assert "cut off: QPushButton" in line


def test_widgets_that_overlap_or_stick_out_are_found(window):
    row = QHBoxLayout()
    window.layout().addLayout(row)
    one, other = QPushButton("one"), QPushButton("other")
    row.addWidget(one)
    row.addWidget(other)
    window.show()
    assert complaints(window) == []
    one.resize(one.width() + 30, one.height())
    assert ["overlap" in line for line in complaints(window)] == [True]
    one.move(-50, one.y())
    assert any("sticks out" in line for line in complaints(window))
