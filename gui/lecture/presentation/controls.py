"""Which settings of a tab stay in sight while presenting: a small list to tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.lecture.sheet import Sheet
from gui.lecture.titles import tab_title
from gui.theme import look
from gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from gui.lecture.presentation.presentation import Presentation
    from gui.main_window import MainWindow

WIDTH_PX = 380


class ControlsSheet(Sheet):
    """Ticks take effect at once, and are remembered for the tab."""

    def __init__(self, window: MainWindow, action: QAction, presentation: Presentation) -> None:
        super().__init__(window, action)
        self._window, self._presentation = window, presentation
        self.boxes: dict[str, QCheckBox] = {}
        self.page = QWidget()
        self.title = WrappedLabel(role="heading")
        self.note = WrappedLabel(role="muted")
        self.area = QScrollArea()
        self.area.setAccessibleName(self.tr("Settings"))
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for widget in (self.title, self.note, self.area):
            self.column.addWidget(widget)

    def fill(self) -> None:
        window, presentation = self._window, self._presentation
        self.title.setText(
            self.tr("{tab}: settings in sight").format(tab=tab_title(window, window.tab_key))
        )
        is_lessons = bool(presentation.step_controls)
        self.note.setText(
            self.tr("The lesson chooses them in this step; your own choice is for all others.")
            if is_lessons else self.tr("These stay in sight while you present.")
        )
        self.page = page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look().px(2))
        self.boxes = {}
        controls = window.tab(window.tab_key).controls()
        for path, label in controls.items():
            box = QCheckBox(label)
            box.setChecked(path in presentation.ticked)
            box.setAccessibleName(label)
            box.setToolTip(self.tr("Keep “{name}” in sight while presenting.").format(name=label))
            box.clicked.connect(self._on_ticked)
            self.boxes[path] = box
            column.addWidget(box)
        column.addStretch(1)
        self.area.setWidget(page)
        self.area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def place_card(self) -> None:
        pad = look().px(16)
        self.column.setContentsMargins(pad, look().px(12), pad, look().px(12))
        self.column.setSpacing(look().px(8))
        width = look().px(WIDTH_PX)
        heads = [label.heightForWidth(width - 2 * pad) for label in (self.title, self.note)]
        height = sum(heads) + look().px(48) + self.page.sizeHint().height()
        self.center_card(width, min(height, self.height() - 2 * pad))

    def first_focus(self) -> QWidget:
        return next(iter(self.boxes.values()), self.card)

    def _on_ticked(self) -> None:
        kept = set(self._presentation.ticked) - self.boxes.keys()
        ticked = [path for path, box in self.boxes.items() if box.isChecked()]
        self._presentation.tick((*ticked, *sorted(kept)))
