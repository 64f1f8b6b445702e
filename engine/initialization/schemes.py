"""How first weights are drawn: each scheme's variance σ² (homework 2b to 2e), and its sampler."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormulaError, SpecError
from engine.formula import Formula
from engine.initialization.orthogonal import orthonormalize
from engine.spec import Choice
from engine.words import grouped, say

Array = NDArray[Any]


class SchemeKey(Choice):
    """σ² is the variance of a weight; n_in and n_out are the layer's fan-in and fan-out."""

    CONSTANT = "constant", "constant σ"
    FAN_IN = "1/n_in", "1/n_in"
    HE = "2/n_in", "He: 2/n_in"
    FAN_OUT = "1/n_out", "1/n_out"
    XAVIER_NORMAL = "xavier_normal", "Xavier normal"
    XAVIER_UNIFORM = "xavier_uniform", "Xavier uniform"
    HE_UNIFORM = "he_uniform", "He uniform"
    PYTORCH = "pytorch", "PyTorch default"
    ORTHOGONAL = "orthogonal", "orthogonal"
    ALL_EQUAL = "all_equal", "all equal"
    FORMULA = "formula", "own formula"


class Law(Choice):
    """The distribution that a weight is drawn from."""

    NORMAL = "normal", "normal"
    UNIFORM = "uniform", "uniform"
    ORTHOGONAL = "orthogonal", "orthogonal"
    EQUAL = "equal", "all equal"


#: Further names, as libraries and papers have them.
ALIASES = {
    "he": SchemeKey.HE, "he_normal": SchemeKey.HE, "kaiming": SchemeKey.HE,
    "kaiming_normal": SchemeKey.HE, "kaiming_uniform": SchemeKey.HE_UNIFORM,
    "xavier": SchemeKey.XAVIER_NORMAL, "glorot": SchemeKey.XAVIER_NORMAL,
    "glorot_normal": SchemeKey.XAVIER_NORMAL, "glorot_uniform": SchemeKey.XAVIER_UNIFORM,
    "lecun": SchemeKey.FAN_IN, "lecun_normal": SchemeKey.FAN_IN,
    "torch": SchemeKey.PYTORCH, "default": SchemeKey.PYTORCH, "equal": SchemeKey.ALL_EQUAL,
    "own": SchemeKey.FORMULA,
}  # fmt: skip

