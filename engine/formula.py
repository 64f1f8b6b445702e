"""Typed formulas, `Formula("sin(3*x)")(x)`: read once, then evaluated on whole arrays.

The text never meets Python's own evaluator, so that nothing can be reached but the words listed in
`formula_words`. Reading it ourselves, rather than with a library on top of Python's parser, buys
three things: every refusal points at its character, `^` is the power that it is in mathematics
(Python binds it weaker than a sum), and all arithmetic is in float64. `9^9^9` is therefore
infinite at once, instead of an integer that is computed all night.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import FormulaError
from engine.formula_words import (
    ARITHMETIC,
    COMPARISON_POWER,
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    NOT_POWER,
    POWER_POWER,
    SIGN_POWER,
    SPELLINGS,
    Floats,
    Function,
    choose,
)
from engine.words import later, say

MOST_CHARACTERS = 500
#: How deep brackets, signs, powers and conditions may be nested.
MOST_NESTED = 40

Evaluate = Callable[[Sequence[Any]], Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[^\W\d²³][^\W²³]*)"
    r"|(?P<operator>\*\*|//|<=|>=|==|!=|[-+*/%^<>−–·×⋅÷≤≥≠])|(?P<raised>[²³])"
    r"|(?P<mark>[(),])|(?P<alien>\S))",
)
_KEYWORDS = ("and", "or", "not", "if", "else")
_ALIENS = {
    ".": later("a formula has no attributes; a decimal needs a digit beside its point"),
    "[": later("a formula has no square brackets; use round ones"),
    "]": later("a formula has no square brackets; use round ones"),
    "{": later("a formula has no braces; use round brackets"),
    "}": later("a formula has no braces; use round brackets"),
    "=": later("a formula sets nothing; compare with =="),
    "|": later("write abs(x) for |x|"),
    "√": later("write sqrt(x) for √x"),
    "∞": later("a formula has no infinity; use a large number"),
}


@dataclass(frozen=True)
class Formula:
    """A formula in one or more variables, compiled when it is made.

    `text` is what was typed. Raises `FormulaError` with one sentence and the position of the fault.
    """

    text: str
    variables: tuple[str, ...] = ("x",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_evaluate", _Reader(self.text, self.variables).read())

    def __call__(self, *points: ArrayLike) -> Floats:
        """The values at points, one array for each variable; they broadcast, the shape is kept.

        Raises `FormulaError` where a value is not finite, with the first such place.
        """
        values = self.unchecked(*points)
        if not np.isfinite(values).all():
            raise self._infinite(values, points)
        return values

    def unchecked(self, *points: ArrayLike) -> Floats:
        """The values like `__call__`, with inf and nan where the formula has them."""
        if len(points) != len(self.variables):
            raise TypeError(f"{len(self.variables)} arrays are needed, not {len(points)}")
        arrays = [np.asarray(p, dtype=np.float64) for p in points]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        evaluate: Evaluate = self._evaluate  # type: ignore[attr-defined]
        with np.errstate(all="ignore"):
            values = np.asarray(evaluate(arrays), dtype=np.float64)
        # A constant formula has no shape of its own, and a plain “x” must not lend out its input.
        is_own = values.shape == shape and all(values is not array for array in arrays)
        return values if is_own else np.broadcast_to(values, shape).copy()

    def _infinite(self, values: Floats, points: Sequence[ArrayLike]) -> FormulaError:
        first = np.unravel_index(int(np.argmin(np.isfinite(values))), values.shape)
        place = ", ".join(
            f"{name} = {np.broadcast_to(np.asarray(p, dtype=np.float64), values.shape)[first]:g}"
            for name, p in zip(self.variables, points, strict=True)
        )
        return FormulaError(
            say("The formula is not finite at {place}; change it or the interval.", place=place)
        )


@dataclass(frozen=True)
class _Token:
    """`kind` is number, word, operator, raised, mark, alien or end; `start` counts from 0."""

    kind: str
    text: str
    start: int


class _Reader:
    """Reads a formula by operator precedence (V. Pratt, Top down operator precedence, 1973)."""

    def __init__(self, text: str, variables: tuple[str, ...]) -> None:
        if len(text) > MOST_CHARACTERS:
            raise FormulaError(
                say(
                    "The formula has {count:,} characters, and {most} are the most that are read; "
                    "shorten it.", count=len(text), most=MOST_CHARACTERS,
                ),
                MOST_CHARACTERS + 1,
            )
        if not text.strip():
            raise FormulaError(say("The formula is empty; write e.g. sin(3*x)."), 1)
        self.variables = variables
        self.tokens = [*_tokens(text), _Token("end", "", len(text.rstrip()))]
        self.at = 0
        self.depth = 0

    def read(self) -> Evaluate:
        result = self.expression(0)
        token = self.tokens[self.at]
        if token.kind != "end":
            raise self.leftover_fault(token)
        return result

    def expression(self, power: int) -> Evaluate:
        """Everything from here on that binds tighter than `power`."""
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise self.fault(
                say("this is nested more than {most} deep; simplify the formula", most=MOST_NESTED)
            )
        left = self.operand()
        while (strength := self.strength()) > power:
            left = self.extended(left, strength)
        if power == 0 and self.accept("if"):
            left = self.conditional(left)
        self.depth -= 1
        return left

    def strength(self) -> int:
        """The binding power of the operator that comes next, 0 where none does."""
        token = self.tokens[self.at]
        if token.kind == "raised":
            return POWER_POWER
        if token.text in COMPARISONS:
            return COMPARISON_POWER
        return ARITHMETIC[token.text][0] if token.text in ARITHMETIC else 0

    def extended(self, left: Evaluate, strength: int) -> Evaluate:
        if strength == COMPARISON_POWER:
            return self.comparison(left)
        token = self.advance()
        if token.kind == "raised":
            exponent = np.float64("⁰¹²³".index(token.text))
            return lambda v: left(v) ** exponent
        # The power binds to the right, and its exponent may have a sign: 2^-x^2.
        right = self.expression(SIGN_POWER if strength == POWER_POWER else strength)
        apply = ARITHMETIC[token.text][1]
        return lambda v: apply(left(v), right(v))

    def comparison(self, left: Evaluate) -> Evaluate:
        """A chain, as in 0 < x < 1: 1 where all of it holds, else 0."""
        terms, compare = [left], []
        while self.tokens[self.at].text in COMPARISONS:
            compare.append(COMPARISONS[self.advance().text])
            terms.append(self.expression(COMPARISON_POWER))

        def evaluate(v: Sequence[Any]) -> Any:
            values = [term(v) for term in terms]
            pairs = zip(compare, values, values[1:], strict=False)
            return np.float64(1) * np.logical_and.reduce(
                np.broadcast_arrays(*(holds(a, b) for holds, a, b in pairs))
            )

        return evaluate

    def conditional(self, yes: Evaluate) -> Evaluate:
        condition = self.expression(0)
        if not self.accept("else"):
            raise self.fault(say("a condition needs its else; write e.g. 1 if x > 0 else 0"))
        no = self.expression(0)
        return lambda v: choose(condition(v), yes(v), no(v))

    def operand(self) -> Evaluate:
        token = self.tokens[self.at]
        if token.kind == "number":
            return self.number(self.advance())
        if token.text in ("+", "-"):
            return self.signed(self.advance())
        if token.text == "not":
            self.advance()
            inner = self.expression(NOT_POWER)
            return lambda v: np.float64(1) * (inner(v) == 0)
        if token.text == "(":
            return self.bracket(self.advance())
        if token.kind == "word" and token.text not in _KEYWORDS:
            return self.word(self.advance())
        if token.kind == "end":
            raise self.fault(say("the formula stops too early; write what is missing"))
        if token.kind == "alien":
            raise self.alien_fault(token)
        raise self.fault(say("a number, a variable or a function is missing before it; add one"))

    def number(self, token: _Token) -> Evaluate:
        value = np.float64(float(token.text))
        if not np.isfinite(value):
            raise self.fault(say("this number is too large; use one below 1e308"), token)
        return lambda _: value

    def signed(self, token: _Token) -> Evaluate:
        inner = self.expression(SIGN_POWER)
        return inner if token.text == "+" else lambda v: -inner(v)

    def bracket(self, opening: _Token) -> Evaluate:
        inner = self.expression(0)
        self.close(opening)
        return inner

    def word(self, token: _Token) -> Evaluate:
        name = token.text
        if self.tokens[self.at].text == "(" and name not in self.variables:
            return self.call(token)
        if name in self.variables:
            index = self.variables.index(name)
            return lambda v: v[index]
        if name in CONSTANTS:
            value = np.float64(CONSTANTS[name])
            return lambda _: value
        if name in FUNCTIONS:
            example = f"{name}({FUNCTIONS[name].example})"
            raise self.fault(
                say("{name} needs brackets; write {example}", name=name, example=example), token
            )
        known = [*self.variables, "pi", "e", "tau"]
        fault = say("there is no name {name}", name=_shown(name))
        raise self.unknown_fault(token, fault, known)

    def call(self, token: _Token) -> Evaluate:
        if token.text in CONSTANTS:
            raise self.fault(
                say("{name} is no function; multiply with {name}*(…)", name=token.text), token
            )
        if token.text not in FUNCTIONS:
            fault = say("there is no function {name}", name=_shown(token.text))
            raise self.unknown_fault(token, fault, list(FUNCTIONS))
        function = FUNCTIONS[token.text]
        opening = self.advance()
        arguments = [] if self.tokens[self.at].text == ")" else [self.expression(0)]
        while self.accept(","):
            arguments.append(self.expression(0))
        self.close(opening)
        if not function.least <= len(arguments) <= function.most:
            raise self.count_fault(token, function, len(arguments))
        return lambda v: function.apply(*[argument(v) for argument in arguments])

    def accept(self, text: str) -> bool:
        found = self.tokens[self.at].text == text
        self.at += found
        return found

    def advance(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def close(self, opening: _Token) -> None:
        if self.accept(")"):
            return
        token = self.tokens[self.at]
        if token.kind == "end":
            raise self.fault(say("this bracket is never closed; add a “)”"), opening)
        raise self.leftover_fault(token)

    def leftover_fault(self, token: _Token) -> FormulaError:
        """Say what is wrong with a token that cannot follow the one before it."""
        if token.kind == "alien":
            return self.alien_fault(token)
        before = _shown(self.tokens[self.at - 1].text)
        if token.text == ")":
            fault = say("this bracket closes nothing; remove it")
        elif token.text == ",":
            fault = say("a comma only separates arguments; decimals have a point, as 0.5")
        elif token.text in ("else", "not"):
            fault = say("“{word}” has no place here; write e.g. 1 if x > 0 else 0", word=token.text)
        elif before in self.variables and token.text == "(":
            fault = say("{name} is no function; to multiply, write {name}*(…)", name=before)
        else:
            fault = say(
                "an operator is missing after “{before}”; to multiply, write {product}",
                before=before, product=f"{before}*{_shown(token.text)}",
            )
        return self.fault(fault, token)

    def alien_fault(self, token: _Token) -> FormulaError:
        if token.text in "'\"“”‘’":
            return self.fault(say("a formula has no text in quotes; remove it"), token)
        default = say("this has no place in a formula; remove it")
        return self.fault(say(_ALIENS.get(token.text, default)), token)

    def unknown_fault(self, token: _Token, fault: str, known: list[str]) -> FormulaError:
        close = get_close_matches(token.text.lower(), known, n=1, cutoff=0.7)
        use = close[0] if close else ", ".join(known[:12])
        if not close and len(known) > 12:
            use = say("{several} or another", several=use)
        return self.fault(say("{fault}; use {use}", fault=fault, use=use), token)

    def count_fault(self, token: _Token, function: Function, count: int) -> FormulaError:
        least, most = function.least, function.most
        example = f"{token.text}({function.example})"
        if least == most == 1:
            fault = say("{name} takes 1 argument, not {count}; write e.g. {example}",
                        name=token.text, count=count, example=example)
        else:
            wanted = least if least == most else say("{least} to {most}", least=least, most=most)
            fault = say("{name} takes {wanted} arguments, not {count}; write e.g. {example}",
                        name=token.text, wanted=wanted, count=count, example=example)
        return self.fault(fault, token)

    def fault(self, fault: str, token: _Token | None = None) -> FormulaError:
        token = token or self.tokens[self.at]
        place = say("the end")
        if token.kind != "end":
            place = say("“{word}”", word=_shown(token.text))
        sentence = say("At {place} (character {number}): {fault}.",
                       place=place, number=token.start + 1, fault=fault)
        return FormulaError(sentence, token.start + 1)


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = match.lastgroup or "alien"
        written = match.group(kind)
        found.append(_Token(kind, SPELLINGS.get(written, written), match.start(kind)))
    return found


def _shown(text: str) -> str:
    """A piece of the formula for a sentence: short, and without signs that would break it."""
    short = text if len(text) <= 20 else text[:20] + "…"
    return "".join(c if c.isprintable() and c != "`" else f"U+{ord(c):04X}" for c in short)
