"""Typed formulas: what they mean, and what is refused, with the place."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ChalknetError, FormulaError, SpecError
from engine.formula import MOST_CHARACTERS, Formula
from engine.formula_words import FUNCTIONS

X = np.linspace(-2, 2, 9)
MEANINGS = [
    ("sin(3*x)", lambda x: math.sin(3 * x)),
    ("2^3^2", lambda _: 512.0),
    ("-x^2", lambda x: -(x**2)),
    ("2^-x", lambda x: 2**-x),
    ("2^-x^2", lambda x: 2 ** -(x**2)),
    ("x² + x³", lambda x: x**2 + x**3),
    ("2−x·3", lambda x: 2 - x * 3),
    ("8/4/2 - 1 - 1", lambda _: -1.0),
    ("-x % 3 // 1", lambda x: (-x) % 3 // 1),
    ("1 if x > 0 else 2 if x < -1 else 3", lambda x: 1 if x > 0 else 2 if x < -1 else 3),
    ("-1 < x <= 1", lambda x: float(-1 < x <= 1)),
    ("not x == 0 and x < 1 or x == 2", lambda x: float(x < 0 or 0 < x < 1 or x == 2)),
    ("max(x, 0, -x) + min(x, 1)", lambda x: max(x, 0, -x) + min(x, 1)),
    ("where(x > 0, log(x), 0)", lambda x: math.log(x) if x > 0 else 0),
    ("u(x) + heaviside(x, 1)", lambda x: (x > 0) + (x >= 0)),
    ("sigmoid(x) - 1/(1 + exp(-x))", lambda _: 0.0),
    ("relu(x) + abs(x)*sign(x) + step(x)", lambda x: max(x, 0) + x + (x > 0)),
    ("π*tau + e - 1e-3 + .5 + 2.", lambda _: math.pi * math.tau + math.e + 2.499),
    ("clip(x, -1, 1) + mod(x, 1) + hypot(3, 4)", lambda x: min(max(x, -1), 1) + x % 1 + 5),
    ("arctan(x) + atan2(x, 1) + cbrt(8)", lambda x: 2 * math.atan(x) + 2),
]
ATTACKS = [
    ("__import__('os').system('x')", 1, "no function __import__"),
    ("x.__class__", 2, "no attributes"),
    ("().__class__", 2, "missing"),
    ("x[0]", 2, "no square brackets"),
    ("'a'*9", 1, "no text in quotes"),
    ("lambda: x", 1, "no name lambda"),
    ("eval(x)", 1, "no function eval"),
    ("x = 2", 3, "compare with =="),
    ("{x}", 1, "no braces"),
    ("(" * 100 + "x" + ")" * 100, 41, "nested more than 40 deep"),
    ("-" * 300 + "x", 41, "nested more than 40 deep"),
    ("x^" * 200 + "x", 81, "nested more than 40 deep"),
    ("1 if x else " * 41 + "x", 474, "nested more than 40 deep"),
    ("x+" * 400 + "x", MOST_CHARACTERS + 1, "801 characters"),
    ("1e999", 1, "too large"),
    ("", 1, "empty"),
    ("   \n", 1, "empty"),
    ("sin(x", 4, "never closed"),
    ("sin(x))", 7, "closes nothing"),
    ("x +", 4, "stops too early"),
    ("* x", 1, "missing before it"),
    ("2x", 2, "write 2*x"),
    ("x y", 3, "write x*y"),
    ("x(2)", 2, "write x*(…)"),
    ("pi(2)", 1, "multiply with pi*(…)"),
    ("0,5*x", 2, "decimals have a point"),
    ("foo(x) + 1", 1, "no function foo"),
    ("1 + bar", 5, "no name bar; use x, pi, e, tau"),
    ("y", 1, "no name y"),
    ("SIN(x)", 1, "use sin"),
    ("sin", 1, "write sin(x)"),
    ("sin(x, 2)", 1, "takes 1 argument, not 2"),
    ("max(x)", 1, "takes 2 to 20 arguments, not 1"),
    ("1 if x > 0", 11, "needs its else"),
    ("|x|", 1, "write abs(x)"),
    ("x\x07", 2, "no place"),
    ("x`", 2, "U+0060"),
]


@pytest.mark.parametrize(("text", "meaning"), MEANINGS)
def test_meanings(text: str, meaning):
    expected = [float(meaning(float(x))) for x in X]
    np.testing.assert_allclose(Formula(text)(X), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize(("text", "position", "words"), ATTACKS)
def test_refusals_point_at_the_place(text: str, position: int, words: str):
    with pytest.raises(FormulaError) as caught:
        Formula(text)
    sentence = str(caught.value)
    assert caught.value.position == position
    assert words in sentence
    assert sentence.endswith(".")
    assert not set("\n`") & set(sentence)
    assert isinstance(caught.value, SpecError | ChalknetError)
    assert caught.value.field == "formula"


@pytest.mark.parametrize("text", ["9**9**9", "10**(10**10)", "9^9^9^9^9^9", "exp(exp(exp(9)))*x"])
def test_huge_powers_return_at_once(text: str):
    began = time.perf_counter()
    with pytest.raises(FormulaError, match="not finite at x = -2"):
        Formula(text)(X)
    assert time.perf_counter() - began < 0.5


def test_the_longest_formula_is_quick():
    text = ("sin(x)+" * 100)[: MOST_CHARACTERS - 1].rpartition("+")[0]
    began = time.perf_counter()
    np.testing.assert_allclose(Formula(text)(X), text.count("sin") * np.sin(X))
    assert time.perf_counter() - began < 0.5


def test_shapes_are_kept_and_inputs_never_lent_out():
    grid = np.arange(6.0).reshape(2, 3)
    for text in ("x", "3", "x + 1", "+x"):
        values = Formula(text)(grid)
        assert values.shape == (2, 3)
        values += 100
        np.testing.assert_array_equal(grid, np.arange(6.0).reshape(2, 3))
    assert Formula("x^2")(3.0).shape == ()
    assert Formula("1")(np.empty(0)).shape == (0,)


def test_two_variables_broadcast():
    formula = Formula("x*y + 1", ("x", "y"))
    values = formula(np.arange(3.0)[:, None], np.arange(2.0))
    np.testing.assert_array_equal(values, [[1, 1], [1, 2], [1, 3]])
    with pytest.raises(FormulaError, match="not finite at x = 0, y = 2"):
        Formula("1/(x*y)", ("x", "y"))([1.0, 0.0], [1.0, 2.0])


def test_what_is_not_finite_is_named_with_its_place():
    with pytest.raises(FormulaError, match=r"not finite at x = 0;") as caught:
        Formula("1/x")(X)
    assert caught.value.position == 0
    assert np.isinf(Formula("1/x").unchecked(X)[4])


@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_one_sentence(text: str):
    sentence, position = "The formula is understood.", 1
    try:
        Formula(text).unchecked(X)
    except FormulaError as error:
        sentence, position = str(error), error.position
    assert 1 <= position <= len(text) + 1
    assert sentence.endswith(".")
    assert not set("\n`") & set(sentence)


pieces_of_formulas = st.sampled_from(
    [*"+-*/%^(),x12.", "**", "//", "<", "==", " if ", " else ", " and ", " not ", "sin(", "pi",
     *FUNCTIONS, "²"]
)  # fmt: skip


@given(st.lists(pieces_of_formulas, max_size=15).map("".join))
def test_any_mix_of_words_is_a_formula_or_one_sentence(text: str):
    values, sentence = X, "The formula is understood."
    try:
        values = Formula(text).unchecked(X)
    except FormulaError as error:
        sentence = str(error)
    assert values.shape == X.shape
    assert sentence.endswith(".")