#: σ² as a formula for the screen, in TeX.
TEX = {
    SchemeKey.CONSTANT: r"\sigma^2 = \mathrm{const}",
    SchemeKey.FAN_IN: r"\sigma^2 = \frac{1}{n_{in}}",
    SchemeKey.HE: r"\sigma^2 = \frac{2}{n_{in}}",
    SchemeKey.FAN_OUT: r"\sigma^2 = \frac{1}{n_{out}}",
    SchemeKey.XAVIER_NORMAL: r"\sigma^2 = \frac{2}{n_{in}+n_{out}}",
    SchemeKey.XAVIER_UNIFORM: r"U[-a, a],\; a = \sqrt{\frac{6}{n_{in}+n_{out}}}",
    SchemeKey.HE_UNIFORM: r"U[-a, a],\; a = \sqrt{\frac{6}{n_{in}}}",
    SchemeKey.PYTORCH: r"U[-a, a],\; a = \frac{1}{\sqrt{n_{in}}},\; \sigma^2 = \frac{1}{3 n_{in}}",
    SchemeKey.ORTHOGONAL: r"W^T W = I,\; \sigma^2 = \frac{1}{\max(n_{in}, n_{out})}",
    SchemeKey.ALL_EQUAL: r"w = \frac{1}{n_{in}},\; \sigma^2 = 0",
    SchemeKey.FORMULA: r"\sigma^2 = \sigma^2(n_{in}, n_{out})",
}
LARGEST_SIGMA = 100.0
MOST_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Scheme:
    """A scheme, ready to draw. `text` is what was typed; `value` the σ or w of one with a number.

    A weight is a random variable with mean 0 and variance `variance(fan_in, fan_out)`, but for
    “all equal”, where every weight is `equal_weight(fan_in)` and nothing is random.
    """

    text: str
    key: SchemeKey
    value: float | None = None
    formula: Formula | None = None

    @property
    def label(self) -> str:
        """The name for the screen."""
        if self.key is SchemeKey.CONSTANT:
            return f"σ = {self.value:g}"
        if self.formula is not None:
            return f"σ² = {self.formula.text.strip()}"
        if self.value is not None:
            return say("all w = {value:g}", value=self.value)
        return self.key.label

    @property
    def tex(self) -> str:
        """σ² as TeX."""
        if self.key is SchemeKey.CONSTANT:
            return rf"\sigma = {self.value:g}"
        return TEX[self.key]

    @property
    def law(self) -> Law:
        """The distribution of a weight."""
        uniform = (SchemeKey.XAVIER_UNIFORM, SchemeKey.HE_UNIFORM, SchemeKey.PYTORCH)
        if self.key in uniform:
            return Law.UNIFORM
        if self.key is SchemeKey.ORTHOGONAL:
            return Law.ORTHOGONAL
        return Law.EQUAL if self.key is SchemeKey.ALL_EQUAL else Law.NORMAL

    def variance(self, fan_in: int, fan_out: int) -> float:
        """σ² of a weight; for “all equal” w², the mean square.

        Raises `FormulaError` where an own formula gives no variance for this layer.
        """
        if self.formula is not None:
            return self._from_formula(self.formula, fan_in, fan_out)
        key = self.key
        if key is SchemeKey.CONSTANT:
            return (self.value or 0.0) ** 2
        if key is SchemeKey.ALL_EQUAL:
            return self.equal_weight(fan_in) ** 2
        if key in (SchemeKey.XAVIER_NORMAL, SchemeKey.XAVIER_UNIFORM):
            return 2 / (fan_in + fan_out)
        if key in (SchemeKey.HE, SchemeKey.HE_UNIFORM):
            return 2 / fan_in
        if key is SchemeKey.FAN_IN:
            return 1 / fan_in
        if key is SchemeKey.FAN_OUT:
            return 1 / fan_out
        return 1 / (3 * fan_in) if key is SchemeKey.PYTORCH else 1 / max(fan_in, fan_out)

    def equal_weight(self, fan_in: int) -> float:
        """The one weight of “all equal”: 1/n_in, so that a unit is the mean of its inputs."""
        return 1 / fan_in if self.value is None else self.value

    def bias_variance(self, fan_in: int, given: float) -> float:
        """Variance of a bias: PyTorch's default draws U(±1/√n_in), all others as `given`."""
        return 1 / (3 * fan_in) if self.key is SchemeKey.PYTORCH else given

    def _from_formula(self, formula: Formula, fan_in: int, fan_out: int) -> float:
        value = float(formula.unchecked(fan_in, fan_out))
        if not math.isfinite(value) or value < 0 or value > LARGEST_SIGMA**2:
            what = f"{value:g}" if math.isfinite(value) else say("no number")
            raise FormulaError(say(
                "For n_in = {fan_in}, n_out = {fan_out} the formula gives {what}; a variance is a "
                "number from 0 to {largest}, so change the formula.",
                fan_in=fan_in, fan_out=fan_out, what=what,
                largest=grouped(LARGEST_SIGMA**2, ",.0f"),
            ))
        return value


def read_scheme(text: str, sigma: float = 0.05, formula: str = "1/n_in") -> Scheme:
    """A scheme from its name, "constant:0.05", "all_equal:0.1", or a formula in n_in and n_out.

    A bare "constant" has the standard deviation `sigma`, a bare "formula" the variance `formula`.
    Raises `SpecError`, or `FormulaError` that points at the character.
    """
    name, colon, number = text.partition(":")
    word = name.strip().lower().replace(" ", "_").replace("-", "_")
    key = ALIASES.get(word) or (SchemeKey(word) if word in _KEYS else None)
    if colon and key in (SchemeKey.CONSTANT, SchemeKey.ALL_EQUAL):
        return Scheme(text.strip(), key, _value(number, key))
    if colon and key is SchemeKey.FORMULA:
        return Scheme(text.strip(), key, formula=_formula(number))
    if colon:
        raise SpecError(
            say("The scheme “{scheme}” takes no number; write constant:0.05 for a fixed σ, or a "
                "formula in n_in and n_out.", scheme=text.strip()), "schemes",
        )
    if key is None:
        return Scheme(text.strip(), SchemeKey.FORMULA, formula=_own_formula(text))
    if key is SchemeKey.CONSTANT:
        return Scheme(text.strip(), key, sigma)
    if key is SchemeKey.FORMULA:
        return Scheme(text.strip(), key, formula=_formula(formula))
    return Scheme(text.strip(), key)


_KEYS = frozenset(key.value for key in SchemeKey)


