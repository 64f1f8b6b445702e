"""The Initialization tab in a window, with a network that is measured in a moment."""

from __future__ import annotations

import pytest
from bench import SceneBench
from PySide6.QtWidgets import QApplication

from engine.initialization.tab_spec import Scene
from gui.tabs.initialization.tab import InitializationTab

SMALL = {"widths": "24x7", "batch_size": 32, "seeds": 2}


class Bench(SceneBench):
    """The tab in a window, and hands."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot, InitializationTab)
        self.probe(**SMALL)

    @property
    def snapshot(self):
        return self.tab.measuring.snapshot

    def probe(self, **changes) -> None:
        """Another probe, as a lesson would set it, measured."""
        probe = self.spec.probe.replaced(**changes)
        self.tab.presenter.store.apply(self.spec.with_probe(probe), "probe")
        self.rest()

    def open(self, scene: Scene) -> None:
        super().open(scene)
        self.rest()

    def rest(self) -> None:
        """Until everything that was asked for is measured and painted."""
        self.qtbot.waitUntil(lambda: not self.tab.measuring.is_busy, timeout=20_000)
        QApplication.processEvents()

    def type_into(self, name: str, text: str) -> None:
        """Type into a field of the form, and Enter."""
        edit = self.tab.form.form.fields[name].edit  # type: ignore[attr-defined]
        self.tab.form_panel.ensureWidgetVisible(edit)
        self.type_text(edit, text)
        self.rest()

    def problem(self, name: str) -> str:
        problem = self.tab.form.form.fields[name].problem
        return problem.text() if not problem.isHidden() else ""


@pytest.fixture
def bench(torch_is_there, qtbot):
    made = Bench(qtbot)
    yield made
    made.close()
