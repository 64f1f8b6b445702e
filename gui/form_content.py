"""What the left-hand panel of a tab holds: its form, or on a stage a few controls lent from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from engine.spec import Spec
from gui.widgets.collapsible import CollapsibleGroup
from gui.widgets.labelled import Labelled
from gui.widgets.lent_fields import LentFields
from gui.widgets.spec_form import SpecForm

#: So many controls stand side by side; more need a column, as the form does.
MOST_ON_BAR = 3


@dataclass(frozen=True)
class Control:
    """One control of the form, and the group that may be folded over it."""

    widget: Labelled
    group: CollapsibleGroup | None = None

    @property
    def label(self) -> str:
        return self.widget.label.text()

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
        #: Controls that are no field of a `SpecForm`, as far as they have been met.
        self._others: list[Labelled] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.column)
        layout.addWidget(form)
        for place in (self.bar, self.column):
            place.hide()

    @property
    def lent(self) -> tuple[Labelled, ...]:
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
                        found[path] = Control(field, group)
        return found | dict(self._offered_others())

    def _offered_others(self) -> Iterator[tuple[str, Control]]:
        """Those with a path of their own, in the order in which they were met.

        A path may have several, each on a page of its own.
        """
        self._others += [
            one for one in self.form.findChildren(Labelled)
            if one.path and one not in self._others
        ]
        for one in self._others:
            home = self.bar.home_of(one) or self.column.home_of(one) or one.parentWidget()
            control = Control(one, _group_of(home))
            place = control.group or home
            if control.is_offered and place is not None and place.isVisibleTo(self.form):
                yield one.path, control

    def lend(self, spec: Spec, paths: Sequence[str]) -> bool:
        """Lend only these controls; whether they need the form's panel.

        Where the page has none of them, the form is whole, and where they fit on the bar, too.
        """
        controls = self.controls(spec)
        wanted = [controls[path].widget for path in dict.fromkeys(paths) if path in controls]
        is_bar = len(wanted) <= MOST_ON_BAR and all(control.is_short for control in wanted)
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


def _group_of(widget: QWidget | None) -> CollapsibleGroup | None:
    """The group around a widget, that may be folded."""
    while widget is not None and not isinstance(widget, CollapsibleGroup):
        widget = widget.parentWidget()
    return widget
