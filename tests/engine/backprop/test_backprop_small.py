"""Networks for paper: exact numbers against autograd, fractions, and marks for answers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backprop.exact import Exact
from engine.backprop.numbers import decimals_typed, parse_number
from engine.backprop.pretty import pretty
from engine.backprop.small import compute
from engine.backprop.small_presets import SMALL_PRESETS
from engine.backprop.small_spec import SmallActivation, SmallLoss, SmallSpec
from engine.errors import SpecError
from engine.spec import from_json, to_json

FRACTIONS = st.fractions(-3, 3, max_denominator=9)


@st.composite
def specs(draw: st.DrawFn) -> SmallSpec:
    sizes = tuple(draw(st.lists(st.integers(1, 3), min_size=2, max_size=4)))
    spec = SmallSpec().with_sizes(sizes).replaced(
        activation=draw(st.sampled_from(SmallActivation)), loss=draw(st.sampled_from(SmallLoss))
    )
    for key in spec.named_numbers():
        if key[0] in "xWb":
            spec = spec.with_number(key, str(draw(FRACTIONS)))
    return spec


def by_torch(spec: SmallSpec) -> dict[str, float]:
    """The same by autograd, with the same keys."""
    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu, "linear": lambda z: z}[
        spec.activation.value
    ]

    def tensor(values: object) -> torch.Tensor:
        numbers = np.vectorize(lambda text: float(parse_number(text)), otypes=[float])(
            np.array(values)
        )
        return torch.tensor(numbers, requires_grad=True)

    a, y = tensor(spec.inputs), tensor(spec.targets).detach()
    last, found = len(spec.weights), {}
    parameters = {}
    for k, (w, b) in enumerate(zip(spec.weights, spec.biases, strict=True), 1):
        parameters[k] = tensor(w), tensor(b)
        z = a @ parameters[k][0] + parameters[k][1]
        found |= {f"z{k}[{j}]": float(v) for j, v in enumerate(z.detach(), 1)}
        a = f(z)
        if k < last or spec.loss is SmallLoss.SIGMOID_SQUARED_ERROR:
            found |= {f"a{k}[{j}]": float(v) for j, v in enumerate(a.detach(), 1)}
    loss = {
        SmallLoss.CROSS_ENTROPY: lambda: -(y * torch.log_softmax(z, 0)).sum(),
        SmallLoss.SQUARED_ERROR: lambda: ((z - y) ** 2).sum() / 2,
        SmallLoss.SIGMOID_SQUARED_ERROR: lambda: ((a - y) ** 2).sum() / 2,
    }[spec.loss]()
    loss.backward()
    found["L"] = float(loss.detach())
    rate = float(parse_number(spec.learning_rate))
    for k, (w, b) in parameters.items():
        for (i, j), grad in np.ndenumerate(w.grad.numpy()):
            found[f"dW{k}[{i + 1},{j + 1}]"] = grad
            found[f"new W{k}[{i + 1},{j + 1}]"] = float(w.detach()[i, j]) - rate * grad
        found |= {f"db{k}[{j}]": float(grad) for j, grad in enumerate(b.grad, 1)}
        found |= {f"delta{k}[{j}]": float(grad) for j, grad in enumerate(b.grad, 1)}
    return found


@settings(deadline=None, max_examples=60)
@given(specs())
def test_every_intermediate_equals_autograd(spec: SmallSpec):
    result = compute(spec)
    for key, value in by_torch(spec).items():
        assert float(result.value(key)) == pytest.approx(value, rel=1e-11, abs=1e-13), key


@settings(deadline=None, max_examples=30)
@given(specs())
def test_rational_work_stays_fractions(spec: SmallSpec):
    spec = spec.replaced(
        activation="relu", loss="squared_error", targets=("1/3",) * spec.sizes[-1]
    )
    assert all(line.value.fraction is not None for line in compute(spec).lines)


def test_a_page_by_hand():
    """2-2-1 with ReLU, worked out on paper."""
    result = compute(SMALL_PRESETS["relu_fractions"].spec)
    expected = {
        "z1[1]": Fraction(5, 6), "z1[2]": Fraction(-3, 4), "a1[2]": Fraction(0),
        "z2[1]": Fraction(29, 36), "L": Fraction(49, 2592), "delta2[1]": Fraction(-7, 36),
        "dW2[1,1]": Fraction(-35, 216), "delta1[1]": Fraction(-7, 54), "delta1[2]": Fraction(0),
        "dW1[2,1]": Fraction(-7, 108), "new W1[2,1]": Fraction(367, 1080),
    }
    assert {key: result.value(key).fraction for key in expected} == expected
    assert result.shown("z1[1]") == "5/6"
    assert result.shown("z1[2]") == "−0.75"
    first = result.lines[0]
    assert first.formula == "z1[1] = x[1]·W1[1,1] + x[2]·W1[2,1] + b1[1]"
    assert first.numbers == "1·0.5 + 0.5·(1/3) + (1/6)"


def test_equal_logits_share_exactly():
    result = compute(SMALL_PRESETS["equal_logits"].spec)
    assert [result.shown(f"p[{c}]") for c in (1, 2, 3)] == ["1/3"] * 3
    assert result.value("delta1[1]").fraction == 0


@pytest.mark.parametrize("preset", SMALL_PRESETS.values(), ids=lambda preset: preset.key)
def test_presets_hold_and_survive_a_file(preset):
    preset.spec.check()
    assert from_json(SmallSpec, to_json(preset.spec)) == preset.spec
    assert len(compute(preset.spec).lines) > 3


def test_fifty_digits():
    third = compute(SmallSpec(digits=15)).value("a1[1]")
    expected = Decimal(1) / (1 + (-Decimal("0.3775")).exp())
    assert abs(third.decimal - expected) < Decimal("1e-26")  # what the default context has
    assert compute(SmallSpec(digits=15)).shown("a1[1]") == "≈ 0.593269992107187"


@pytest.mark.parametrize("size", ["1e12", "-1e12"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_huge_numbers_saturate(size: str, activation: str):
    spec = SmallSpec(activation=activation).with_number("W1[1,1]", size).with_number(
        "W2[1,1]", size
    )
    result = compute(spec)
    assert np.isfinite([float(line.value) for line in result.lines]).all()


@pytest.mark.parametrize(
    ("key", "text", "passed", "words"),
    [
        ("z1[1]", "0.3775", True, "exactly"),
        ("z1[1]", "151/400", True, "exactly"),
        ("z1[1]", "0,378", True, "3 decimals"),
        ("z1[1]", "3.8e-1", True, "2 decimals"),
        ("z1[1]", "0.4", False, "too coarse"),
        ("z1[1]", "0.37", False, "Almost"),
        ("z1[1]", "-0.3775", False, "sign"),
        ("z1[1]", "0.5", False, "Not right"),
        ("a1[1]", "0.593", True, "3 decimals"),
        ("a1[1]", "0.5933", True, "4 decimals"),
        ("a1[1]", "0.5932", False, "Almost"),
        ("a1[1]", "70/118", False, "no fraction"),
        ("a1[1]", "1/2", False, "Not right"),
        ("delta1[1]", "-0.0113", True, "4 decimals"),
        ("delta1[1]", "-0.04703", False, "slope"),
        ("L", "0.6354", True, "4 decimals"),
    ],
)
def test_marks(key: str, text: str, passed: bool, words: str):
    mark = compute(SmallSpec()).mark(key, text)
    assert mark.passed is passed, mark.sentence
    assert words in mark.sentence


def test_a_mark_does_not_give_the_number_away():
    result = compute(SmallSpec())
    for key in result.keys:
        sentence = result.mark(key, "123.456").sentence
        assert result.shown(key).removeprefix("≈ ") not in sentence


@given(st.fractions(-10, 10, max_denominator=50), st.integers(2, 8))
def test_right_is_what_it_rounds_to(value: Fraction, decimals: int):
    spec = SMALL_PRESETS["linear_chain"].spec.with_number("x[1]", "1").with_number(
        "b1[1]", "0").with_number("W1[1,1]", str(value))
    text = f"{float(value):.{decimals}f}"
    mark = compute(spec).mark("z1[1]", text)
    assert mark.passed or "too coarse" in mark.sentence, (mark, text)


def test_answers_are_kept_in_the_spec():
    spec = SmallSpec().with_answer("z1[1]", "0.38").with_answer("a1[1]", "7")
    marks = compute(spec).marks()
    assert {key: mark.passed for key, mark in marks.items()} == {"z1[1]": True, "a1[1]": False}
    assert spec.with_answer("a1[1]", " ").answers == (("z1[1]", "0.38"),)
    assert compute(spec.with_sizes((2, 2))).marks() == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [("1/3", Fraction(1, 3)), (" -0.5 ", Fraction(-1, 2)), ("−2/7", Fraction(-2, 7)),
     ("2e-3", Fraction(1, 500)), (".5", Fraction(1, 2)), ("1,5", Fraction(3, 2)), ("+4", 4),
     ("0.1/0.3", Fraction(1, 3)), ("5.", 5)],
)
def test_typed_numbers(text: str, value: Fraction):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["", "abc", "1/0", "1//2", "--1", "nan", "inf", "1e99", "9" * 50, "1/2/3", "½x"]
)
def test_no_number_is_one_sentence(text: str):
    with pytest.raises(SpecError, match=r"^b1\[1\]: .*[.]$") as raised:
        SmallSpec().with_number("b1[1]", text)
    assert raised.value.field == "b1[1]"


@pytest.mark.parametrize(("text", "decimals"), [("0.50", 2), ("3", 0), ("1e-3", 3), ("1/3", None)])
def test_decimals_typed(text: str, decimals: int | None):
    assert decimals_typed(text) == decimals


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sizes": (2, 0, 2)}, "0 units"),
        ({"sizes": (2,)}, "2-2-2"),
        ({"sizes": (2, 9, 2)}, "1 to 6 units"),
        ({"sizes": (2, 3, 2), "inputs": ("1", "1")}, "do not fit"),
        ({"weights": ()}, "do not fit"),
        ({"targets": ("1", "1")}, "their sum 1"),
        ({"learning_rate": "0"}, "above 0"),
        ({"inputs": ("1",)}, "do not fit"),
    ],
)
def test_what_does_not_fit_is_one_sentence(changes: dict, words: str):
    with pytest.raises(SpecError, match=words):
        SmallSpec().replaced(**changes)


def test_zero_units_are_refused_and_nothing_is_lost():
    spec = SmallSpec()
    with pytest.raises(SpecError, match="0 units"):
        spec.with_sizes((2, 0, 2))
    assert spec == SmallSpec()


def test_other_sizes_keep_what_still_has_a_place():
    spec = SmallSpec().with_number("W1[2,1]", "5/7").with_sizes((2, 3, 2))
    assert spec.named_numbers()["W1[2,1]"] == "5/7"
    assert spec.sizes == (2, 3, 2)
    assert [len(row) for row in spec.weights[0]] == [3, 3]


def test_new_sizes_bring_their_numbers():
    spec = SmallSpec().replaced(sizes=[3, 2], digits=4)
    assert (spec.sizes, spec.digits) == ((3, 2), 4)
    assert spec.inputs[:2] == SmallSpec().inputs
    assert compute(spec).keys[:2] == ("z1[1]", "z1[2]")
    assert SmallSpec().replaced(sizes=[2, 2, 2]) == SmallSpec()
    with pytest.raises(SpecError, match="Layers must be a list of whole numbers from 1 to 6"):
        SmallSpec().replaced(sizes=["two", 2])


@pytest.mark.parametrize(
    ("key", "written"),
    [("z1[2]", "z¹₂"), ("dW1[1,2]", "∂L/∂W¹₁₂"), ("delta2[1]", "δ²₁"), ("p[3]", "p₃"),
     ("slope1[2]", "f′(z¹₂)"), ("new W2[2,1]", "new W²₂₁"), ("L", "L"),
     ("z1[1] = x[1]·W1[1,1] + b1[1]", "z¹₁ = x₁·W¹₁₁ + b¹₁")],
)  # fmt: skip
def test_keys_as_one_writes_them(key: str, written: str):
    assert pretty(key) == written


@given(st.fractions(-9, 9, max_denominator=40), st.fractions(-9, 9, max_denominator=40))
def test_exact_numbers_compute_like_fractions(a: Fraction, b: Fraction):
    left, right = Exact(a), Exact(b)
    assert (left + right).fraction == a + b
    assert (left - right).fraction == a - b
    assert (left * right).fraction == a * b
    if b:
        assert (left / right).fraction == a / b
    assert (left < right) == (a < b)
    assert float(left * Exact(1).exp()) == pytest.approx(float(a) * np.e, rel=1e-15)
