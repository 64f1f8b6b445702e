"""One editor for each kind of spec field. What is typed is judged by the spec, not here."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QWidget,
)

from engine.spec import Choice, Knob, expectation
from gui.keys import calm_wheel
from gui.widgets.labelled import Labelled

SLIDER_STEPS = 1000
#: A choice with longer names stands below its label rather than beside it.
LONGEST_BESIDE = 18


class Field(Labelled):
    """A labelled editor. `edited(value, gesture)` carries plain values or typed text."""

    edited = Signal(object, str)

    def __init__(self, knob: Knob, context: str) -> None:
        super().__init__(QCoreApplication.translate(context, knob.label))
        self.knob = knob
        self._help = QCoreApplication.translate(context, knob.help)

    @property
    def help_text(self) -> str:
        """What the field is, in a sentence or two."""
        return self._help

    def adopt(self, editor: QWidget, row: int, column: int, span: int = 1) -> None:
        """Place an editor, name it for screen readers, and let the label's shortcut reach it."""
        self.grid.addWidget(editor, row, column, 1, span)
        editor.setAccessibleName(self.label.text())
        editor.setAccessibleDescription(self._help)
        self.label.setBuddy(editor)

    def explain(self, value_text: str) -> None:
        """Renew the tooltip: what the field is, what it accepts, what it is now."""
        now = self.tr("Now {value}. Accepts {expectation}.").format(
            value=value_text, expectation=expectation(self.knob, by_label=True)
        )
        self.setToolTip(f"<p>{self._help}</p><p>{now}</p>")

    def show_value(self, value: Any) -> None:
        """Show the spec's value; emits nothing. Every kind of field has its own way."""


class ChoiceField(Field):
    """A closed list of values."""

    def __init__(self, knob: Knob, context: str) -> None:
        super().__init__(knob, context)
        self.box = QComboBox()
        for member in knob.kind:  # type: ignore[attr-defined]
            assert isinstance(member, Choice)
            self.box.addItem(QCoreApplication.translate(context, member.label), member.value)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.box.setMinimumContentsLength(6)
        self.box.setMinimumWidth(0)
        calm_wheel(self.box)
        self.box.activated.connect(self._on_activated)
        longest = max(len(member.label) for member in knob.kind)  # type: ignore[attr-defined]
        if longest > LONGEST_BESIDE:
            self.adopt(self.box, 1, 0, 2)
        else:
            self.adopt(self.box, 0, 1)
        self.finish()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(value.value))
        self.explain(self.box.currentText())
        self.show_problem("")

    def _on_activated(self) -> None:
        self.edited.emit(self.box.currentData(), "")


class SwitchField(Field):
    """Yes or no."""

    def __init__(self, knob: Knob, context: str) -> None:
        super().__init__(knob, context)
        self.switch = QCheckBox()
        self.switch.clicked.connect(self._on_clicked)
        self.adopt(self.switch, 0, 1)
        self.finish()

    def show_value(self, value: Any) -> None:
        with QSignalBlocker(self.switch):
            self.switch.setChecked(value)
        self.explain(self.tr("on") if value else self.tr("off"))
        self.show_problem("")

    def _on_clicked(self, checked: bool) -> None:
        self.edited.emit(checked, "")


class TextField(Field):
    """A value typed as text: numbers, and lists such as 256-128-64."""

    def __init__(self, knob: Knob, context: str) -> None:
        super().__init__(knob, context)
        self.edit = QLineEdit()
        self.edit.editingFinished.connect(self._on_finished)
        self.edit.installEventFilter(self)
        self._shown = ""
        if knob.kind in (tuple, str):
            self.adopt(self.edit, 1, 0, 2)
        else:
            self.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.adopt(self.edit, 0, 1)
        self.finish()

    def show_value(self, value: Any) -> None:
        self._shown = value_text(self.knob, value)
        self.edit.setText(self._shown)
        self.explain(self._shown)
        self.show_problem("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape brings the value in force back; undo is the window's once nothing is typed."""
        if watched is self.edit and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._leaves(event):
                event.ignore()
                return True
            if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                self.edit.setText(self._shown)
                self.show_problem("")
                return True
        return super().eventFilter(watched, event)

    def _leaves(self, event: QKeyEvent) -> bool:
        undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
        return (event.matches(undo) and not self.edit.isUndoAvailable()) or (
            event.matches(redo) and not self.edit.isRedoAvailable()
        )

    def _on_finished(self) -> None:
        if self.edit.text() != self._shown:
            self.edited.emit(self.edit.text(), "")
        else:
            self.show_problem("")


class NumberField(TextField):
    """A number with bounds: typed, or dragged on a slider that has the field's own scale."""

    def __init__(self, knob: Knob, context: str) -> None:
        super().__init__(knob, context)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, SLIDER_STEPS)
        self.slider.setSingleStep(SLIDER_STEPS // 100)
        self.slider.setPageStep(SLIDER_STEPS // 10)
        self.slider.setAccessibleName(self.label.text())
        calm_wheel(self.slider)
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._show_position)
        self._gesture = 0
        self._value: float = knob.default
        self.grid.addWidget(self.slider, 1, 0, 1, 2)

    def show_value(self, value: Any) -> None:
        super().show_value(value)
        self._value = value
        self._show_position()

    def _show_position(self) -> None:
        """Where the value is; while a hand has the slider, it is where the hand is."""
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(self.knob.share_of(self._value) * SLIDER_STEPS))

    def _on_pressed(self) -> None:
        self._gesture += 1

    def _on_slid(self, position: int) -> None:
        if self.slider.isSliderDown():
            gesture = f"{self.knob.name} drag {self._gesture}"
            self.edited.emit(self._value_at(position), gesture)
        else:
            self.edited.emit(self._value_towards(position), "")

    def _value_at(self, position: int) -> float:
        return self.knob.value_at(position / SLIDER_STEPS)

    def _value_towards(self, position: int) -> float:
        """The value at a position or, where a key's step is too small to reach another, the next.

        A value that was typed may lie between those of the slider.
        """
        now = self._value
        onwards = 1 if position / SLIDER_STEPS > self.knob.share_of(now) else -1
        while 0 <= position <= SLIDER_STEPS:
            value = self._value_at(position)
            if (value - now) * onwards > 0:
                return value
            position += onwards
        return now


def value_text(knob: Knob, value: Any) -> str:
    """A value as it stands in its editor."""
    if knob.special and value == 0:
        return knob.special
    if isinstance(value, tuple):
        return "-".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def make_field(knob: Knob, context: str) -> Field:
    """The editor that suits a field."""
    if issubclass(knob.kind, Choice):
        return ChoiceField(knob, context)
    if knob.kind is bool:
        return SwitchField(knob, context)
    if knob.is_bounded:
        return NumberField(knob, context)
    return TextField(knob, context)
