"""What hands find in each of the four tabs beside its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtWidgets import QComboBox
from restless import MOST, Edit, Hands, seen

from engine.backprop.tab_spec import Chosen as ChosenNumber
from engine.backprop.tab_spec import Part, Split
from engine.backprop.tab_spec import Scene as BackpropScene
from engine.errors import SpecError
from engine.expressivity.tab_spec import Scene, Show
from engine.initialization.tab_spec import Scene as InitializationScene
from engine.spec import Spec
from engine.training.recipe import Recipe
from engine.training.tab_spec import Split as ImageSplit
from engine.training.tab_spec import Statistic
from gui.widgets.function_plot import FunctionPlot


class ExpressivityHands(Hands):
    """Handles, pens and brushes of the four scenes.

    A plot's axis stays where it is under the pen, and after it until there is another target.
    """

    by_design = ("/FitPlot.1 contents.y",)
    looks = frozenset({"scene", "grid_page", "shown", "added", "chosen_neuron", "grid"})

    def others(self) -> list[Edit]:
        scene = self.tab.presenter.spec.scene
        found = [*super().others(), self.turn]
        if scene is Scene.FUNCTION:
            found += [self.toggle, self.draw, self.piece, self.boxes, self.width]
        if scene is Scene.DIMENSIONS:
            found += [self.page, self.grid, self.dimension]
        return [*found, lambda: self.trigger("reset")]

    def farthest(self, plot: FunctionPlot) -> float:
        return MOST["pieces"] if plot is self.tab.function.errors else float("inf")

    def toggle(self) -> str:
        show = self.rng.choice(list(Show))
        self.tab.forms.shows[show].click()
        return f"show {show}"

    def draw(self) -> str:
        """One stroke of pen or eraser."""
        plot = self.tab.function.plot
        mode = self.rng.choice(("draw", "erase"))
        reach = self.tab.presenter.spec.function.half_width
        plot.set_mode(mode)
        plot.stroke_started.emit()
        x = self.rng.uniform(-reach, 0)
        for _ in range(3):
            plot.stroke_moved.emit(np.array([(x, self.rng.uniform(-1, 1))]))
            x += reach / 5
        plot.stroke_ended.emit()
        plot.set_mode("drag")
        return mode

    def piece(self) -> str:
        self.tab.function.plot.piece_chosen.emit(
            self.rng.randrange(self.tab.presenter.spec.function.pieces)
        )
        return "choose a piece"

    def boxes(self) -> str:
        if Show.TWIN in self.tab.presenter.spec.shown:
            return "no boxes"  # the bar below trains
        return self.trigger("step", "step", "step_back", "all")

    def width(self) -> str:
        edit = self.tab.forms.width_edit
        edit.setText(f"{self.rng.uniform(0.3, 3):.3g}")
        edit.editingFinished.emit()
        return "width"

    def page(self) -> str:
        button = self.rng.choice(list(self.tab.scenes[Scene.DIMENSIONS].pages.buttons.values()))
        button.click()
        return f"page {button.text()}"

    def grid(self) -> str:
        """The cursor, a cell, or a dab of paint."""
        fields = self.tab.scenes[Scene.DIMENSIONS].fields
        grid = self.tab.presenter.spec.grid
        u, v = (self.rng.uniform(-1, 1) * grid.half_width for _ in range(2))
        what = self.rng.choice(("cursor", "cell", "paint"))
        if what == "cursor":
            fields.target.cursor_moved.emit(u, v)
        elif what == "cell":
            fields.target.cell_chosen.emit(*(self.rng.randrange(grid.cells) for _ in range(2)))
        elif not fields.isHidden():
            fields.target.stroke_started.emit()
            fields.target.stroke_moved.emit(np.array([(u, v), (v, u)]))
            fields.target.stroke_ended.emit()
        return what

    def dimension(self) -> str:
        cost = self.tab.scenes[Scene.DIMENSIONS].cost
        cost.dimension_pressed.emit()
        for _ in range(2):
            cost.dimension_dragged.emit(self.rng.randint(1, MOST["dimension"]))
        return "dimension"


class InitializationHands(Hands):
    """Schemes, σ, layers and the map of order and chaos."""

    looks = frozenset({
        "scene", "quantity", "statistic", "chosen", "derivation_step", "passed_layers",
    })

    def others(self) -> list[Edit]:
        scene = self.tab.presenter.spec.scene
        found = [self.turn, self.sigma, self.scheme, self.unscheme]
        if scene is InitializationScene.LAYERS:
            found += [self.quantity, self.statistic, self.panel]
        if scene is InitializationScene.CHAOS:
            found.append(self.point)
        if scene in (InitializationScene.LAYERS, InitializationScene.DERIVATION):
            found.append(lambda: self.trigger("step", "step_back", "all"))
        return found

    def sigma(self) -> str:
        self.slide(self.tab.form.sigma, 0.4, 1.0)
        return "sigma"

    def scheme(self) -> str:
        self.choose(self.tab.form.schemes.more)
        return "add a scheme"

    def unscheme(self) -> str:
        _, _, button = self.rng.choice([
            row for row in self.tab.form.schemes.rows if not row[0].isHidden()
        ])
        button.click()
        return "remove a scheme"

    def quantity(self) -> str:
        self.rng.choice(list(self.scene.quantities.buttons.values())).click()
        return "quantity"

    def statistic(self) -> str:
        self.choose(self.scene.statistics)
        return "statistic"

    def panel(self) -> str:
        grid = self.scene.grid
        row, column = (self.rng.randrange(max(len(n), 1)) for n in (grid.rows, grid.columns))
        grid.panel_chosen.emit(row, column)
        return "choose a layer"

    def point(self) -> str:
        chaos = self.scene
        chaos.map.grabbed.emit()
        for _ in range(2):
            chaos.map.point_dragged.emit(self.rng.uniform(0, 4), self.rng.uniform(0, 1))
        return "drag the point"

    @property
    def scene(self) -> Any:
        return self.tab.presenter.scene


class BackpropHands(Hands):
    """Samples, steps, bugs, strokes and numbers on paper."""

    looks = frozenset({"scene", "step", "chosen", "speed"})

    def others(self) -> list[Edit]:
        scene = self.tab.presenter.spec.scene
        found = [*super().others(), self.turn, self.sample]
        if scene is BackpropScene.STEPS:
            found += [lambda: self.trigger("step", "step_back", "all", "first"), self.choose_number]
        if scene in (BackpropScene.STEPS, BackpropScene.PROOF):
            found.append(self.choose_in_form)
        if scene is BackpropScene.DRAW:
            found += [self.stroke, self.choose_in_form]
        if scene is BackpropScene.SMALL:
            found += [self.answer, self.choose_in_form]
        return found

    def apply(self, spec: Spec, text: str) -> None:
        self.tab.presenter.store.apply(spec, text, is_undoable=bool(text))

    def sample(self) -> str:
        spec = self.tab.presenter.spec
        splits = [s for s in Split if s is not Split.DRAWN or spec.drawing.strokes]
        self.apply(
            spec.replaced(index=self.rng.randrange(2000), split=self.rng.choice(splits)), "Sample"
        )
        return "another sample"

    def choose_number(self) -> str:
        spec = self.tab.presenter.spec
        layer = self.rng.randint(1, len(spec.backprop.sizes) - 1)
        rows, columns = spec.backprop.sizes[layer - 1 : layer + 1]
        chosen = ChosenNumber(
            self.rng.choice((Part.WEIGHT, Part.BIAS, Part.UNIT)), layer,
            self.rng.randrange(rows), self.rng.randrange(columns),
        )
        self.apply(spec.replaced(chosen=self.rng.choice((None, chosen))), "")
        return "choose a number"

    def choose_in_form(self) -> str:
        """A box of the scene's own controls."""
        form = self.tab.presenter.scene.form
        boxes = [b for b in seen(form, QComboBox) if b.isEnabled()] if form is not None else []
        if not boxes:
            return "no box"
        box = self.rng.choice(boxes)
        self.choose(box)
        return f"choose {box.accessibleName()}"

    def stroke(self) -> str:
        """One stroke of pen or sponge, or everything wiped away."""
        scene = self.tab.presenter.scene
        if self.rng.random() < 0.2:
            scene.clear.click()
            return "clear"
        canvas = scene.canvas
        canvas.stroke_started.emit()
        for _ in range(3):
            canvas.stroke_moved.emit([(self.rng.random(), self.rng.random())])
        canvas.stroke_ended.emit()
        return "stroke"

    def answer(self) -> str:
        """An answer to a line of the work, or a line asked for."""
        scene = self.tab.presenter.scene
        key = self.rng.choice(scene.table.work.lines).key
        if self.rng.random() < 0.5:
            scene.table.work.answered.emit(key, self.rng.choice(("0.5", "1/3", "")))
        else:
            scene.table.reveal_asked.emit(key)
        return f"answer {key}"


