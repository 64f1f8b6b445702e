"""A network for paper, forwards and backwards, every intermediate exact; and marks for answers.

Keys count from 1, as one does on paper: "z1[2]" is z of unit 2 in layer 1, "dW1[1,2]" the gradient
of the weight from unit 1 to unit 2, "new W1[1,2]" what the update makes of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from engine.backprop.exact import Exact, total
from engine.backprop.numbers import decimals_typed, parse_number
from engine.backprop.small_spec import SmallActivation, SmallLoss, SmallSpec
from engine.errors import SpecError
from engine.words import later, say

ONE, ZERO, HALF = Exact(1), Exact(0), Exact(Fraction(1, 2))
#: A wrong answer is compared with the usual mistakes to this many shares of its size.
NEAR = Fraction(1, 1000)


def _sigmoid(z: Exact) -> Exact:
    if z < ZERO:
        e = z.exp()
        return e / (ONE + e)
    return ONE / (ONE + (-z).exp())


def _tanh(z: Exact) -> Exact:
    if z < ZERO:
        return -_tanh(-z)
    e = (-(z + z)).exp()
    return (ONE - e) / (ONE + e)


#: f, and f′ from z and a.
_FUNCTIONS: dict[
    SmallActivation, tuple[Callable[[Exact], Exact], Callable[[Exact, Exact], Exact]]
] = {
    SmallActivation.SIGMOID: (_sigmoid, lambda _z, a: a * (ONE - a)),
    SmallActivation.TANH: (_tanh, lambda _z, a: ONE - a * a),
    SmallActivation.RELU: (
        lambda z: z if z > ZERO else ZERO, lambda z, _a: ONE if z > ZERO else ZERO
    ),
    SmallActivation.LINEAR: (lambda z: z, lambda _z, _a: ONE),
}
#: f′ as it is worked out on paper.
_SLOPE_TEXTS = {
    SmallActivation.SIGMOID: "{a}·(1 − {a})", SmallActivation.TANH: "1 − {a}²",
    SmallActivation.RELU: later("1 where {z} > 0, else 0"), SmallActivation.LINEAR: "1",
}


@dataclass(frozen=True, slots=True)
class SmallLine:
    """One intermediate: its key, what part of the work it is, the formula and the numbers in it.

    `phase` is forward, loss, backward or update; `formula` and `numbers` are plain text.
    """

    key: str
    phase: str
    formula: str
    numbers: str
    value: Exact


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether an answer is right, and a sentence that says so without giving the number away."""

    passed: bool
    sentence: str


