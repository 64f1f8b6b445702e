"""The words of a formula: its constants, functions and operators, all on float64 arrays."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Any number of arrays or float64 scalars that broadcast together, to one.
Operation = Callable[..., Any]

CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "π": math.pi, "τ": math.tau}


@dataclass(frozen=True)
class Function:
    """A function of a formula; `most` is the greatest number of arguments."""

    apply: Operation
    least: int = 1
    most: int = 1
    example: str = "x"


def step(z: Floats, at_zero: Floats | float = 0.0) -> Floats:
    """The unit step of the homework: 1 where z > 0, else 0; `at_zero` where z is 0."""
    return np.heaviside(z, at_zero)


def sigmoid(z: Floats) -> Floats:
    """1 / (1 + exp(−z)), written so that nothing overflows."""
    half: Floats = 0.5 * (1 + np.tanh(0.5 * z))
    return half


def relu(z: Floats) -> Floats:
    """max(z, 0)."""
    return np.maximum(z, 0.0)


def _least(*values: Floats) -> Any:
    return reduce(np.minimum, values)


def _greatest(*values: Floats) -> Any:
    return reduce(np.maximum, values)


def choose(condition: Floats, yes: Floats, no: Floats) -> Any:
    """`yes` where the condition is not 0, else `no`."""
    return np.where(condition != 0, yes, no)


FUNCTIONS: dict[str, Function] = {
    "sin": Function(np.sin),
    "cos": Function(np.cos),
    "tan": Function(np.tan),
    "exp": Function(np.exp),
    "log": Function(np.log),
    "ln": Function(np.log),
    "log2": Function(np.log2),
    "log10": Function(np.log10),
    "sqrt": Function(np.sqrt),
    "cbrt": Function(np.cbrt),
    "abs": Function(np.abs),
    "sign": Function(np.sign),
    "floor": Function(np.floor),
    "ceil": Function(np.ceil),
    "round": Function(np.round),
    "min": Function(_least, 2, 20, "x, 0"),
    "max": Function(_greatest, 2, 20, "x, 0"),
    "minimum": Function(_least, 2, 20, "x, 0"),
    "maximum": Function(_greatest, 2, 20, "x, 0"),
    "clip": Function(np.clip, 3, 3, "x, -1, 1"),
    "mod": Function(np.mod, 2, 2, "x, 1"),
    "hypot": Function(np.hypot, 2, 2, "x, 1"),
    "arcsin": Function(np.arcsin),
    "arccos": Function(np.arccos),
    "arctan": Function(np.arctan),
    "arctan2": Function(np.arctan2, 2, 2, "x, 1"),
    "asin": Function(np.arcsin),
    "acos": Function(np.arccos),
    "atan": Function(np.arctan),
    "atan2": Function(np.arctan2, 2, 2, "x, 1"),
    "sinh": Function(np.sinh),
    "cosh": Function(np.cosh),
    "tanh": Function(np.tanh),
    "sigmoid": Function(sigmoid),
    "relu": Function(relu),
    "step": Function(step),
    "u": Function(step),
    "heaviside": Function(step, 1, 2),
    "where": Function(choose, 3, 3, "x > 0, 1, 0"),
}

#: Binary operators with their binding power; all bind to the left but the power.
ARITHMETIC: dict[str, tuple[int, Operation]] = {
    "or": (1, lambda a, b: np.float64(1) * ((a != 0) | (b != 0))),
    "and": (2, lambda a, b: np.float64(1) * ((a != 0) & (b != 0))),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
    "/": (6, operator.truediv),
    "//": (6, np.floor_divide),
    "%": (6, np.mod),
    "**": (8, operator.pow),
}
COMPARISONS: dict[str, Operation] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NOT_POWER, COMPARISON_POWER, SIGN_POWER, POWER_POWER = 3, 4, 7, 8
#: Other spellings, as keyboards, papers and copied text have them.
SPELLINGS = {
    "^": "**", "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/",
    "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip
