"""Offers the run that a closed window or a crash interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.errors import CheckpointError

if TYPE_CHECKING:
    from gui.tabs.training.presenter import Presenter


class UnfinishedOffer(QObject):
    """Moves the autosave of the last launch out of the way of the next, and offers it."""

    def __init__(self, presenter: Presenter, folder: Path) -> None:
        super().__init__(presenter)
        self.presenter = presenter
        self.autosave = folder / "autosave.safetensors"
        self.interrupted = folder / "interrupted.safetensors"
        tab = presenter.tab
        tab.offer_accept.clicked.connect(self._on_accepted)
        tab.offer_decline.clicked.connect(self._on_declined)
        presenter.control.opened.connect(self._on_opened)

    def look(self) -> None:
        """Show the offer if there is anything to offer. Torch must be imported."""
        from engine.training.checkpoint import read_progress

        if self.autosave.exists():
            self.autosave.replace(self.interrupted)
        if not self.interrupted.exists():
            return
        try:
            recipe, epoch = read_progress(self.interrupted)
        except CheckpointError:
            # What cannot be read cannot be offered, and would be in the way for ever.
            self.interrupted.unlink()
            return
        self.presenter.tab.offer_text.setText(
            self.tr("A run was interrupted at epoch {epoch:.1f} of {epochs}.").format(
                epoch=epoch, epochs=recipe.epochs
            )
        )
        self.presenter.tab.offer.show()

    def _on_accepted(self) -> None:
        self.presenter.tab.offer.hide()
        self.presenter.open_run(self.interrupted)

    def _on_opened(self, path: Path) -> None:
        # From here on it is the run in progress, and goes away with it.
        if path == self.interrupted:
            self.interrupted.replace(self.autosave)

    def _on_declined(self) -> None:
        self.presenter.tab.offer.hide()
        self.interrupted.unlink(missing_ok=True)