class SmallResult:
    """Everything that is computed from a `SmallSpec`; `lines` in the order of the work."""

    def __init__(self, spec: SmallSpec, lines: list[SmallLine]) -> None:
        self.spec = spec
        self.lines = tuple(lines)
        self._by_key = {line.key: line for line in lines}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all intermediates."""
        return tuple(self._by_key)

    def value(self, key: str) -> Exact:
        """An intermediate; raises `SpecError` where there is none of that name."""
        if key not in self._by_key:
            raise SpecError(
                say("There is no “{key}” in this network; write e.g. {known}.", key=key,
                    known=", ".join(self.keys[:3])), key,
            )
        return self._by_key[key].value

    def shown(self, key: str) -> str:
        """An intermediate as the spec wants it: "0.3775", "1/3" or "≈ 0.593270"."""
        return self.value(key).text(self.spec.digits, fractions=self.spec.fractions)

    def mark(self, key: str, text: str) -> Mark:
        """Judge an answer by the digits typed: right is what the number rounds to.

        Raises `SpecError` where `text` is no number or there is no such key.
        """
        right, typed = self.value(key), parse_number(text, key)
        exact = right.fraction
        if exact is not None and typed == exact:
            return Mark(True, say("Right, exactly."))
        decimals = decimals_typed(text)
        if decimals is None:
            if exact is None and abs(_nearby(right) - typed) <= NEAR * abs(typed):
                return Mark(
                    False, say("Close, but this number is no fraction: write it as a decimal.")
                )
            return Mark(False, self._why_wrong(key, typed))
        distance = abs(_nearby(right) - typed)
        unit = Fraction(10) ** -decimals
        if distance > unit:
            return Mark(False, self._why_wrong(key, typed))
        if _significant(text) < 2:
            return Mark(
                False, say("That is too coarse to tell: write at least two digits that count.")
            )
        if distance > unit / 2:
            return Mark(False, say("Almost: the last digit is not rounded as it should be."))
        if decimals == 1:
            return Mark(True, say("Right, to the 1 decimal that you wrote."))
        return Mark(
            True, say("Right, to the {count} decimals that you wrote.", count=max(decimals, 0))
        )

    def marks(self) -> dict[str, Mark]:
        """All answers of the spec, those left out whose key belongs to other layers."""
        answers = self.spec.answers
        return {key: self.mark(key, text) for key, text in answers if key in self._by_key}

    def _why_wrong(self, key: str, typed: Fraction) -> str:
        right = _nearby(self.value(key))
        if right != 0 and abs(typed + right) <= NEAR * abs(right):
            return say("Not right: the sign is the other way round.")
        slope = self._by_key.get(key.replace("delta", "slope"))
        if key.startswith("delta") and slope is not None and slope.value.value != 0:
            without = right / _nearby(slope.value)
            if abs(typed - without) <= NEAR * abs(without):
                return say("Not right: the slope f′(z) is missing.")
        return say("Not right; look at what enters it.")


def _nearby(number: Exact) -> Fraction:
    """The number as a fraction, exact or to 50 digits."""
    return number.fraction if number.fraction is not None else Fraction(number.decimal)


def _significant(text: str) -> int:
    digits = text.lower().partition("e")[0].replace(",", ".").replace(".", "").lstrip("+-− 0")
    return len(digits)



def compute(spec: SmallSpec) -> SmallResult:
    """One pass forwards and backwards and one update, in exact numbers; raises `SpecError`."""
    spec.check()
    return SmallResult(spec, _Work(spec).lines)


class _Work:
    """The sheet of paper: numbers by key, and the lines in the order in which they are found."""

    def __init__(self, spec: SmallSpec) -> None:
        self.spec, self.last = spec, len(spec.sizes) - 1
        self.f, self.slope = _FUNCTIONS[spec.activation]
        self.numbers = {
            key: Exact(parse_number(text)) for key, text in spec.named_numbers().items()
        }
        self.lines: list[SmallLine] = []
        for k in range(1, self.last + 1):
            self._forward(k)
        self._output()
        for k in range(self.last, 0, -1):
            self._backward(k)
        for k in range(1, self.last + 1):
            self._update(k)

    def units(self, k: int) -> range:
        """Units of layer k, counted from 1."""
        return range(1, self.spec.sizes[k] + 1)

    def text(self, key: str) -> str:
        """A number inside a formula: in brackets if it is negative."""
        text = self.numbers[key].text(self.spec.digits, fractions=self.spec.fractions)
        text = text.removeprefix("≈ ")
        return f"({text})" if text.startswith("−") or "/" in text else text

    def note(self, key: str, phase: str, formula: str, numbers: str, value: Exact) -> None:
        self.numbers[key] = value
        self.lines.append(SmallLine(key, phase, f"{key} = {formula}", numbers, value))

    def products(self, pairs: list[tuple[str, str]]) -> tuple[str, str, Exact]:
        """Σ of products: the formula, the numbers, the value."""
        formula = " + ".join(f"{left}·{right}" for left, right in pairs)
        shown = " + ".join(f"{self.text(left)}·{self.text(right)}" for left, right in pairs)
        value = total(self.numbers[left] * self.numbers[right] for left, right in pairs)
        return formula, shown, value

    def below(self, k: int, i: int) -> str:
        return f"a{k - 1}[{i}]" if k > 1 else f"x[{i}]"

    @property
    def _activates_output(self) -> bool:
        return self.spec.loss is SmallLoss.SIGMOID_SQUARED_ERROR

    def _forward(self, k: int) -> None:
        for j in self.units(k):
            pairs = [(self.below(k, i), f"W{k}[{i},{j}]") for i in self.units(k - 1)]
            formula, shown, value = self.products(pairs)
            bias = f"b{k}[{j}]"
            self.note(f"z{k}[{j}]", "forward", f"{formula} + {bias}",
                      f"{shown} + {self.text(bias)}", value + self.numbers[bias])
        if k == self.last and not self._activates_output:
            return
        for j in self.units(k):
            z = f"z{k}[{j}]"
            self.note(f"a{k}[{j}]", "forward", f"f({z})", f"f({self.text(z).strip('()')})",
                      self.f(self.numbers[z]))

    def _output(self) -> None:
        if self.spec.loss is SmallLoss.CROSS_ENTROPY:
            self._softmax()
            return
        name = "a" if self._activates_output else "z"
        pairs = [(f"{name}{self.last}[{c}]", f"y[{c}]") for c in self.units(self.last)]
        squares = [(self.numbers[o] - self.numbers[y]) for o, y in pairs]
        self.note(
            "L", "loss", "½ (" + " + ".join(f"({o} − {y})²" for o, y in pairs) + ")",
            "½ (" + " + ".join(f"({self.text(o)} − {self.text(y)})²" for o, y in pairs) + ")",
            HALF * total(square * square for square in squares),
        )

    def _softmax(self) -> None:
        classes = self.units(self.last)
        logits = [f"z{self.last}[{c}]" for c in classes]
        top = max(logits, key=lambda z: self.numbers[z])
        for c, z in zip(classes, logits, strict=True):
            shifted = ZERO if z == top else self.numbers[z] - self.numbers[top]
            self.note(f"s[{c}]", "loss", f"{z} − {top}", f"{self.text(z)} − {self.text(top)}",
                      shifted)
        for c in classes:
            self.note(f"e[{c}]", "loss", f"exp(s[{c}])", f"exp({self.text(f's[{c}]').strip('()')})",
                      self.numbers[f"s[{c}]"].exp())
        parts = [f"e[{c}]" for c in classes]
        self.note("S", "loss", " + ".join(parts), " + ".join(map(self.text, parts)),
                  total(self.numbers[part] for part in parts))
        for c in classes:
            self.note(f"p[{c}]", "loss", f"e[{c}] / S",
                      f"{self.text(f'e[{c}]')} / {self.text('S')}",
                      self.numbers[f"e[{c}]"] / self.numbers["S"])
        true = [c for c in classes if self.numbers[f"y[{c}]"].value != 0]
        terms = [f"y[{c}]·ln p[{c}]" for c in true]
        shown = [f"{self.text(f'y[{c}]')}·ln {self.text(f'p[{c}]')}" for c in true]
        # ln p as s − ln S, which stays right where p has no digit left.
        log_total = self.numbers["S"].log()
        logs = [self.numbers[f"y[{c}]"] * (self.numbers[f"s[{c}]"] - log_total) for c in true]
        self.note("L", "loss", f"−({' + '.join(terms)})", f"−({' + '.join(shown)})", -total(logs))

    def _backward(self, k: int) -> None:
        is_last = k == self.last
        if not is_last or self._activates_output:
            for j in self.units(k):
                z, a = f"z{k}[{j}]", f"a{k}[{j}]"
                text = say(_SLOPE_TEXTS[self.spec.activation])
                self.note(f"slope{k}[{j}]", "backward", text.format(z=z, a=a),
                          text.format(z=self.text(z), a=self.text(a)),
                          self.slope(self.numbers[z], self.numbers[a]))
        for j in self.units(k):
            if is_last:
                name = {
                    SmallLoss.CROSS_ENTROPY: f"p[{j}]",
                    SmallLoss.SQUARED_ERROR: f"z{k}[{j}]",
                    SmallLoss.SIGMOID_SQUARED_ERROR: f"a{k}[{j}]",
                }[self.spec.loss]
                formula, shown = f"{name} − y[{j}]", f"{self.text(name)} − {self.text(f'y[{j}]')}"
                value = self.numbers[name] - self.numbers[f"y[{j}]"]
            else:
                formula, shown, value = self.products(
                    [(f"W{k + 1}[{j},{m}]", f"delta{k + 1}[{m}]") for m in self.units(k + 1)]
                )
            if not is_last or self._activates_output:
                slope = f"slope{k}[{j}]"
                formula, shown = f"({formula})·{slope}", f"({shown})·{self.text(slope)}"
                value = value * self.numbers[slope]
            self.note(f"delta{k}[{j}]", "backward", formula, shown, value)
        for i in self.units(k - 1):
            for j in self.units(k):
                pair = [(self.below(k, i), f"delta{k}[{j}]")]
                self.note(f"dW{k}[{i},{j}]", "backward", *self.products(pair))
        for j in self.units(k):
            delta = f"delta{k}[{j}]"
            self.note(f"db{k}[{j}]", "backward", delta, self.text(delta), self.numbers[delta])

    def _update(self, k: int) -> None:
        keys = [f"W{k}[{i},{j}]" for i in self.units(k - 1) for j in self.units(k)]
        for key in [*keys, *(f"b{k}[{j}]" for j in self.units(k))]:
            gradient, rate = f"d{key}", "learning rate"
            self.note(f"new {key}", "update", f"{key} − η·{gradient}",
                      f"{self.text(key)} − {self.text(rate)}·{self.text(gradient)}",
                      self.numbers[key] - self.numbers[rate] * self.numbers[gradient])
