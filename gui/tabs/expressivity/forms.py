"""The left-hand panel: a form for each scene, and for scene 3 the tools that make a target."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.errors import SpecError
from engine.expressivity.grid_spec import GridSpec, SparsitySpec
from engine.expressivity.spec import BoxSpec, FunctionSpec, NeuronSpec, TargetKind, TrainedSpec
from engine.expressivity.tab_spec import ExpressivitySpec, Scene, Show
from engine.spec import Spec
from gui.widgets.chip import chip
from gui.widgets.labelled import Labelled, alone
from gui.widgets.spec_form import SpecForm


class ScenePanelForms(QWidget):
    """Shows the form of the scene that is open. `edited(spec, text, gesture)` is a whole spec."""

    edited = Signal(object, str, str)
    pen_chosen = Signal(str)
    smooth_asked = Signal()
    file_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._spec = ExpressivitySpec()
        self._parts: dict[SpecForm, Spec] = {}
        tr = self.tr
        self.neuron = SpecForm(
            NeuronSpec, {"neuron": (tr("Neuron"), True), "view": (tr("View"), False)}
        )
        self.box = SpecForm(BoxSpec, {"box": (tr("Box"), True), "view": (tr("View"), False)})
        self.function = SpecForm(
            FunctionSpec, {"target": (tr("Target"), True), "network": (tr("Network"), True)}
        )
        self.twin = SpecForm(TrainedSpec, {"training": (tr("Trained twin"), True)})
        self.grid = SpecForm(
            GridSpec, {"target": (tr("Target"), True), "network": (tr("Network"), True)}
        )
        self.sparsity = SpecForm(
            SparsitySpec, {"points": (tr("Sparsity: points"), False),
                           "grid": (tr("Sparsity: grid"), False)},
        )
        forms = {
            "neuron": self.neuron, "box": self.box, "function": self.function,
            "twin": self.twin, "grid": self.grid, "sparsity": self.sparsity,
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        self.tools = self._tools()
        self.toggles = self._toggles()
        for widget in (self.tools, *forms.values()):
            column.addWidget(widget)
        column.insertWidget(column.indexOf(self.function) + 1, self.toggles)
        column.addStretch(1)
        network = self.function.groups["network"].content
        assert network is not None
        rows = network.layout()
        assert isinstance(rows, QVBoxLayout)
        self.width_row = self._width_row()
        rows.insertWidget(1, self.width_row)
        for name, form in forms.items():
            form.edited.connect(
                lambda part, field, gesture, n=name: self._on_edited(n, part, field, gesture)
            )

    def _tools(self) -> Labelled:
        """Draw, erase, smooth, open a file; below them what is wrong with a file or a drawing."""
        self.draw = chip(
            self.tr("Draw"), self.tr("Draw the target by mouse (D)."), checkable=True
        )
        self.erase = chip(
            self.tr("Erase"), self.tr("Set what you pass over to 0."), checkable=True
        )
        self.smooth = chip(self.tr("Smooth"), self.tr("Smooth the drawing."))
        self.file = chip(self.tr("CSV"), self.tr("Open a file with two columns, x and y."))
        self.draw.clicked.connect(lambda on: self.pen_chosen.emit("draw" if on else "drag"))
        self.erase.clicked.connect(lambda on: self.pen_chosen.emit("erase" if on else "drag"))
        self.smooth.clicked.connect(self.smooth_asked)
        self.file.clicked.connect(self.file_asked)
        return alone(
            self.tr("Tools for the target"), "function.drawn", self.draw, self.erase, self.smooth,
            self.file, is_wide=False,
        )

    def _width_row(self) -> Labelled:
        """δ as another way to say n; it stands below n in the form."""
        row = Labelled(self.tr("Width δ"), "function.width")
        self.width_edit = QLineEdit()
        self.width_edit.setAccessibleName(self.tr("Width δ"))
        self.width_edit.setToolTip(self.tr("The width of a piece, δ = 2B/n; typing it sets n."))
        self.width_edit.editingFinished.connect(self._on_width)
        row.grid.addWidget(self.width_edit, 0, 1)
        row.finish()
        return row

    def _toggles(self) -> Labelled:
        self.shows: dict[Show, QPushButton] = {}
        tips = {
            Show.BOXES: self.tr("Fill the single boxes."),
            Show.ERROR: self.tr("Shade the error between target and network."),
            Show.TWIN: self.tr("Train a network with as many hidden units, for comparison."),
        }
        for show in Show:
            toggle = chip(self.tr(show.label), tips[show], checkable=True)
            toggle.clicked.connect(
                lambda on, s=show: self.edited.emit(self._spec.with_shown(s, on), "", "")
            )
            self.shows[show] = toggle
        return alone(self.tr("What the plot shows"), "shown", *self.shows.values(), is_wide=False)

    def show_spec(self, spec: ExpressivitySpec, *, afresh: bool = False) -> None:
        """The form of the scene, with its values.

        What is being typed stays while other things change, unless all is to be shown `afresh`.
        """
        self._spec = spec
        is_function = spec.scene is Scene.FUNCTION
        for form, part, is_shown in (
            (self.neuron, spec.neuron, spec.scene is Scene.NEURON),
            (self.box, spec.box, spec.scene is Scene.BOX),
            (self.function, spec.function, is_function),
            (self.twin, spec.twin, is_function and Show.TWIN in spec.shown),
            (self.grid, spec.grid, spec.scene is Scene.DIMENSIONS),
            (self.sparsity, spec.sparsity, spec.scene is Scene.DIMENSIONS),
        ):
            form.setVisible(is_shown)
            if is_shown and (afresh or part != self._parts.get(form)):
                self._parts[form] = part
                form.show_spec(part)
                if form is self.function:
                    self._show_width(spec.function)
        self.tools.setVisible(is_function)
        self.toggles.setVisible(is_function)
        for show, toggle in self.shows.items():
            with QSignalBlocker(toggle):
                toggle.setChecked(show in spec.shown)
        self.smooth.setEnabled(spec.function.target is TargetKind.DRAWN)
        self._show_fields(spec.function)

    def _show_width(self, function: FunctionSpec) -> None:
        self.width_edit.setText(f"{function.width:.6g}")

    def _show_fields(self, function: FunctionSpec) -> None:
        """Only the field that says what the target is."""
        fields = self.function.fields
        fields["formula"].setVisible(function.target is TargetKind.FORMULA)
        fields["preset"].setVisible(function.target is TargetKind.PRESET)

    def show_pen(self, mode: str) -> None:
        """Which pen is in hand: draw, erase or none ("drag")."""
        self.draw.setChecked(mode == "draw")
        self.erase.setChecked(mode == "erase")

    def show_refusal(self, field: str, sentence: str) -> None:
        """Why an edit of scene 3 was refused: below its field, if it came from one."""
        if field in self.function.fields:
            self.function.fields[field].show_problem(sentence)
        else:
            self.show_problem(sentence)

    def show_problem(self, sentence: str) -> None:
        """What is wrong with a file or a drawing."""
        self.tools.show_problem(sentence)

    def _on_edited(self, name: str, part: object, field: str, gesture: str) -> None:
        spec = self._spec
        if name == "function" and isinstance(part, FunctionSpec):
            after = spec.with_function(part)
        else:
            after = spec.replaced(**{name: part})
        self.edited.emit(after, field, gesture)

    def _on_width(self) -> None:
        text = self.width_edit.text().strip()
        if text == f"{self._spec.function.width:.6g}":
            self.width_row.show_problem("")
            return
        try:
            function = self._spec.function.with_width(float(text))
        except (ValueError, SpecError):
            self.width_row.show_problem(self.tr("Width δ must be a number above 0, e.g. 0.5."))
            return
        self.width_row.show_problem("")
        self.edited.emit(self._spec.with_function(function), self.tr("Width δ"), "")
        self._show_width(self._spec.function)
