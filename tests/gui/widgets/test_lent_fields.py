"""Controls on a bar: in one line where their labels fit, else their sliders below them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QBoxLayout, QSlider, QVBoxLayout, QWidget

from engine.expressivity.spec import BoxSpec
from gui.widgets.lent_fields import LentFields
from gui.widgets.spec_form import SpecForm

ROW = QBoxLayout.Direction.LeftToRight
GROUPS = {"box": ("Box", True), "view": ("View", True)}
NAMES = ("height", "left", "width")


@pytest.fixture
def stand(qtbot):
    """A form, and below it the bar."""
    window = QWidget()
    window.form, window.bar = SpecForm(BoxSpec, GROUPS), LentFields(ROW)
    window.form.show_spec(BoxSpec())
    column = QVBoxLayout(window)
    column.addWidget(window.form)
    column.addWidget(window.bar)
    qtbot.addWidget(window)
    window.resize(1200, 500)
    window.show()
    qtbot.waitExposed(window)
    return window


def sliders_beside(fields) -> list[bool]:
    return [
        field.findChild(QSlider).y() < field.label.y() + field.label.height() for field in fields
    ]


def test_labels_are_whole_at_every_width_and_the_form_is_as_before(stand, qtbot):
    fields = [stand.form.fields[name] for name in NAMES]
    before = [field.geometry() for field in fields]
    stand.bar.lend(fields)
    seen = set()
    for width in (1200, 620, 1200, 620):
        stand.resize(width, 500)
        qtbot.wait(20)
        beside = sliders_beside(fields)
        assert len(set(beside)) == 1
        assert beside[0] is (width == 1200)
        seen.add(beside[0])
        for field in fields:
            assert field.label.width() >= field.label.sizeHint().width()
    assert seen == {True, False}
    stand.bar.give_back()
    stand.resize(1200, 500)
    qtbot.waitUntil(lambda: [field.geometry() for field in fields] == before)
    assert sliders_beside(fields) == [False] * 3
