"""Formulas that are set in a worker, and texts that get the height that they need."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui import typesetter as module
from gui.theme import look
from gui.typesetter import Typesetter
from gui.widgets.card import FirmCard
from gui.widgets.math_label import MathLabel, typeset
from gui.widgets.wrapped_label import WrappedLabel


@pytest.fixture
def typesetter(qapp):
    made = Typesetter()
    yield made
    made.stop()


@pytest.fixture
def labels(qapp) -> Iterator[list[MathLabel]]:
    holder = QWidget()
    column = QVBoxLayout(holder)
    made = [MathLabel(), MathLabel()]
    for label in made:
        column.addWidget(label)
    holder.show()
    yield made
    holder.close()


def test_labels_get_their_formulas_from_another_thread(qtbot, typesetter, labels, monkeypatch):
    threads = []

    def noting(tex):
        threads.append(threading.current_thread())
        return typeset(tex)

    monkeypatch.setattr(module, "typeset", noting)
    typesetter.show([(labels[0], r"a^{71} + 1", ""), (labels[1], "", "")])
    assert labels[0].tex == ""
    qtbot.waitUntil(lambda: not typesetter.is_busy)
    assert labels[0].tex == r"a^{71} + 1"
    assert labels[0].isVisible()
    assert not labels[1].isVisible()
    assert threads
    assert threading.main_thread() not in threads


def test_what_was_set_before_stands_there_at_once(qtbot, typesetter, labels):
    typesetter.show([(labels[0], r"b^{72}", "")])
    qtbot.waitUntil(lambda: labels[0].tex == r"b^{72}")
    typesetter.show([(labels[0], r"c^{73}", "")])
    qtbot.waitUntil(lambda: labels[0].tex == r"c^{73}")
    typesetter.show([(labels[0], r"b^{72}", "")])
    assert labels[0].tex == r"b^{72}"
    assert not typesetter.is_busy


def test_of_several_requests_the_last_one_counts(qtbot, typesetter, labels):
    for k in range(5):
        typesetter.show([(labels[0], rf"d^{{{80 + k}}}", f"number {k}")])
    qtbot.waitUntil(lambda: not typesetter.is_busy)
    assert labels[0].tex == r"d^{84}"
    assert labels[0].accessibleName() == "number 4"


def test_a_formula_that_cannot_be_set_stands_there_as_text(qtbot, typesetter, labels, caplog):
    typesetter.show([(labels[0], r"\frac{1}{", "one over")])
    qtbot.waitUntil(lambda: not typesetter.is_busy)
    assert labels[0].accessibleName() == "one over"
    assert labels[0].isVisible()


def test_never_are_two_formulas_set_at_once(monkeypatch):
    """The font's file has one position: two readers would leave letters out, for good."""
    import ziamath.zmath

    inside, most = [], []

    class Slow:
        def __init__(self, tex: str, **_: object) -> None:
            inside.append(tex)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(tex)

        def svgxml(self) -> Element:
            return Element("svg", viewBox="0 -1 2 3")

    monkeypatch.setattr(ziamath.zmath, "Latex", Slow)
    threads = [threading.Thread(target=typeset, args=(f"slow {k}",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    typeset.cache_clear()
    assert most == [1, 1, 1, 1]


def test_a_wrapped_text_is_never_given_less_than_all_its_lines(qtbot):
    card = FirmCard("title")
    text = WrappedLabel("word " * 60)
    card.body.addWidget(text)
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    column.addWidget(card)
    holder.resize(300, 60)
    holder.show()
    for width in (300, 500, 220):
        holder.resize(width, 60)
        qtbot.waitUntil(lambda: text.height() >= text.heightForWidth(text.width()))
    assert text.height() > 5 * look().font(14).pixelSize()