class TrainingHands(Hands):
    """Pages, images and what is shown of them; nothing is trained."""

    looks = frozenset({
        "page", "speed", "log_loss", "confusion_cell", "statistic", "browsed_split",
    })

    def others(self) -> list[Edit]:
        return [
            self.turn, self.count, self.random, self.most_wrong, self.pin, self.close, self.look,
        ]

    @property
    def spec(self) -> Any:
        return self.tab.presenter.spec

    def count(self) -> str:
        self.tab.predictions.count.setValue(self.rng.randint(1, 6))
        return "count"

    def random(self) -> str:
        stream = np.random.default_rng(self.rng.randrange(2**32))
        self.tab.presenter.store.apply(self.spec.with_random(2000, stream), "Random images")
        return "random images"

    def most_wrong(self) -> str:
        self.tab.predictions.wrong_button.click()
        return "most wrong"

    def pin(self) -> str:
        cards = self.tab.predictions.cards
        if not cards or self.rng.random() < 0.4:
            self.tab.predictions.index_typed.emit(self.rng.randrange(2000))
            return "pin by number"
        self.rng.choice(cards).pinned.emit(self.rng.random() < 0.5)
        return "pin"

    def close(self) -> str:
        cards = self.tab.predictions.cards
        if cards:
            self.rng.choice(cards).closed.emit()
        return "close an image"

    def look(self) -> str:
        """Turn to what is nothing to undo."""
        cell = (self.rng.randrange(10), self.rng.randrange(10))
        changes: list[Mapping[str, object]] = [
            {"log_loss": not self.spec.log_loss}, {"confusion_cell": cell},
            {"statistic": self.rng.choice(list(Statistic))},
            {"browsed_split": self.rng.choice(list(ImageSplit))},
        ]
        self.tab.presenter._look_at(**self.rng.choice(changes))
        return "look"


def tiny(spec: Spec) -> Spec:
    """The start of a tab with everything small, so that a thousand changes take minutes."""
    parts = {name: getattr(spec, name) for name in spec.__struct_fields__}
    match parts:
        case {"probe": probe}:
            return spec.replaced(probe=probe.replaced(widths="12x4", batch_size=16, seeds=1))
        case {"backprop": backprop}:
            backprop = backprop.replaced(hidden=(3,), training_images=40)
            return spec.replaced(backprop=backprop, chosen=None)
        case {"recipe": Recipe() as recipe}:
            recipe = recipe.replaced(training_images=40, hidden=(8,), batch_size=20)
            return spec.replaced(recipe=recipe)
        case {"grid": grid, "sparsity": sparsity}:
            return spec.replaced(
                grid=grid.replaced(cells=5),
                sparsity=sparsity.replaced(points=50, dimension=4, cells_per_axis=4),
            )
    raise SpecError(f"No tab has a {type(spec).__name__}.")


HANDS: dict[str, type[Any]] = {
    "training": TrainingHands, "expressivity": ExpressivityHands,
    "initialization": InitializationHands, "backprop": BackpropHands,
}
