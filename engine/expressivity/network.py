"""The network of homework part 1: hidden neurons a(w·x + b), and a linear output.

    f(x) = c + Σ_k v_k · a(w_k·x + b_k)

The weights are the whole truth: nothing in a `StepNetwork` knows which function it was built for.
A steep sigmoid is a sigmoid with large weights, so the steepness k stands in the weights too, as
σ(k·(w·x + b)) = σ(kw·x + kb), and whoever multiplies the matrices gets the same function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import ChalknetError
from engine.expressivity.evaluation import Evaluation, activate, compiled, flips
from engine.expressivity.spec import Activation
from engine.expressivity.weights import Layer, network_as_builtins, read_layers
from engine.formula_words import Floats
from engine.lazy import lazy
from engine.words import say

#: Between these the edge of a step is found to the last float; a weight of 0 is fine too.
SMALLEST_WEIGHT, LARGEST_WEIGHT = 1e-100, 1e100
#: Where w·x underflows, an edge can be very many floats wide; the first ones are enough to list.
MOST_EDGE_FLOATS = 8


@dataclass(frozen=True, eq=False)
class StepNetwork:
    """One input, H hidden neurons, one linear output.

    `hidden_weight` w, `hidden_bias` b and `output_weight` v have shape (H,), `output_bias` c is a
    number. `u0` is the step's value at zero. `steepness` says how steep the builder made the
    sigmoids; it is already in the weights.
    """

    hidden_weight: Floats
    hidden_bias: Floats
    output_weight: Floats
    output_bias: float = 0.0
    activation: Activation = Activation.STEP
    u0: float = 0.0
    steepness: float = 1.0

    def __post_init__(self) -> None:
        for array in self._arrays:
            if array.shape != self.hidden_weight.shape or array.ndim != 1:
                raise ChalknetError(say("Every hidden neuron needs one weight, bias and output "
                                        "weight."))
            if not np.isfinite(array).all():
                raise ChalknetError(
                    say("A weight of the network is not finite; use a smaller one.")
                )
        sizes = np.abs(self.hidden_weight[self.hidden_weight != 0])
        if sizes.size and not SMALLEST_WEIGHT <= sizes.min() <= sizes.max() <= LARGEST_WEIGHT:
            raise ChalknetError(say("Hidden weights must be 0 or of a size from 1e-100 to 1e100."))

    @property
    def _arrays(self) -> tuple[Floats, Floats, Floats]:
        return self.hidden_weight, self.hidden_bias, self.output_weight

    def __len__(self) -> int:
        """The number of hidden neurons H."""
        return len(self.hidden_weight)

    @property
    def layer_sizes(self) -> tuple[int, int, int]:
        """(1, H, 1)."""
        return (1, len(self), 1)

    def __call__(self, x: ArrayLike) -> Floats:
        """The outputs at any x, of the same shape.

        Steps and ReLUs take O((H + m) log H) for m points. Steps are exact at every float: a
        neuron counts as u0 exactly where float64 gives w·x + b = 0. The output weights are summed
        from left to right, with a rounding of at most H·2⁻⁵³·Σ|v|; weights made by `building` are
        multiples of one power of two, and their sums are exact.
        """
        points = np.asarray(x, dtype=np.float64)
        y = self._evaluation(points.ravel()).reshape(points.shape)
        unknown = np.isnan(points)
        return np.where(unknown, np.nan, y) if unknown.any() else y

    @lazy
    def _evaluation(self) -> Evaluation:
        return compiled(self.activation, *self._arrays, self.output_bias, self.u0)

    def hidden(self, x: ArrayLike) -> Floats:
        """The activations (m, H) of all hidden neurons at m points; for few of either."""
        z = np.asarray(x, dtype=np.float64)[..., None] * self.hidden_weight + self.hidden_bias
        return activate(self.activation, z, self.u0)

    def contribution(self, index: int, x: ArrayLike) -> Floats:
        """What neuron `index` adds to the output: v_k·a(w_k·x + b_k), of the shape of x."""
        z = np.asarray(x, dtype=np.float64) * self.hidden_weight[index] + self.hidden_bias[index]
        share: Floats = self.output_weight[index] * activate(self.activation, z, self.u0)
        return share

    def positions(self) -> Floats:
        """s_k = −b_k/w_k of every neuron (H,); nan where w_k is 0."""
        moving = self.hidden_weight != 0
        found: Floats = np.full(len(self), np.nan)
        found[moving] = 0.0 - self.hidden_bias[moving] / self.hidden_weight[moving]
        return found

    def edges(self) -> Floats:
        """The floats at which some step neuron gives u(0), sorted, each once.

        Only at these points can two networks differ that have the same boxes otherwise.
        """
        if self.activation is not Activation.STEP:
            return np.empty(0)
        moving = self.hidden_weight != 0
        weight, bias = self.hidden_weight[moving], self.hidden_bias[moving]
        first, after = flips(weight, bias)
        low, high = np.minimum(first, after), np.maximum(first, after)
        found = []
        for _ in range(MOST_EDGE_FLOATS):  # one each where |w| = 1, seldom more than a few
            found.append(low[low < high])
            low = np.nextafter(low, np.inf)
        return np.unique(np.concatenate(found))

    def prefix(self, count: int) -> StepNetwork:
        """The network of the first `count` hidden neurons: a sum being built up."""
        return self.replaced_arrays(*(array[:count] for array in self._arrays))

    def replaced_arrays(self, weight: Floats, bias: Floats, output: Floats) -> StepNetwork:
        """The same kind of network with other weights."""
        return StepNetwork(
            weight, bias, output, self.output_bias, self.activation, self.u0, self.steepness
        )

    @property
    def layers(self) -> tuple[Layer, Layer]:
        """Weights of shape (H, 1) and (1, H), biases of shape (H,) and (1,)."""
        return (
            Layer(self.hidden_weight[:, None], self.hidden_bias, self.activation.value),
            Layer(self.output_weight[None, :], np.array([self.output_bias]), "linear"),
        )

    def as_builtins(self) -> dict[str, Any]:
        """The network as the JSON of `engine.expressivity.weights`."""
        return network_as_builtins(
            self.layers, self.u0, steepness=self.steepness,
            note="A layer computes activation(weight @ input + bias); u0 is the step's value at "
            "zero; the steepness is already in the weights.",
        )  # fmt: skip


def from_weights_file(text: str | bytes) -> StepNetwork:
    """Read what `as_builtins` wrote; raises `ChalknetError` where it is no such network."""
    layers, u0, steepness = read_layers(text)
    shapes = [layer.weight.shape for layer in layers]
    known = {member.value for member in Activation}
    is_ours = len(layers) == 2 and shapes[0][1] == 1 == shapes[1][0] and (
        shapes[0][0] == shapes[1][1] and layers[1].activation == "linear"
    )
    if not is_ours or layers[0].activation not in known:
        raise ChalknetError(
            say("This file holds another network than one hidden layer between one input and one "
                "linear output; choose one that a 1-D fit has written.")
        )
    hidden, output = layers
    return StepNetwork(
        hidden.weight[:, 0], hidden.bias, output.weight[0], float(output.bias[0]),
        Activation(hidden.activation), u0, steepness,
    )  # fmt: skip


def points_of_difference(first: StepNetwork, second: StepNetwork) -> Floats:
    """The edge points, of either network, at which the two give different outputs."""
    edges: Floats = np.union1d(first.edges(), second.edges())
    differs: Floats = edges[first(edges) != second(edges)]
    return differs
