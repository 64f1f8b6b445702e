"""What a widget shows at the moment, as text: its current value, for the card."""

from __future__ import annotations

from functools import singledispatch

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSpinBox,
    QWidget,
)

from engine.spec import Choice, Knob
from gui.widgets.band_plot import BandPlot
from gui.widgets.bar_list import ProbabilityBars, StatisticBars
from gui.widgets.color_bar import ColorBar
from gui.widgets.histogram_panel import HistogramPanel
from gui.widgets.live_plot import LivePlot
from gui.widgets.math_label import MathLabel
from gui.widgets.painted import ElidedLabel
from gui.widgets.prediction_card import PredictionCard
from gui.widgets.segmented import SegmentedControl
from gui.widgets.spec_fields import value_text
from gui.widgets.timeline import Timeline
from gui.widgets.transport_bar import ActionButton


def field_value(knob: Knob, value: object) -> str:
    """The value of a spec's field, as its editor has it."""
    if isinstance(value, Choice):
        return QCoreApplication.translate("Choice", value.label)
    if isinstance(value, bool):
        return _tr("on") if value else _tr("off")
    return value_text(knob, value)


@singledispatch
def value_of(widget: QWidget) -> str:  # noqa: ARG001  most show no single value
    """The current value; empty where there is none to say."""
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Asking", text)


@value_of.register
def _(widget: QComboBox) -> str:
    return widget.currentText()


@value_of.register
def _(widget: QSpinBox) -> str:
    return widget.text()


@value_of.register
def _(widget: QLineEdit) -> str:
    return widget.text()


@value_of.register
def _(widget: QAbstractButton) -> str:
    if not widget.isEnabled():
        return _tr("not possible")
    if widget.isCheckable():
        return _tr("on") if widget.isChecked() else _tr("off")
    return ""


@value_of.register
def _(widget: ActionButton) -> str:
    return "" if widget.isEnabled() else _tr("not possible")


@value_of.register
def _(widget: QLabel) -> str:
    return widget.text() if "<" not in widget.text() else ""


@value_of.register
def _(widget: ElidedLabel) -> str:
    return widget.text


@value_of.register
def _(widget: SegmentedControl) -> str:
    return widget.buttons[widget.current].text()


@value_of.register
def _(widget: QProgressBar) -> str:
    return f"{widget.value():,} / {widget.maximum():,}"


@value_of.register
def _(widget: PredictionCard) -> str:
    return widget.header_text


@value_of.register
def _(widget: ColorBar) -> str:
    return widget.accessibleName()


@value_of.register(LivePlot)
@value_of.register(BandPlot)
@value_of.register(ProbabilityBars)
@value_of.register(StatisticBars)
@value_of.register(HistogramPanel)
@value_of.register(Timeline)
def _(widget: QWidget) -> str:
    # These views describe themselves to screen readers by what they show.
    return widget.accessibleDescription()


@value_of.register
def _(widget: MathLabel) -> str:
    return widget.accessibleName()
