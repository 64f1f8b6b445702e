"""What the left-hand panel of a tab holds: its form, or on a stage a few controls lent from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.spec import Spec
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.lent_fields import LentFields
from gui.widgets.spec_form import SpecForm


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
    """Knows the form's controls by their path in the tab's spec, such as "function.pieces"."""

    def __init__(self, form: QWidget) -> None:
        super().__init__()
        self.form = form
        self.lent = LentFields()
        self.lent.hide()
        #: Controls that are no field of a `SpecForm`.
        self.extra: dict[str, Control] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.lent)
        column.addWidget(form)

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
        return found | self.extra

    def lend(self, spec: Spec, paths: Sequence[str]) -> bool:
        """Show only these controls; False, and the whole form, where it has none of them."""
        controls = self.controls(spec)
        wanted = [controls[path].widget for path in dict.fromkeys(paths) if path in controls]
        self.lent.lend(wanted)
        self._show(bool(wanted))
        return bool(wanted)

    def give_back(self) -> None:
        """The whole form again, as it was."""
        self.lent.give_back()
        self._show(False)


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

    def _show(self, is_lent: bool) -> None:
        self.lent.setVisible(is_lent)
        self.form.setVisible(not is_lent)
