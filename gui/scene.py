"""What the scenes of all tabs have in common: ways to look at a spec, one of which is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from gui.actions import Actions
from gui.widgets.scene_notes import SceneNotes
from gui.widgets.transport_bar import TransportBar


@dataclass(frozen=True)
class TransportState:
    """What the bar below shows, and which of its buttons make sense in the scene now.

    `play_text` is what the play button says in place of "Play".
    """

    status: str = ""
    progress: float = 0.0
    parts: int = 0
    is_playing: bool = False
    can_play: bool = False
    play_text: str = ""
    can_step: bool = False
    can_step_back: bool = False
    can_jump: bool = False
    can_seek: bool = False


class BaseScene(QWidget):
    """Shows its part of the spec, and turns what is grabbed into a new one.

    `edited(spec, text, gesture)` carries a whole new spec; changes with one gesture undo as one,
    and what has no text only moves the eye and is nothing to undo.
    """

    edited = Signal(object, str, str)
    #: The notes or the transport have changed without the spec, as when a job brought a result.
    noted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._gesture = 0

    def notes(self) -> SceneNotes:
        """What there is to say about what is shown."""
        return SceneNotes("", "")

    def stop(self) -> None:
        """End every job and timer of the scene within 3 s."""

    def begin_gesture(self) -> str:
        """A drag begins: what it changes is one step to undo."""
        self._gesture += 1
        return self.gesture

    @property
    def gesture(self) -> str:
        """The name of the drag going on."""
        return f"{type(self).__name__} {self._gesture}"

    def answering(self, of: str) -> Sequence[QWidget]:  # noqa: ARG002  for those who override it
        """The views that would give away the fact or curve `of`."""
        return ()


def views_answering(of: str, scenes: Iterable[BaseScene], notes: QWidget) -> list[QWidget]:
    """The views of all scenes that would give `of` away, and the notes, which say it as well."""
    found = [view for scene in scenes for view in scene.answering(of)]
    return [*found, notes] if found else []


class PlayedScene(BaseScene):
    """A scene with the bar below to itself, made when it is first shown.

    The methods from `play` on do nothing unless it says in `transport` that they make sense.
    """

    def hasHeightForWidth(self) -> bool:
        """Else texts that wrap would make every view as tall as it would like to be."""
        return False

    def headline(self) -> str:
        """One muted line above the views."""
        return ""

    def problem(self) -> str:
        """One sentence on what went wrong, or nothing."""
        return ""

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray) -> bool:  # noqa: ARG002
        """Draw a sketch of the curve `of`, x and y (n,), over the plot that shows it; False where
        the scene has none."""
        return False

    def clear_prediction(self) -> None:
        """Take the sketch away."""

    def give_away(self) -> object | None:
        """What goes on and no spec brings back, such as a training; the scene has it no more."""
        return None

    def take_over(self, given: object) -> None:
        """Go on with what the same scene of another window gave away."""

    def leave(self) -> None:
        """Another scene is shown: rest, unless the work is worth going on unseen."""

    def transport(self) -> TransportState:
        """What the bar below shows."""
        return TransportState()

    def play(self) -> None:
        """Play, or pause what plays."""

    def step(self) -> None:
        """One step on."""

    def step_back(self) -> None:
        """One step back."""

    def to_end(self) -> None:
        """On to the last step."""


def show_transport(bar: TransportBar, actions: Actions, state: TransportState) -> None:
    """Bring the bar below, and the actions that it has buttons for, to a state."""
    play = state.play_text or QCoreApplication.translate("Scene", "Play")
    pause = QCoreApplication.translate("Scene", "Pause")
    actions["play"].setText(pause if state.is_playing else play)
    bar.set_playing(state.is_playing)
    for key, is_possible in (
        ("play", state.can_play), ("step", state.can_step),
        ("step_back", state.can_step_back), ("all", state.can_jump),
    ):
        actions[key].setEnabled(is_possible)
    bar.timeline.set_seekable(state.can_seek)
    bar.set_status(state.status)
    bar.set_progress(state.progress, state.parts)
