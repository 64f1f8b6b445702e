"""A control of a form with what stands around it: its label, and what is wrong with its input."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from gui.widgets.wrapped_label import WrappedLabel


class Labelled(QWidget):
    """One or more editors in a grid, whose first row is the label's.

    By its `path` in the tab's spec a lesson or the user keeps it in sight on a stage; the fields of
    a `SpecForm` have none of their own, as the form knows them by their names. One that is not
    `is_short` needs more height than a bar has.
    """

    def __init__(
        self, label: str, path: str = "", *, has_label: bool = True, is_short: bool = True
    ) -> None:
        super().__init__()
        self.path, self.is_short = path, is_short
        #: Whether it is understood without its label, wherever it stands.
        self.names_itself = False
        self.label = QLabel(label)
        self.problem = WrappedLabel(role="problem")
        self.problem.hide()
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(0, 3)
        self.grid.setColumnStretch(1, 2)
        if has_label:
            self.grid.addWidget(self.label, 0, 0)
        else:
            self.label.setParent(self)
            self.label.hide()

    def finish(self) -> None:
        """Add the line for problems, below everything."""
        self.grid.addWidget(self.problem, self.grid.rowCount(), 0, 1, -1)

    def show_problem(self, sentence: str) -> None:
        """What is wrong with the last input; empty when nothing is."""
        if sentence == self.problem.text():
            return
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for editor in self.findChildren(QLineEdit):
            editor.setProperty("invalid", bool(sentence))
            editor.style().polish(editor)


def alone(
    label: str, path: str, *editors: QWidget, is_wide: bool = True, is_short: bool = True
) -> Labelled:
    """Editors in one row that need no label below the title where they stand.

    The label names them in lists, and a box with choices, or several, when it is lent to a bar.
    The last one takes all the width that is left, unless the row is not to be wide.
    """
    control = Labelled(label, path, has_label=False, is_short=is_short)
    control.names_itself = all(isinstance(editor, QPushButton) for editor in editors)
    row = QHBoxLayout()
    row.setSpacing(4)
    row.addWidget(control.label)
    for editor in editors:
        row.addWidget(editor, int(is_wide and editor is editors[-1]))
    if not is_wide:
        row.addStretch(1)
    control.grid.addLayout(row, 0, 0, 1, 2)
    control.finish()
    return control
