"""All challenges of all lessons, and which of them were met."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.lessons.lesson import Place
from engine.lessons.library import Library
from gui.lecture.rows import Row, RowList
from gui.theme import look
from gui.widgets.chip import chip
from gui.widgets.wrapped_label import WrappedLabel


class GoalsPage(QScrollArea):
    """A row for each goal; a click leads to its step."""

    #: A lesson's key and a place in it.
    goal_chosen = Signal(str, object)
    #: Nothing shall count as reached any more.
    forget_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Goals"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.summary = WrappedLabel(role="title")
        self.list = RowList(
            self.tr("Goals"), self.tr("The challenges of all lessons; choose one to go there.")
        )
        self.list.chosen.connect(self._on_chosen)
        self.forget_button = chip(
            self.tr("Begin anew"), self.tr("Forget which goals were reached.")
        )
        self.forget_button.clicked.connect(self.forget_asked)
        content = QWidget()
        content.setObjectName("side")
        self._column = QVBoxLayout(content)
        self._head = QVBoxLayout()
        self._head.addWidget(self.summary)
        self._column.addLayout(self._head)
        self._column.addWidget(self.list)
        row = QHBoxLayout()
        row.addWidget(self.forget_button)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addStretch(1)
        self.setWidget(content)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        pad = look().px(10)
        self._column.setContentsMargins(pad, look().px(4), pad, pad)
        self._column.setSpacing(look().px(10))
        self._head.setContentsMargins(look().px(8), 0, look().px(8), 0)

    def show_goals(self, library: Library, reached: frozenset[str]) -> None:
        """All goals, those reached with a tick."""
        rows, met = [], 0
        for lesson in library.lessons:
            for number, step in enumerate(lesson.steps):
                if step.goal is None:
                    continue
                is_met = step.goal.key in reached
                met += is_met
                rows.append(Row(
                    step.goal.title, (lesson.key, number), detail=lesson.part or lesson.key,
                    icon="mdi6.check-circle" if is_met else "mdi6.circle-outline",
                    tone="green" if is_met else "ghost",
                    tip=self.tr("{goal}: a step of “{lesson}”").format(
                        goal=step.goal.title, lesson=lesson.title
                    ),
                ))
        self.list.set_rows(rows)
        self.summary.setText(
            self.tr("{met} of {all} reached").format(met=met, all=len(rows))
        )
        self.forget_button.setVisible(met > 0)

    def _on_chosen(self, key: object) -> None:
        assert isinstance(key, tuple)
        self.goal_chosen.emit(key[0], Place(key[1]))