def split_schemes(text: str) -> tuple[str, ...]:
    """"he,1/max(n_in, n_out)" at its commas, but not at those within brackets."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return tuple(part.strip() for part in (*parts, current) if part.strip())


def _value(text: str, key: SchemeKey) -> float:
    low = 0.0 if key is SchemeKey.CONSTANT else -LARGEST_SIGMA
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= LARGEST_SIGMA:
        what = "σ" if key is SchemeKey.CONSTANT else say("the weight")
        raise SpecError(
            say("“{text}” is no value for {what}; use a number from {low:g} to {high:g}, e.g. "
                "{key}:0.05.", text=text.strip(), what=what, low=low, high=LARGEST_SIGMA,
                key=key.value), "schemes",
        )
    return value


def _own_formula(text: str) -> Formula:
    """A text that is no known name: a formula, or a name that was mistyped."""
    word = text.strip()
    if word.isidentifier() and word not in ("n_in", "n_out"):
        raise SpecError(
            say("There is no scheme “{word}”; choose from {known}, or write a formula in n_in and "
                "n_out.", word=word, known=", ".join(SchemeKey)), "schemes",
        )
    return _formula(text)


def _formula(text: str) -> Formula:
    if not text.strip():
        raise FormulaError(say("The formula is empty; write e.g. 2/(n_in + n_out)."), 1)
    return Formula(text, ("n_in", "n_out"))


# --- samplers ---------------------------------------------------------------------------------


def standard_draw(
    law: Law, stream: np.random.Generator, fan_in: int, fan_out: int, dtype: Any = np.float64
) -> Iterator[Array | None]:
    """Weights (fan_in, fan_out) of mean square 1: what all schemes of one law share.

    Yields None now and then while it works, so that whoever waits can stop, then the weights.
    Orthogonal ones have orthogonal columns (rows, where there are more of those) of squared length
    max(fan_in, fan_out).
    """
    shape = (fan_in, fan_out)
    if law is Law.EQUAL:
        yield np.ones(shape, dtype)
    elif law is Law.UNIFORM:
        # Variance of U[−a, a] is a²/3, hence a = √3.
        draw = np.empty(shape, dtype)
        for part in _parts(draw):
            stream.random(dtype=dtype, out=part)
            part -= 0.5
            part *= 2 * math.sqrt(3)
            yield None
        yield draw
    elif law is Law.NORMAL:
        draw = np.empty(shape, dtype)
        for part in _parts(draw):
            stream.standard_normal(dtype=dtype, out=part)
            yield None
        yield draw
    else:
        long, short = max(shape), min(shape)
        vectors = stream.standard_normal((short, long))
        for _ in orthonormalize(vectors):
            yield None
        vectors *= math.sqrt(long)
        yield np.ascontiguousarray(vectors.T if fan_in >= fan_out else vectors, dtype)


def _parts(draw: Array) -> Iterator[Array]:
    """Rows of a matrix, so many at a time that drawing them takes some hundredths of a second."""
    rows = max(MOST_AT_ONCE // draw.shape[1], 1)
    return (draw[start : start + rows] for start in range(0, len(draw), rows))


def draw_weights(
    scheme: Scheme, stream: np.random.Generator, fan_in: int, fan_out: int, dtype: Any = np.float64
) -> Array:
    """Weights (fan_in, fan_out) as the scheme draws them."""
    *_, weights = standard_draw(scheme.law, stream, fan_in, fan_out, dtype)
    assert weights is not None
    weights *= weight_scale(scheme, fan_in, fan_out)
    return weights


def weight_scale(scheme: Scheme, fan_in: int, fan_out: int) -> float:
    """What a standard draw is multiplied with: σ, or the weight itself where all are equal."""
    if scheme.law is Law.EQUAL:
        return scheme.equal_weight(fan_in)
    return math.sqrt(scheme.variance(fan_in, fan_out))


def draw_bias(
    scheme: Scheme, stream: np.random.Generator, fan_in: int, fan_out: int, given: float,
    dtype: Any = np.float64,
) -> Array:
    """Biases (fan_out,) as the scheme draws them, with the variance that it says they have."""
    if scheme.key is SchemeKey.PYTORCH:
        draw = stream.uniform(-1, 1, fan_out) / math.sqrt(fan_in)
    else:
        variance = scheme.bias_variance(fan_in, given)
        draw = math.sqrt(variance) * stream.standard_normal(fan_out)
    bias: Array = draw.astype(dtype)
    return bias
