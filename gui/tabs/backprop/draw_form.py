"""The controls of the drawing scene: who reads, the pen, a picture from a file, and what next."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.backprop.tab_spec import BackpropTabSpec, Weights
from gui.keys import calm_wheel
from gui.widgets.labelled import Labelled, alone
from gui.widgets.segmented import SegmentedControl
from gui.widgets.wrapped_label import WrappedLabel

#: Widths of the pen, as shares of the board.
PENS = {"thin": 0.05, "medium": 0.08, "thick": 0.12}


class DrawForm(QWidget):
    """Shows the spec; says what was chosen."""

    reader_chosen = Signal(object)
    pen_chosen = Signal(float)
    label_chosen = Signal(int)
    picture_asked = Signal()
    walk_asked = Signal()
    training_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.reader = QComboBox()
        self.reader.setAccessibleName(self.tr("Read by"))
        self.reader.setToolTip(self.tr(
            "Which weights read the drawing; as long as nothing is trained here, those trained "
            "beforehand."
        ))
        for member in Weights:
            self.reader.addItem(self.tr(member.label), member)
        self.reader.activated.connect(
            lambda: self.reader_chosen.emit(self.reader.currentData())
        )
        self.reader_text = WrappedLabel(role="muted")
        self.pens = SegmentedControl([
            ("thin", self.tr("thin")), ("medium", self.tr("medium")), ("thick", self.tr("thick")),
        ])
        self.pens.set_help(self.tr("How wide the pen is; MNIST's digits have medium strokes."))
        self.pens.chosen.connect(lambda key: self.pen_chosen.emit(PENS[key]))
        self.label = QComboBox()
        self.label.setAccessibleName(self.tr("It should be"))
        self.label.setToolTip(self.tr("The true class y, for the loss when you walk it through."))
        self.label.addItems([str(k) for k in range(10)])
        self.label.activated.connect(self.label_chosen)
        for box in (self.reader, self.label):
            calm_wheel(box)
        self.picture = self._button(
            self.tr("Picture from a file …"),
            self.tr("Read a picture or photo of a digit; you can also drop it on the window."),
        )
        self.picture.clicked.connect(self.picture_asked)
        self.walk = self._button(
            self.tr("Walk it through the network →"),
            self.tr("Take this drawing step by step forwards and back, in “One sample”."),
        )
        self.walk.clicked.connect(self.walk_asked)
        self.train = self._button(
            self.tr("Train a network →"),
            self.tr("Go to “Training”; what it learns reads your drawing at once."),
        )
        self.train.clicked.connect(self.training_asked)
        self._lay_out()

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(8)
        reader = alone(self.tr("Read by"), "reader", self.reader)
        train = alone(self.train.text(), "reader.train", self.train)
        pens = alone(self.tr("Pen"), "drawing.pen", self.pens)
        picture = alone(self.picture.text(), "drawing.pixels", self.picture)
        label = Labelled(self.tr("It should be"), "drawing.label")
        label.grid.addWidget(self.label, 0, 1)
        for text, widgets in (
            (self.tr("READ BY"), (reader, self.reader_text, train)),
            (self.tr("PEN"), (pens,)),
            (self.tr("PICTURE"), (picture,)),
            (self.tr("AND NOW"), (label, alone(self.walk.text(), "drawing", self.walk))),
        ):
            self._add_title(column, text)
            for widget in widgets:
                column.addWidget(widget)

    @staticmethod
    def _add_title(column: QVBoxLayout, text: str) -> None:
        title = QLabel(text)
        title.setProperty("role", "section")
        column.addWidget(title)

    def show_spec(self, spec: BackpropTabSpec) -> None:
        """The spec's drawing; emits nothing."""
        with QSignalBlocker(self.reader):
            self.reader.setCurrentIndex(self.reader.findData(spec.reader))
        pen = min(PENS, key=lambda key: abs(PENS[key] - spec.drawing.pen))
        self.pens.set_current(pen)
        with QSignalBlocker(self.label):
            self.label.setCurrentIndex(spec.drawing.label)

    def show_names(self, names: tuple[str, ...]) -> None:
        """What the classes are called."""
        for k, name in enumerate(names):
            self.label.setItemText(k, name)
