"""A network small enough for paper: every number typed, as a fraction or a decimal."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any

import msgspec

from engine.backprop.numbers import parse_number
from engine.errors import SpecError
from engine.spec import Choice, Spec, knob
from engine.words import say

LARGEST_SIZE, MOST_LAYERS = 6, 4
Row = tuple[str, ...]
#: The fields whose shapes follow from the sizes.
NUMBERS = frozenset({"weights", "biases", "inputs", "targets"})
Size = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_SIZE)]


class SmallActivation(Choice):
    SIGMOID = "sigmoid", "sigmoid"
    TANH = "tanh", "tanh"
    RELU = "relu", "ReLU"
    LINEAR = "linear", "linear (none)"


class SmallLoss(Choice):
    """Output and loss, which belong together."""

    CROSS_ENTROPY = "cross_entropy", "softmax and cross-entropy"
    SQUARED_ERROR = "squared_error", "linear output, ½ Σ (z − y)²"
    SIGMOID_SQUARED_ERROR = "sigmoid_squared_error", "activated output, ½ Σ (a − y)²"


class SmallSpec(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network with typed numbers; `weights[k][i][j]` leads from unit i to unit j, layer by layer.

    Numbers are texts such as "0.5", "-1/3" or "1e-3", and stay what was typed. `answers` are what
    a student found, as (key, text) with keys as in `SmallResult`, e.g. ("z1[2]", "0.38").
    `revealed` are the keys whose numbers were asked for where `solutions` are not shown.
    """

    sizes: Annotated[
        tuple[Size, ...],
        knob("Layers", "Units of every layer, input and output included, e.g. 2-2-2.",
             group="small", minimum=1, maximum=LARGEST_SIZE, of_items=True),
    ] = (2, 2, 2)
    activation: Annotated[
        SmallActivation,
        knob("Activation", "What each hidden unit does to its pre-activation z.", group="small"),
    ] = SmallActivation.SIGMOID
    loss: Annotated[
        SmallLoss, knob("Output and loss", "Decides what δ at the output is.", group="small")
    ] = SmallLoss.CROSS_ENTROPY
    digits: Annotated[
        int,
        knob("Digits", "Decimal digits shown of numbers that are no fraction.",
             group="small", minimum=2, maximum=15),
    ] = 6
    fractions: Annotated[
        bool, knob("Fractions", "Show rational numbers as fractions, exactly.", group="small")
    ] = True
    solutions: Annotated[
        bool,
        knob("Solutions", "Show every number; without them only those that you ask for.",
             group="small"),
    ] = True
    weights: tuple[tuple[Row, ...], ...] = (
        (("0.15", "0.25"), ("0.2", "0.3")),
        (("0.4", "0.5"), ("0.45", "0.55")),
    )
    biases: tuple[Row, ...] = (("0.35", "0.35"), ("0.6", "0.6"))
    inputs: Row = ("0.05", "0.1")
    targets: Row = ("0", "1")
    learning_rate: str = "1/2"
    answers: tuple[tuple[str, str], ...] = ()
    revealed: tuple[str, ...] = ()

    def replaced(self, **changes: Any) -> SmallSpec:
        """A copy with some fields changed; new sizes alone bring the numbers that they need."""
        sizes = changes.get("sizes")
        are_sizes = isinstance(sizes, list | tuple) and all(isinstance(n, int) for n in sizes)
        if sizes is not None and are_sizes and not changes.keys() & NUMBERS:
            changes.pop("sizes")
            resized = self if tuple(sizes) == self.sizes else self.with_sizes(tuple(sizes))
            return resized.replaced(**changes) if changes else resized
        return super().replaced(**changes)

    def check(self) -> None:
        """Raise `SpecError` where a number is none, or there are too few or too many of them."""
        _check_sizes(self.sizes)
        pairs = list(pairwise(self.sizes))
        shapes = [(len(w), {len(row) for row in w}) for w in self.weights]
        if shapes != [(n_in, {n_out}) for n_in, n_out in pairs] or [
            len(b) for b in self.biases
        ] != list(self.sizes[1:]):
            raise SpecError(say("Weights and biases do not fit the layers; reset them."), "weights")
        if (len(self.inputs), len(self.targets)) != (self.sizes[0], self.sizes[-1]):
            raise SpecError(say("Inputs and targets do not fit the layers; reset them."), "inputs")
        for name, text in self.named_numbers().items():
            parse_number(text, name)
        targets = [parse_number(text) for text in self.targets]
        if self.loss is SmallLoss.CROSS_ENTROPY and (sum(targets) != 1 or min(targets) < 0):
            raise SpecError(
                say("Targets of a cross-entropy are probabilities: none below 0, their sum 1; one "
                    "target is 1 and the others are 0, as a rule."), "targets",
            )
        if parse_number(self.learning_rate, "learning rate") <= 0:
            raise SpecError(say("The learning rate must be above 0."), "learning_rate")

    def named_numbers(self) -> dict[str, str]:
        """Every typed number by its key: "x[1]", "y[2]", "W1[1,2]", "b2[1]"; counted from 1."""
        named = {f"x[{i}]": text for i, text in enumerate(self.inputs, 1)}
        named |= {f"y[{i}]": text for i, text in enumerate(self.targets, 1)}
        for k, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            named |= {
                f"W{k}[{i},{j}]": text
                for i, row in enumerate(w, 1)
                for j, text in enumerate(row, 1)
            }
            named |= {f"b{k}[{j}]": text for j, text in enumerate(b, 1)}
        return named | {"learning rate": self.learning_rate}

    def with_number(self, key: str, text: str) -> SmallSpec:
        """Another number at a key of `named_numbers`; raises `SpecError` where it is no number."""
        parse_number(text, key)
        if key == "learning rate":
            return self.replaced(learning_rate=text.strip())
        name, _, place = key.rstrip("]").partition("[")
        indices = [int(part) - 1 for part in place.split(",")]
        if name in ("x", "y"):
            field = "inputs" if name == "x" else "targets"
            return self.replaced(**{field: _placed(getattr(self, field), indices, text.strip())})
        field = "weights" if name[0] == "W" else "biases"
        at = [int(name[1:]) - 1, *indices]
        return self.replaced(**{field: _placed(getattr(self, field), at, text.strip())})

    def with_sizes(self, sizes: tuple[int, ...]) -> SmallSpec:
        """Other layers: numbers that still have a place keep it, new ones count up in tenths."""
        _check_sizes(sizes)
        old = self.named_numbers()
        fresh = (str(Fraction(k % 9 + 1, 10)) for k in range(10_000))

        def number(key: str, otherwise: str = "") -> str:
            return old.get(key) or otherwise or next(fresh)

        weights = tuple(
            tuple(tuple(number(f"W{k}[{i},{j}]") for j in range(1, n_out + 1))
                  for i in range(1, n_in + 1))
            for k, (n_in, n_out) in enumerate(pairwise(sizes), 1)
        )
        biases = tuple(
            tuple(number(f"b{k}[{j}]", "0") for j in range(1, n + 1))
            for k, n in enumerate(sizes[1:], 1)
        )
        targets = tuple(number(f"y[{k}]", "0") for k in range(1, sizes[-1] + 1))
        if len(targets) != len(self.targets):
            targets = ("1", *["0"] * (sizes[-1] - 1))
        return self.replaced(
            sizes=sizes, weights=weights, biases=biases, targets=targets, answers=(),
            revealed=(),
            inputs=tuple(number(f"x[{i}]") for i in range(1, sizes[0] + 1)),
        )

    def with_answer(self, key: str, text: str) -> SmallSpec:
        """What a student found for a number of the result; an empty text takes it back."""
        others = tuple(pair for pair in self.answers if pair[0] != key)
        if not text.strip():
            return self.replaced(answers=others)
        parse_number(text, key)
        return self.replaced(answers=(*others, (key, text.strip())))


def _check_sizes(sizes: tuple[int, ...]) -> None:
    if not 2 <= len(sizes) <= MOST_LAYERS + 1:
        raise SpecError(
            say("A network for paper has an input layer, an output layer and at most {most} "
                "hidden ones; write e.g. 2-2-2.", most=MOST_LAYERS - 1), "sizes",
        )
    if 0 in sizes:
        raise SpecError(
            say("A layer with 0 units passes nothing on; give it at least 1 unit, or leave it "
                "out."), "sizes",
        )
    if not all(1 <= size <= LARGEST_SIZE for size in sizes):
        raise SpecError(say("A layer for paper has 1 to {most} units.", most=LARGEST_SIZE), "sizes")


def _placed(values: tuple[object, ...], at: list[int], text: str) -> tuple[object, ...]:
    first, *rest = at
    if not 0 <= first < len(values):
        raise SpecError(say("There is no such number in this network."))
    inner = values[first]
    new = _placed(inner, rest, text) if rest and isinstance(inner, tuple) else text
    return (*values[:first], new, *values[first + 1 :])
