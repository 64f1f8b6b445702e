"""A list of settings worth starting from; it names the one that is in force, if one is."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox

from gui.keys import calm_wheel

TIP = Qt.ItemDataRole.ToolTipRole


class PresetBox(QComboBox):
    """Emits the key of what the user takes."""

    chosen = Signal(str)

    def __init__(self, name: str, own: str, help_text: str) -> None:
        """`own` is shown, and `help_text` told, while no preset is in force."""
        super().__init__()
        self._help = help_text
        self.setAccessibleName(name)
        self.setPlaceholderText(own)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        calm_wheel(self)
        self.activated.connect(lambda: self.chosen.emit(self.currentData()))

    def offer(self, key: str, label: str, watch: str) -> None:
        """One more preset; `watch` says what there is to see in it."""
        self.addItem(label, key)
        self.setItemData(self.count() - 1, watch, TIP)

    def show_preset(self, key: str | None) -> None:
        """The preset that is in force; emits nothing."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(key) if key is not None else -1)
        tip = self._help
        if key is not None:
            tip = f"<p>{self.currentText()}</p><p>{self.itemData(self.currentIndex(), TIP)}</p>"
        self.setToolTip(tip)
