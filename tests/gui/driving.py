"""The window, driven as a person would: by mouse and keyboard."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QWidget

from engine.data.images import load_images
from engine.runs.history import History
from engine.training.recipe import Recipe
from engine.training.run import Training
from gui.app import TorchLoader
from gui.main_window import MainWindow
from gui.tabs.training.run import Run, RunState
from gui.tabs.training.tab import TrainingTab

#: Eight steps an epoch, done in a moment.
RECIPE = Recipe(training_images=400, hidden=(32,), batch_size=50, epochs=3)
#: As many steps as nobody waits for.
LONG = RECIPE.replaced(epochs=500)

LEFT = Qt.MouseButton.LeftButton


class Lab:
    """A window with its Training tab, and hands."""

    def __init__(
        self, qtbot, recipe: Recipe = RECIPE, data_dir: Path | None = None,
        size: tuple[int, int] | None = (1280, 720),
    ) -> None:
        self.qtbot = qtbot
        self.window = MainWindow(data_dir)
        tab = self.window.tabs[0]
        assert isinstance(tab, TrainingTab)
        self.tab = tab
        self.store, self.control = tab.presenter.store, tab.presenter.control
        self.store.apply(self.store.spec.replaced(recipe=recipe), "", is_undoable=False)
        self.told = self.state
        self.control.state_changed.connect(self._on_state_changed)
        self.loader = TorchLoader(self.window)
        self.window.restore_settings()
        if size is not None:
            self.window.resize(*size)
        self.window.painted.connect(self.loader.start)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitActive(self.window).__enter__()
        self.is_open = True

    def _on_state_changed(self) -> None:
        self.told = self.state

    # --- seen -----------------------------------------------------------------------------------

    @property
    def run(self) -> Run:
        run = self.control.run
        assert run is not None
        return run

    @property
    def history(self) -> History:
        return self.run.history

    @property
    def state(self) -> RunState:
        return self.control.state

    @property
    def steps(self) -> int:
        return len(self.history.step_losses)

    @property
    def recipe(self) -> Recipe:
        return self.store.spec.recipe

    @property
    def callout(self) -> str:
        return self.tab.callout.text() if self.tab.callout.isVisible() else ""

    @property
    def status(self) -> str:
        return self.tab.transport.status.text

    def drawn(self, quantity: str, split: str) -> tuple[list[float], list[float]]:
        """The points of a curve as the plot has them."""
        plot = {"loss": self.tab.curves.loss, "accuracy": self.tab.curves.accuracy}[quantity]
        series = plot._model.series[split]
        return series.x.tolist(), series.y.tolist()

    # --- done -----------------------------------------------------------------------------------

    def until(self, condition, timeout_s: float = 15.0) -> None:
        self.qtbot.waitUntil(condition, timeout=round(1000 * timeout_s))

    def wait_for(self, state: RunState) -> None:
        """Until the run is there, everything has arrived, and no command is on its way."""

        def is_there() -> bool:
            rests = state not in (RunState.PAUSED, RunState.READY) or self.run.job._paused
            is_told = self.told is state  # the worker is a moment ahead of the window
            return self.state is state and is_told and rests and not self._has_mail()

        try:
            self.until(is_there)
        except self.qtbot.TimeoutError:
            focus = QApplication.focusWidget()
            raise AssertionError(
                f"not {state}, but {self.state}: {self.status!r}, {self.callout!r}, {focus}"
            ) from None

    def _has_mail(self) -> bool:
        job = self.run.job
        return not job.mailbox.is_empty or bool(job._open_calls and not job.state.is_over)

    def wait_ready(self) -> None:
        self.until(lambda: self.control.run is not None)
        self.wait_for(RunState.READY)

    def wait_steps(self, count: int) -> None:
        self.until(lambda: self.steps >= count)

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        assert widget.isVisible()
        assert widget.isEnabled()
        if at is None:
            self.qtbot.mouseClick(widget, LEFT)
        else:
            self.qtbot.mouseClick(widget, LEFT, pos=at)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """A key, for whatever has the focus."""
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def ctrl(self, key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def button(self, name: str) -> QWidget:
        return self.tab.transport.buttons[name]

    def focus(self, widget: QWidget) -> None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        self.until(widget.hasFocus)

    def field(self, name: str):
        """A field of the form, its group unfolded and scrolled to."""
        panel = self.tab.recipe_panel
        field = panel.form.fields[name]
        group = panel.form.groups[field.knob.group]
        if not group.is_expanded:
            self.click(group.heading)
        self.tab.form_panel.ensureWidgetVisible(field)
        return field

    def type_into(self, name: str, text: str) -> None:
        """Type a value into a field of the form, and Enter."""
        edit = self.field(name).edit
        self.focus(edit)
        edit.selectAll()
        self.qtbot.keyClicks(edit, text)
        self.qtbot.keyClick(edit, Qt.Key.Key_Return)

    def choose(self, box: QComboBox, text: str) -> None:
        """Choose an entry of a box with the keyboard, in its open list."""
        index = box.findText(text)
        assert index >= 0, [box.itemText(i) for i in range(box.count())]
        box.showPopup()
        self.until(box.view().isVisible)
        box.view().setCurrentIndex(box.model().index(index, box.modelColumn()))
        self.qtbot.keyClick(box.view(), Qt.Key.Key_Return)
        self.until(lambda: not box.view().isVisible())
        self.activate()

    def activate(self) -> None:
        """Without a window manager, a list that has closed can be told late that it was active."""
        self.qtbot.wait(20)
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def toggle(self, name: str) -> None:
        """Click a check box of the form."""
        switch = self.field(name).switch
        self.click(switch, QPoint(8, switch.height() // 2))

    def drag(self, slider: QSlider, shares: list[float]) -> None:
        """Drag a slider's handle to places along the groove, and let go."""
        self.qtbot.mousePress(slider, LEFT, pos=handle(slider))
        for share in shares:
            pad = handle_width(slider) // 2
            x = round(pad + share * (slider.width() - 2 * pad))
            self.qtbot.mouseMove(slider, QPoint(x, slider.height() // 2))
        self.qtbot.mouseRelease(slider, LEFT)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.window.close()
            self.loader.finish()


def handle(slider: QSlider) -> QPoint:
    pad = handle_width(slider) / 2
    share = (slider.value() - slider.minimum()) / (slider.maximum() - slider.minimum())
    return QPoint(round(pad + share * (slider.width() - 2 * pad)), slider.height() // 2)


def handle_width(slider: QSlider) -> int:
    from PySide6.QtWidgets import QStyle, QStyleOptionSlider

    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style, control = slider.style(), QStyle.ComplexControl.CC_Slider
    return style.subControlRect(
        control, option, QStyle.SubControl.SC_SliderHandle, slider
    ).width()


def headless(recipe: Recipe) -> Training:
    """The run of a recipe without any window."""
    training = Training(recipe, load_images(recipe.data))
    for _ in training.events():
        pass
    return training


def weights_digest(training: Training) -> str:
    """SHA-256 over the whole state of the network."""
    digest = hashlib.sha256()
    for name, tensor in training.network.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def numbers(history: History) -> dict[str, Any]:
    """What a history holds, to the last bit; only the time that it took is left out.

    As text, because a loss that is no number is not even equal to itself.
    """
    return {
        "losses": list(map(repr, history.step_losses)),
        "epochs": list(history.step_epochs),
        "rates": list(history.learning_rates),
        "evaluations": [replace(evaluation, seconds=0.0) for evaluation in history.evaluations],
        "ending": history.ending,
        "recipe": history.recipe,
    }


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and 20 < len(text) < 600
