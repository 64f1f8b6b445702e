"""A question card in a window of its own, and hands."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from engine.lessons.lesson import Question, QuestionKind
from gui.lecture.questions.card import QuestionCard

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier

CHOICE = Question(
    QuestionKind.CHOICE, "Twice as many pieces: what happens?", 1,
    choices=("it stays", "it halves", "it falls to a quarter"), answer="it halves",
)
SIGN = Question(QuestionKind.SIGN, "What sign?", 1, choices=("−", "0", "+"), answer="−")
NUMBER = Question(QuestionKind.NUMBER, "How large?", 1, answer=0.25)
ORDER = Question(QuestionKind.ORDER, "Order them.", 1, choices=("a", "b", "c", "d"), of="x")
SKETCH = Question(
    QuestionKind.SKETCH, "Sketch it.", 1, of="test_loss", x_range=(0, 30), y_range=(0, 2),
    x_label="epoch", y_label="loss",
)
LOG = Question(
    QuestionKind.SKETCH, "Sketch it.", 1, of="pre", x_range=(1, 50), y_range=(1e-3, 10),
    x_label="layer", y_label="E[z²]", is_log=True,
)


class Hall:
    """The card, a field beside it that somebody may be typing in, and all that was predicted."""

    def __init__(self, qtbot, question: Question) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        self.other = QLineEdit()
        self.card = QuestionCard()
        column = QVBoxLayout(self.window)
        column.addWidget(self.other)
        column.addWidget(self.card)
        column.addStretch(1)
        self.predicted: list[object] = []
        self.card.predicted.connect(self.predicted.append)
        self.card.set_question(question, question.prompt)
        self.window.resize(360, 640)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.focus(self.card.freeze_button)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible()
        if at is None:
            self.qtbot.mouseClick(widget, LEFT)
        else:
            self.qtbot.mouseClick(widget, LEFT, pos=at)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.qtbot.waitUntil(widget.hasFocus)

    def freeze(self) -> None:
        self.click(self.card.freeze_button)

    def count(self, *numbers: int) -> None:
        """Type the number of hands for every choice."""
        fields = self.card.hands.fields.values()
        for field, number in zip(fields, numbers, strict=True):
            self.focus(field)
            field.selectAll()
            self.qtbot.keyClicks(field, str(number))

    def drag(self, widget: QWidget, points: list[QPointF]) -> None:
        """Press at the first point, pass the others, let go."""
        drag(widget, points)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


def drag(widget: QWidget, points: list[QPointF]) -> None:
    pixels = [point.toPoint() for point in points]
    QTest.mousePress(widget, LEFT, pos=pixels[0])
    for pixel in pixels[1:]:
        QTest.mouseMove(widget, pixel)
    QTest.mouseRelease(widget, LEFT, pos=pixels[-1])


def on_plane(plane, points: list[tuple[float, float]]) -> list[QPointF]:
    """Points in the question's units as pixels of a sketch's plane."""
    frame = plane.frame
    return [QPointF(float(frame.px(x)), float(frame.py(y))) for x, y in points]


def height(prediction, x: float) -> float:
    """What was predicted at x."""
    return float(np.interp(x, *prediction))
