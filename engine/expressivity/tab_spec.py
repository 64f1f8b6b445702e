"""The spec of the Expressivity tab: four scenes, and what is looked at in them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.errors import SpecError
from engine.expressivity.grid_spec import GridSpec, SparsitySpec
from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import (
    LARGEST_VALUE,
    MOST_PIECES,
    BoxSpec,
    FunctionSpec,
    NeuronSpec,
    TrainedSpec,
)
from engine.spec import Choice, Spec
from engine.words import say

Index = Annotated[int, msgspec.Meta(ge=0)]


class Scene(Choice):
    """The rungs of the ladder."""

    NEURON = "neuron", "1 · One neuron"
    BOX = "box", "2 · Box"
    FUNCTION = "function", "3 · Any function"
    DIMENSIONS = "dimensions", "4 · More dimensions"


class Show(Choice):
    """What the plot of scene 3 shows beside target and network."""

    BOXES = "boxes", "boxes"
    ERROR = "error", "error"
    TWIN = "twin", "trained twin"


class GridPage(Choice):
    """What scene 4 shows of the grid: what it computes, how, what it costs, and who fills it."""

    FIELDS = "fields", "Fields"
    CELL = "cell", "One cell"
    COST = "cost", "Cost"
    SPARSITY = "sparsity", "Sparsity"


class Tweak(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hidden neuron of the fitted network with a number changed by hand; None is as fitted."""

    neuron: Index
    weight: float | None = None
    bias: float | None = None
    output: float | None = None


class ExpressivitySpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that determines what the Expressivity tab shows.

    `added` is how many boxes of scene 3 are in the sum, None for all of them. `tweaks` are changes
    by hand to the fitted network; they end with the next change of the fit.
    """

    scene: Scene = Scene.FUNCTION
    neuron: NeuronSpec = NeuronSpec()
    box: BoxSpec = BoxSpec()
    function: FunctionSpec = FunctionSpec()
    twin: TrainedSpec = TrainedSpec()
    grid: GridSpec = GridSpec()
    sparsity: SparsitySpec = SparsitySpec()
    grid_page: GridPage = GridPage.FIELDS
    shown: tuple[Show, ...] = (Show.BOXES,)
    added: Annotated[int, msgspec.Meta(ge=0, le=MOST_PIECES)] | None = None
    chosen_neuron: Index | None = None
    tweaks: Annotated[tuple[Tweak, ...], msgspec.Meta(max_length=100)] = ()

    def check(self) -> None:
        """Raise `SpecError` where a part does not hold by itself, or a tweak is too large."""
        for part in (self.neuron, self.box, self.function, self.twin, self.grid, self.sparsity):
            part.check()
        for tweak in self.tweaks:
            values = [v for v in (tweak.weight, tweak.bias, tweak.output) if v is not None]
            if any(abs(value) > LARGEST_VALUE for value in values):
                raise SpecError(say("A weight stays below {limit:g}; use a smaller one.",
                                    limit=LARGEST_VALUE))

    def with_function(self, function: FunctionSpec) -> ExpressivitySpec:
        """Another fit: what was changed by hand, chosen or left out belonged to the one before."""
        # It is valid already, and validating thousands of points anew would slow a drag down.
        return msgspec.structs.replace(
            self, function=function, tweaks=(), added=None, chosen_neuron=None
        )

    def with_tweak(self, neuron: int, name: str, value: float) -> ExpressivitySpec:
        """Change `weight`, `bias` or `output` of a neuron by hand."""
        before = next((t for t in self.tweaks if t.neuron == neuron), Tweak(neuron))
        after = msgspec.structs.replace(before, **{name: value})
        others = tuple(t for t in self.tweaks if t.neuron != neuron)
        return self.replaced(tweaks=(*others, after))

    def with_shown(self, show: Show, on: bool) -> ExpressivitySpec:
        """Show something more or less in the plot of scene 3."""
        others = tuple(s for s in self.shown if s is not show)
        return self.replaced(shown=(*others, show) if on else others)

    def tweaked(self, network: StepNetwork) -> StepNetwork:
        """The fitted network with the changes made by hand."""
        if not self.tweaks:
            return network
        weight, bias, output = (
            array.copy()
            for array in (network.hidden_weight, network.hidden_bias, network.output_weight)
        )
        for tweak in self.tweaks:
            if tweak.neuron >= len(network):
                continue
            for array, value in (
                (weight, tweak.weight), (bias, tweak.bias), (output, tweak.output),
            ):
                if value is not None:
                    array[tweak.neuron] = value
        return network.replaced_arrays(weight, bias, output)
