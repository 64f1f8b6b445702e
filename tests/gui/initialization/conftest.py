"""The Initialization tab in a window, with a network that is measured in a moment."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from engine.initialization.tab_spec import InitializationSpec, Scene
from gui.keys import leave_keyboard
from gui.settings import Settings
from gui.tabs.initialization.tab import InitializationTab

LEFT = Qt.MouseButton.LeftButton
SMALL = {"widths": "24x7", "batch_size": 32, "seeds": 2}


class Bench:
    """The tab in a window, and hands."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.tab = InitializationTab(QUndoStack(), Settings(), None)
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tab)
        leave_keyboard(self.window)
        self.window.resize(1280, 680)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.probe(**SMALL)

    def close(self) -> None:
        self.tab.stop()
        self.window.close()
        self.window.deleteLater()

    @property
    def spec(self) -> InitializationSpec:
        return self.tab.presenter.spec

    @property
    def scene(self):
        return self.tab.scenes[self.spec.scene]

    @property
    def snapshot(self):
        return self.tab.measuring.snapshot

    def probe(self, **changes) -> None:
        """Another probe, as a lesson would set it, measured."""
        probe = self.spec.probe.replaced(**changes)
        self.tab.presenter.store.apply(self.spec.with_probe(probe), "probe")
        self.rest()

    def rest(self) -> None:
        """Until everything that was asked for is measured and painted."""
        self.qtbot.waitUntil(lambda: not self.tab.measuring.is_busy, timeout=20_000)
        QApplication.processEvents()

    def until(self, condition) -> None:
        self.qtbot.waitUntil(condition, timeout=20_000)

    def open(self, scene: Scene) -> None:
        self.qtbot.mouseClick(self.tab.pages.buttons[scene.value], LEFT)
        assert self.spec.scene is scene
        self.rest()

    def type_into(self, name: str, text: str) -> None:
        """Type into a field of the form, and Enter."""
        edit = self.tab.form.form.fields[name].edit  # type: ignore[attr-defined]
        self.tab.form_panel.ensureWidgetVisible(edit)
        edit.setFocus(Qt.FocusReason.TabFocusReason)
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)
        self.qtbot.keyClick(edit, Qt.Key.Key_Return)
        self.rest()

    def problem(self, name: str) -> str:
        problem = self.tab.form.form.fields[name].problem
        return problem.text() if not problem.isHidden() else ""


@pytest.fixture
def bench(torch_is_there, qtbot):
    made = Bench(qtbot)
    yield made
    made.close()
