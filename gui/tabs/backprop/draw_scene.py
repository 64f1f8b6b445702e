"""Scene 4: a digit drawn by hand, read by the network, and why it was read so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QVBoxLayout,
)

from engine.backprop.drawing import Prepared, prepare_picture
from engine.backprop.strokes import erased
from engine.backprop.tab_spec import (
    MOST_POINTS,
    MOST_STROKES,
    BackpropTabSpec,
    Scene,
    Split,
    Weights,
)
from gui.latest import Latest
from gui.picture_file import read_picture
from gui.scene import TransportState
from gui.tabs.backprop.draw_form import DrawForm
from gui.tabs.backprop.draw_views import AnswerCard, InputCard, LayersCard, WhyCard
from gui.tabs.backprop.material import Material
from gui.tabs.backprop.reading import Reading, read, reader_text
from gui.tabs.backprop.scene import START, SceneView
from gui.theme import look
from gui.widgets.card import Card
from gui.widgets.chip import chip
from gui.widgets.drawing_canvas import DrawingCanvas
from gui.widgets.scene_notes import Number, SceneNotes
from gui.widgets.segmented import SegmentedControl

#: While a stroke goes on, the spec follows this often.
FOLLOW_EVERY_MS = 33
#: The radius of the sponge, as a share of the board.
SPONGE = 0.06


class DrawScene(SceneView):
    """The board on the left; beside it what the network gets, what it says, and why."""

    groups = ()

    def __init__(self, material: Material) -> None:
        super().__init__(material)
        self.reading: Reading | None = None
        self._key: tuple[object, ...] = ()
        self._problem = ""
        self._file = ""
        self._base: tuple[tuple[tuple[float, float], ...], ...] = ()
        self._path: list[tuple[float, float]] = []
        self.is_busy = False
        self._must_ask_again = False
        self._reader = Latest(0, self)
        self._reader.arrived.connect(self._on_read)
        self._reader.ended.connect(self._on_reader_ended)
        self._files = Latest(0, self)
        self._files.arrived.connect(self._on_picture)
        self._files.ended.connect(self._on_picture_ended)
        self._follow = QTimer(self, interval=FOLLOW_EVERY_MS, singleShot=True)
        self._follow.timeout.connect(self._edit_strokes)
        self.input, self.answer, self.why = InputCard(), AnswerCard(), WhyCard()
        self.layers = LayersCard()
        self._grid = QGridLayout()
        self._grid.addWidget(self._board_card(), 0, 0, 2, 1)
        self._grid.addWidget(self.input, 0, 1)
        self._grid.addWidget(self.answer, 1, 1)
        self._grid.addWidget(self.why, 0, 2, 2, 1)
        for place, stretch in enumerate((5, 3, 5)):
            self._grid.setColumnStretch(place, stretch)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid, 4)
        column.addWidget(self.layers, 1)
        self.form = self._make_form()
        material.trained_changed.connect(self._look_again)
        look().changed.connect(self.on_look_changed)
        self.on_look_changed()
        self._show_reading(None)

    def _board_card(self) -> Card:
        card = Card(self.tr("Your digit"))
        self.canvas = DrawingCanvas(self.tr("Draw a digit here, or drop a picture of one."))
        self.canvas.setAccessibleName(self.tr("Board to draw on"))
        self.canvas.setToolTip(self.tr("Draw with the mouse; each stroke can be undone."))
        self.canvas.stroke_started.connect(self._on_stroke_started)
        self.canvas.stroke_moved.connect(self._on_stroke_moved)
        self.canvas.stroke_ended.connect(self._on_stroke_ended)
        self.tools = SegmentedControl([
            ("draw", self.tr("Pen")), ("erase", self.tr("Sponge")),
        ])
        self.tools.set_help(self.tr("What the mouse does on the board."))
        self.tools.chosen.connect(lambda tool: self.canvas.set_tool(tool, SPONGE))
        self.clear = chip(
            self.tr("Clear"), self.tr("Wipe the whole board; undo brings the drawing back.")
        )
        self.clear.clicked.connect(self._on_clear)
        card.add_header_widget(self.tools)
        card.add_header_widget(self.clear)
        card.body.addWidget(self.canvas)
        return card

    def _make_form(self) -> DrawForm:
        self.controls = form = DrawForm()
        form.reader_chosen.connect(self._on_reader_chosen)
        form.pen_chosen.connect(lambda pen: self._edit(self.tr("Pen"), pen=pen))
        form.label_chosen.connect(lambda label: self._edit(self.tr("True class"), label=label))
        form.picture_asked.connect(self._on_picture_asked)
        form.walk_asked.connect(self._on_walk)
        form.training_asked.connect(
            lambda: self.edited.emit(self.spec.replaced(scene=Scene.TRAINING), "", "")
        )
        return form

    def on_look_changed(self) -> None:
        """Take distances from the new look."""
        self._grid.setSpacing(look().px(12))
        self._column.setSpacing(look().px(12))

    # --- output ---------------------------------------------------------------------------------

    def show_spec(self, spec: BackpropTabSpec) -> None:
        super().show_spec(spec)
        drawing = spec.drawing
        self.canvas.set_strokes(drawing.strokes, drawing.pen)
        self.canvas.set_picture(
            np.array(drawing.pixels, np.uint8).reshape(28, 28) if drawing.pixels else None
        )
        self.controls.show_spec(spec)
        self._look_again()

    def _look_again(self) -> None:
        """Have the drawing read, unless it was read by the same network."""
        if self.isHidden():
            return
        spec = self.spec
        trained = self.material.trained if spec.reader is Weights.TRAINED else None
        recipe = spec.backprop if spec.reader is Weights.FIRST else None
        key = (spec.drawing.replaced(label=0), spec.reader, trained, recipe)
        if key == self._key:
            return
        if self.is_busy:
            self._must_ask_again = True
            return
        self._key, self.is_busy = key, True
        self._reader.ask(lambda: read(spec.drawing, spec.reader, spec.backprop, trained))

    def _on_read(self, items: list[object]) -> None:
        reading = items[-1]
        assert isinstance(reading, Reading)
        self._problem = ""
        self._show_reading(reading)

    def _on_reader_ended(self) -> None:
        self.is_busy = False
        if self._reader.problem:
            drawing = self.spec.drawing
            is_empty = not (drawing.strokes or drawing.pixels)
            self._show_reading(None)
            self._problem = "" if is_empty else self._reader.problem
            self.input.note.set_text(self._reader.problem if is_empty else "")
        self.noted.emit()
        if self._must_ask_again:
            self._must_ask_again = False
            self._look_again()

    def _show_reading(self, reading: Reading | None) -> None:
        self.reading = reading
        for card in (self.input, self.answer, self.why, self.layers):
            card.show_reading(reading)
        self.controls.walk.setEnabled(reading is not None)
        text = "" if reading is None else reader_text(reading.weights, reading.reader)
        self.controls.reader_text.setText(text)
        if reading is not None:
            self.controls.show_names(reading.names)

    def headline(self) -> str:
        if self._file:
            return self.tr("Reading {name} …").format(name=self._file)
        reading = self.reading
        return "" if reading is None else reader_text(reading.weights, reading.reader)

    def problem(self) -> str:
        return self._problem

    def notes(self) -> SceneNotes:
        reading = self.reading
        if reading is None:
            return SceneNotes(self.tr("Draw a digit"), self.tr(
                "Draw on the board with the mouse, or drop a photo of a digit on the window."
            ))
        why, p = reading.why, reading.seen.p
        ranked = np.argsort(-p, kind="stable")
        first, second = (reading.names[k] for k in ranked[:2])
        return SceneNotes(
            self.tr("It reads a {name}").format(name=first),
            self.tr("Each pixel's share of the logit: gradients summed on the way from a black "
                    "image to this one, times the pixel. All shares together are exactly what the "
                    "drawing adds to it."),
            r"z_c(x) = z_c(0) + \sum_i x_i \int_0^1 \frac{\partial z_c}{\partial x_i}(t x)\, dt",
            [
                Number(self.tr("p of “{name}”").format(name=first), f"{100 * p[ranked[0]]:.1f} %",
                       "train", key="p_first"),
                Number(self.tr("then “{name}”").format(name=second),
                       f"{100 * p[ranked[1]]:.1f} %", key="p_second"),
                Number(self.tr("logit"), f"{why.logit:.3f}".replace("-", "−"), key="logit"),
                Number(self.tr("of a black image"), f"{why.black:.3f}".replace("-", "−"),
                       key="logit_black"),
                Number(self.tr("sum of all shares"),
                       f"{why.contributions.sum():.3f}".replace("-", "−"), key="share_sum"),
            ],
        )

    def transport(self) -> TransportState:
        return TransportState(self.tr("draw with the mouse; undo takes the last stroke back"))

    # --- strokes --------------------------------------------------------------------------------

    def _edit(self, text: str, gesture: str = "", **changes: object) -> None:
        self._problem = ""
        drawing = self.spec.drawing.replaced(**changes)
        self.edited.emit(self.spec.replaced(drawing=drawing), text, gesture)

    def _on_stroke_started(self) -> None:
        self.begin_gesture()
        self._base = self.spec.drawing.strokes
        self._path = []

    def _on_stroke_moved(self, points: list[tuple[float, float]]) -> None:
        self._path += points
        if not self._follow.isActive():
            self._follow.start()

    def _on_stroke_ended(self) -> None:
        self._follow.stop()
        self._edit_strokes()

    def _edit_strokes(self) -> None:
        """The strokes as they were when this one began, and with it or without what it wiped."""
        if self.canvas.tool == "erase":
            strokes = erased(self._base, self._path, SPONGE + self.spec.drawing.pen / 2)
            if strokes != self.spec.drawing.strokes:
                self._edit(self.tr("Sponge"), self.gesture, strokes=strokes[:MOST_STROKES])
            return
        if len(self._base) == MOST_STROKES:
            self._problem = self.tr(
                "There are {count} strokes on the board, and no more fit on it; undo some, or "
                "clear it."
            ).format(count=MOST_STROKES)
            self.noted.emit()
            return
        stroke = tuple(self._path[:MOST_POINTS])
        self._edit(self.tr("Stroke"), self.gesture, strokes=(*self._base, stroke), pixels=(),
                   file_name="")

    def _on_clear(self) -> None:
        self._edit(self.tr("Clear"), strokes=(), pixels=(), file_name="")

    # --- pictures -------------------------------------------------------------------------------

    def _on_picture_asked(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("A picture of a digit"), str(Path.home()),
            self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp)"),
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        def prepare() -> Iterator[Prepared]:
            yield prepare_picture(read_picture(path))

        self._file, self._problem = path.name, ""
        self._files.ask(prepare)
        self.noted.emit()

    def _on_picture(self, items: list[object]) -> None:
        prepared = items[-1]
        assert isinstance(prepared, Prepared)
        note = f"{self._file}: {self.tr(prepared.note)}"
        self._file = ""
        self._edit(self.tr("Picture"), strokes=(), pixels=tuple(prepared.image.ravel().tolist()),
                   file_name=note)

    def _on_picture_ended(self) -> None:
        self._file = ""
        if self._files.problem:
            self._problem = self._files.problem
        self.noted.emit()

    # --- what next ------------------------------------------------------------------------------

    def _on_reader_chosen(self, weights: Weights) -> None:
        self.edited.emit(self.spec.replaced(reader=weights), self.tr("Read by"), "")

    def _on_walk(self) -> None:
        """On to the steps, with the network that reads here."""
        if self.reading is None:
            return
        recipe, reader = self.spec.backprop, self.reading.reader.recipe
        network = {"hidden": reader.hidden, "activation": reader.activation}
        self.edited.emit(
            self.spec.with_backprop(recipe.replaced(**network)).replaced(
                split=Split.DRAWN, weights=self.reading.weights, scene=Scene.STEPS, step=0
            ),
            self.tr("Walk the drawing through"), "",
        )

    def fresh_spec(self) -> BackpropTabSpec:
        self._problem = ""
        return self.spec.replaced(drawing=START.drawing, reader=START.reader)

    def leave(self) -> None:
        self._follow.stop()

    def stop(self) -> None:
        self._follow.stop()
        self._reader.stop()
        self._files.stop()
