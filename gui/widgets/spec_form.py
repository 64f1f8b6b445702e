"""A form generated from a spec class: groups, editors and bounds all come from the spec."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.errors import SpecError
from engine.spec import Spec, knobs, parse_text
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.spec_fields import Field, make_field


class SpecForm(QWidget):
    """Shows a spec; `edited(spec, field_name, gesture)` carries a new, valid one.

    Input that the spec refuses stays where it was typed, with the reason below it.
    """

    edited = Signal(object, str, str)

    def __init__(self, spec_class: type[Spec], groups: dict[str, tuple[str, bool]]) -> None:
        """`groups` maps a group's key to its title and whether it starts open."""
        super().__init__()
        self.spec_class = spec_class
        self.fields: dict[str, Field] = {}
        self.groups: dict[str, CollapsibleGroup] = {}
        self._spec = spec_class()
        rows_of: dict[str, QVBoxLayout] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for key, (title, is_open) in groups.items():
            content = QWidget()
            rows = QVBoxLayout(content)
            rows.setContentsMargins(0, 0, 0, 8)
            rows.setSpacing(6)
            self.groups[key] = CollapsibleGroup(title, content, expanded=is_open)
            column.addWidget(self.groups[key])
            rows_of[key] = rows
        for name, knob in knobs(spec_class).items():
            field = make_field(knob, spec_class.__name__)
            field.edited.connect(lambda value, gesture, n=name: self._on_edited(n, value, gesture))
            self.fields[name] = field
            rows_of[knob.group].addWidget(field)
        column.addStretch(1)
        self.show_spec(self._spec)

    def show_spec(self, spec: Spec) -> None:
        """Show all values of `spec`; emits nothing."""
        self._spec = spec
        for name, field in self.fields.items():
            field.show_value(getattr(spec, name))

    def _on_edited(self, name: str, value: object, gesture: str) -> None:
        field = self.fields[name]
        try:
            if isinstance(value, str):
                special = field.knob.special
                is_special = special and value.strip().casefold() == special.casefold()
                value = 0 if is_special else parse_text(field.knob, value)
            spec = self._spec.replaced(**{name: value})
        except SpecError as error:
            field.show_problem(str(error))
            return
        field.show_problem("")
        if spec == self._spec:
            field.show_value(getattr(spec, name))
        else:
            self.edited.emit(spec, name, gesture)
