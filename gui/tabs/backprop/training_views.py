"""What a training looks like: its curves, the weights of layer 1, the size of its gradients."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.backprop.formulas import raised
from engine.backprop.training import NORMS_EVERY
from gui.tabs.backprop.training_run import Record
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.image_wall import ImageWall
from gui.widgets.live_plot import LivePlot

#: The share of an epoch after which the first, steep fall of the loss may leave the plot.
SETTLED_EPOCHS = 0.3
#: So many weight images are shown.
MOST_IMAGES = 64
#: In slow motion the axis ends at one of these times a power of ten, beyond the newest point.
ENDS = (1, 2, 5, 10)
LAYER_TOKENS = ("blue", "purple", "muted", "ink")


class TrainingViews(QWidget):
    """Four cards; what has not changed is not painted."""

    def __init__(self) -> None:
        super().__init__()
        caption = self.tr("training images seen")
        self.loss, self.norms = LivePlot(caption=caption), LivePlot(caption=caption)
        self.accuracy = LivePlot(caption=caption, percent=True)
        self.loss.setAccessibleName(self.tr("Loss"))
        self.accuracy.setAccessibleName(self.tr("Test accuracy"))
        self.norms.setAccessibleName(self.tr("Size of the gradient, layer by layer"))
        self.loss.setToolTip(self.tr(
            "Before each update the loss on its images; running, a mean over about 500 images."
        ))
        self.accuracy.setToolTip(self.tr("The share of all test images that are right."))
        self.norms.setToolTip(self.tr(
            "The root of the summed squares of ∂L/∂W, at every 100th update."
        ))
        self.loss.add_series("each", self.tr("as it comes"), "blue", faint=True)
        self.loss.add_series("running", self.tr("running"), "blue")
        self.loss.add_series("test", self.tr("test"), "orange", dashed=True)
        self.accuracy.add_series("test", self.tr("test"), "orange", dashed=True)
        self.norms.set_log(True)
        self._layers = 0
        #: A sketch: of what, x in epochs, and y.
        self._drawn: tuple[str, np.ndarray, np.ndarray] | None = None
        for plot in (self.loss, self.accuracy, self.norms):
            for other in (self.loss, self.accuracy, self.norms):
                if other is not plot:
                    plot.cursor_moved.connect(other.set_cursor)
        self.wall = ImageWall()
        self.wall.setAccessibleName(self.tr("Weights of the first layer"))
        self.wall.set_tooltip(lambda place: self.tr(
            "Unit {number} of layer 1: its 784 weights; blue adds, orange subtracts"
        ).format(number=place))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for place, (title, view) in enumerate((
            (self.tr("Loss, −log p of the true class"), self.loss),
            (self.tr("Test accuracy"), self.accuracy),
            (self.tr("What layer 1 looks for"), self.wall),
            (self.tr("Size of the gradient, ‖∇W‖"), self.norms),
        )):
            card = Card(title)
            card.body.addWidget(view)
            self._grid.addWidget(card, *divmod(place, 2))
        for line in (0, 1):
            self._grid.setRowStretch(line, 1)
            self._grid.setColumnStretch(line, 1)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setSpacing(look().px(12))

    def start(self, record: Record, ghost: Record | None, before: str) -> None:
        """Empty axes for a new training, with the one before as a ghost, labelled `before`."""
        per_epoch = record.total_images / record.recipe.epochs
        for plot in (self.loss, self.accuracy, self.norms):
            plot.clear()
        self._show_layers(len(record.norms))
        self.loss.set_ghosts([(*ghost.curve(ghost.running), before)] if ghost else [])
        self.accuracy.set_ghosts([(*ghost.test_curve("accuracy"), before)] if ghost else [])
        settled = SETTLED_EPOCHS * per_epoch if record.ready else 0.0
        self.loss.set_y_range(settled_x=settled)
        self.accuracy.set_y_range(0.0, 1.0)
        self.norms.set_y_range()
        self._show_drawn(record)

    # --- predictions ----------------------------------------------------------------------------

    def plot_of(self, of: str) -> LivePlot | None:
        """The plot of a curve that can be sketched beforehand."""
        return {"test_accuracy": self.accuracy, "test_loss": self.loss}.get(of)

    def show_prediction(self, of: str, x: np.ndarray, y: np.ndarray, record: Record) -> bool:
        """Draw a sketch, x in epochs and y (n,), over its plot; False where there is none."""
        if self.plot_of(of) is None:
            return False
        self._drawn = of, x, y
        self._show_drawn(record)
        return True

    def clear_prediction(self) -> None:
        """Take the sketch away."""
        self._drawn = None
        for plot in (self.accuracy, self.loss):
            plot.set_prediction(None)

    def _show_drawn(self, record: Record) -> None:
        """The sketch over images instead of epochs, once it is known how many there are."""
        if self._drawn is None or record.ready is None:
            return
        of, x, y = self._drawn
        plot = self.plot_of(of)
        if plot is not None:
            per_epoch = record.total_images / record.recipe.epochs
            plot.set_prediction((per_epoch * x, y), self.tr("your prediction"))

    def _show_layers(self, count: int) -> None:
        """A curve for each layer; those of layers that the network has not stay empty."""
        for k in range(self._layers + 1, count + 1):
            token = LAYER_TOKENS[(k - 1) % len(LAYER_TOKENS)]
            self.norms.add_series(
                f"layer {k}", f"∇W{raised(k)}", token, dashed=k > len(LAYER_TOKENS)
            )
        self._layers = max(self._layers, count)

    def set_span(self, record: Record, *, is_slow: bool) -> None:
        """The x axes: the whole run or, in slow motion, as much as there is to see."""
        end = record.total_images
        if is_slow and record.steps:
            seen = max(20.0 * record.images_per_step, 1.1 * record.images)
            power = 10.0 ** np.floor(np.log10(seen))
            end = min(end, float(next(e * power for e in ENDS if e * power >= seen)))
        for plot in (self.loss, self.accuracy, self.norms):
            plot.set_x_range(0.0, max(end, 1.0))

    def show_losses(self, record: Record) -> None:
        """The loss as it comes, its running mean, and that of the test images."""
        self.loss.set_series("each", *record.curve(record.losses))
        self.loss.set_series("running", *record.curve(record.running))
        self.loss.set_series("test", *record.test_curve("test_loss"))
        self.loss.set_markers(record.markers())

    def show_accuracy(self, record: Record) -> None:
        """The share of test images that are right."""
        self.accuracy.set_series("test", *record.test_curve("accuracy"))
        self.accuracy.set_markers(record.markers())

    def show_norms(self, record: Record) -> None:
        """‖∇W‖ of every layer."""
        self.norms.set_markers(record.markers())
        for k, thinned in enumerate(record.norms, 1):
            self.norms.set_series(f"layer {k}", *record.curve(thinned, NORMS_EVERY))

    def show_weights(self, first_layer: np.ndarray) -> None:
        """The weights (n_1, 28, 28) of layer 1 as images."""
        self.wall.set_images(first_layer[:MOST_IMAGES])
