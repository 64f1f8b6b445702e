"""One chosen number: its whole chain with the numbers in it, and what a nudge does to the loss."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QWidget,
)

from engine.backprop.chain import Chain, Nudge
from engine.backprop.check import TOLERANCE
from engine.backprop.tab_spec import LARGEST_EPSILON, SMALLEST_EPSILON
from engine.spec import Knob
from gui.tabs.backprop.array_names import error_text, number_text
from gui.theme import look
from gui.typesetter import Line
from gui.widgets.card import FirmCard
from gui.widgets.icon_button import IconButton
from gui.widgets.math_label import MathLabel
from gui.widgets.scrolled import scrolled
from gui.widgets.scrub_field import ScrubField
from gui.widgets.wrapped_label import WrappedLabel

EPSILON = Knob(
    "epsilon", float, 1e-5, "ε", "How far the number is moved up and down to see the loss change; "
    "(L(v + ε) − L(v − ε))/2ε should be the gradient.", "proof", SMALLEST_EPSILON, LARGEST_EPSILON,
    "log",
)


class ChainCard(FirmCard):
    """Shows what it is told; asks for another ε, or for nothing to be chosen."""

    epsilon_edited = Signal(float, str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[tuple[QLabel, MathLabel, MathLabel]] = []
        self.epsilon = ScrubField(EPSILON, "ChainCard", symbol="ε")
        self.epsilon.edited.connect(self._on_epsilon)
        self.on_look_changed()
        self.close_button = IconButton("mdi6.close", self.tr("Choose nothing"))
        self.close_button.clicked.connect(self.closed)
        self.add_header_widget(self.epsilon)
        self.add_header_widget(self.close_button)
        self.hint = WrappedLabel(role="muted")
        self.nudge = WrappedLabel()
        self.nudge.setTextFormat(Qt.TextFormat.RichText)
        self.nudge.setAccessibleName(self.tr("Nudge"))
        content = QWidget()
        self.rows = QGridLayout(content)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setHorizontalSpacing(look().px(12))
        self.rows.setVerticalSpacing(look().px(6))
        self.rows.setColumnStretch(2, 1)
        self.area = scrolled(content, self.tr("Chain"), sideways=True)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.nudge)
        self.body.addWidget(self.area, 1)
        self.show_nothing()

    def on_look_changed(self) -> None:
        """Room for the longest ε."""
        super().on_look_changed()
        if hasattr(self, "epsilon"):  # the card draws itself once before it has one
            self.epsilon.setMinimumWidth(look().px(112))

    def show_nothing(self) -> list[Line]:
        """Nothing is chosen: say what can be."""
        self.set_title(self.tr("Any number"))
        self._set_parts(is_chosen=False)
        self.hint.setText(self.tr(
            "Click a weight, a bias, a unit, a pixel or a gradient: its whole chain appears here "
            "with the numbers in it, and what a nudge does to the loss. Blue is positive, "
            "vermilion negative, grey exactly 0."
        ))
        return []

    def show_chain(
        self, title: str, chain: Chain, nudge: Nudge, *, is_hidden: bool
    ) -> list[Line]:
        """The chosen number. Its formulas are returned, because setting them takes a while.

        While a bug is hidden, the chain, which would tell, is left out; the nudge remains.
        """
        self.set_title(self.tr("{title} = {value}").format(
            title=title, value=number_text(chain.value)
        ))
        self._set_parts(is_chosen=True)
        self.epsilon.show_value(nudge.epsilon)
        self.nudge.setText(self._nudge_text(nudge))
        self.nudge.setToolTip(self.tr(nudge.sentence))
        lines = () if is_hidden else chain.lines
        while len(self._labels) < len(lines):
            self._add_row()
        shown: list[Line] = []
        before = ""
        for index, (name, formula, numbers) in enumerate(self._labels):
            is_used = index < len(lines)
            line = lines[index] if is_used else None
            label = line.label if line is not None else ""
            name.setText(self.tr(label) if label != before else "")
            before = label
            name.setVisible(is_used)
            shown.append((formula, line.formula if line is not None else "", ""))
            shown.append((numbers, "= " + line.numbers if line is not None else "", ""))
        self.hint.setVisible(is_hidden)
        self.hint.setText(self.tr(
            "A bug is hidden, so the chain stays closed until it is revealed: compare the two "
            "numbers above."
        ))
        return shown

    def _nudge_text(self, nudge: Nudge) -> str:
        tokens = look().tokens
        agrees = nudge.relative_error < TOLERANCE or nudge.quotient == nudge.gradient
        color = tokens.text_hex("green" if agrees else "vermilion")
        sign = self.tr("✓") if agrees else self.tr("✗")
        losses = self.tr("L(v − ε) {below}  ·  L {loss}  ·  L(v + ε) {above}").format(
            below=f"{nudge.loss_below:.10g}", loss=f"{nudge.loss:.6g}",
            above=f"{nudge.loss_above:.10g}",
        )
        quotient = self.tr("ΔL/2ε <b>{quotient}</b>  ·  gradient <b>{gradient}</b>").format(
            quotient=number_text(nudge.quotient), gradient=number_text(nudge.gradient)
        )
        error = f"{error_text(nudge.relative_error)} {sign}"
        small = look().font(12).pixelSize()
        return (
            f"<span style='color:{tokens.muted}; font-size:{small}px'>{losses}</span><br>"
            f"{quotient}  ·  <span style='color:{color}'><b>{error}</b></span>"
        )

    def _set_parts(self, *, is_chosen: bool) -> None:
        for widget in (self.epsilon, self.close_button, self.nudge, self.area):
            widget.setVisible(is_chosen)
        self.hint.setVisible(not is_chosen)

    def _add_row(self) -> None:
        row = len(self._labels)
        name = QLabel()
        name.setProperty("role", "muted")
        formula, numbers = MathLabel(size=15), MathLabel(size=15)
        for column, widget in enumerate((name, formula, numbers)):
            self.rows.addWidget(widget, row, column)
        self._labels.append((name, formula, numbers))
        self.rows.setRowStretch(row, 0)
        self.rows.setRowStretch(row + 1, 1)

    def _on_epsilon(self, value: object, gesture: str) -> None:
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            number = 0.0
        if SMALLEST_EPSILON <= number <= LARGEST_EPSILON:
            self.epsilon_edited.emit(number, gesture)
        else:
            self.epsilon.show_problem(
                self.tr("ε must be a number from {low:g} to {high:g}; 1e-5 is a good one.")
                .format(low=SMALLEST_EPSILON, high=LARGEST_EPSILON)
            )
