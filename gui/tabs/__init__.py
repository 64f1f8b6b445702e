"""The tabs, one folder each. A new one is a folder, its tests, and a line in `TABS`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.tab import Tab


@dataclass(frozen=True)
class TabInfo:
    """Where a tab's class is, and the part of the homework that it teaches."""

    key: str
    part: int
    title: str
    module: str
    name: str

    def load(self) -> type[Tab]:
        """Import the tab's class."""
        loaded: type[Tab] = getattr(importlib.import_module(self.module), self.name)
        return loaded


TABS = (
    TabInfo("expressivity", 1, "Expressivity", "gui.tabs.expressivity.tab", "ExpressivityTab"),
    TabInfo("initialization", 2, "Initialization", "gui.tabs.initialization.tab",
            "InitializationTab"),
    TabInfo("training", 3, "Training", "gui.tabs.training.tab", "TrainingTab"),
    TabInfo("backprop", 4, "Backprop", "gui.tabs.backprop.tab", "BackpropTab"),
)
