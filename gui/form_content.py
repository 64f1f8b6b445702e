"""What the left-hand panel of a tab holds: its form, or on a stage a few controls lent from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from engine.spec import Spec
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.lent_fields import LentFields
from gui.widgets.spec_fields import Field
from gui.widgets.spec_form import SpecForm

#: So many controls stand side by side; more need a column, as the form does.
MOST_ON_BAR = 3


@dataclass(frozen=True)
class Control:
    """One control of the form: what stands beside it, and the group that may be folded over it."""

    label: str
    widget: QWidget
    group: CollapsibleGroup | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it is of use as the spec is now; it may lie in a folded group all the same."""
        return not self.widget.isHidden()


class FormContent(QWidget):
    """Knows the form's controls by their path in the tab's spec, such as "function.pieces".

    A few of them are lent to the `bar`, which stands wherever the tab puts it, more to `column`.
    """

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self.form = form
        self.bar = LentFields(QBoxLayout.Direction.LeftToRight)
        self.column = LentFields(QBoxLayout.Direction.TopToBottom)
        #: Controls that are no field of a `SpecForm`; the tab puts them here.
        self.extra: dict[str, Control] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.column)
        layout.addWidget(form)
        for place in (self.bar, self.column):
            place.hide()

    @property
    def lent(self) -> tuple[QWidget, ...]:
        """What is lent just now."""
        return self.bar.fields + self.column.fields

    def controls(self, spec: Spec) -> dict[str, Control]:
        """The controls of what the page shows, in the order of the form."""
        parts = {type(getattr(spec, name)): name for name in spec.__struct_fields__}
        found = {}
        for form in self.form.findChildren(SpecForm):
            if form.spec_class in parts and form.isVisibleTo(self.form):
                for name, field in form.fields.items():
                    group = form.groups[field.knob.group]
                    if not group.isHidden():
                        path = f"{parts[form.spec_class]}.{name}"
                        found[path] = Control(field.label.text(), field, group)
        offered = {path: control for path, control in self.extra.items() if control.is_offered}
        return found | offered

    def lend(self, spec: Spec, paths: Sequence[str]) -> bool:
        """Lend only these controls; whether they need the form's panel.

        Where the page has none of them, the form is whole, and where they fit on the bar, too.
        """
        controls = self.controls(spec)
        wanted = [controls[path].widget for path in dict.fromkeys(paths) if path in controls]
        is_bar = len(wanted) <= MOST_ON_BAR and all(isinstance(w, Field) for w in wanted)
        if wanted != list(self.lent):
            self.give_back()
            (self.bar if is_bar else self.column).lend(wanted)
        self.bar.setVisible(bool(self.bar.fields))
        self._show_column(bool(self.column.fields))
        return bool(self.column.fields)

    def give_back(self) -> None:
        """The whole form again, as it was."""
        self.bar.give_back()
        self.column.give_back()
        self.bar.hide()
        self._show_column(False)

    def focus(self, control: Control) -> QWidget:
        """Unfold what hides a control, and bring the keyboard to it; returns what has it now."""
        if control.group is not None:
            control.group.set_expanded(True)
        chain = [control.widget, *control.widget.findChildren(QWidget)]
        editor = next(
            (w for w in chain if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()),
            control.widget,
        )
        editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return editor

    def _show_column(self, on: bool) -> None:
        self.column.setVisible(on)
        self.form.setVisible(not on)
