"""Schemes: what they are called, their variances, and a million draws of each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FormulaError, SpecError
from engine.initialization.presets import PRESETS, find_preset, matching_preset
from engine.initialization.schemes import (
    Law,
    SchemeKey,
    draw_bias,
    draw_weights,
    read_scheme,
    split_schemes,
)
from engine.initialization.spec import (
    GROUPS,
    LARGEST_WIDTH,
    Activation,
    Input,
    Loss,
    ProbeSpec,
    read_widths,
)
from engine.initialization.tab_spec import Chosen, InitializationSpec
from engine.spec import from_json, knobs, to_json

#: σ² for 800 inputs and 1,250 outputs, written out once more.
VARIANCES = {
    "constant:0.05": 0.0025,
    "1/n_in": 1 / 800,
    "2/n_in": 2 / 800,
    "he": 2 / 800,
    "1/n_out": 1 / 1250,
    "xavier_normal": 2 / 2050,
    "xavier_uniform": 2 / 2050,
    "he_uniform": 2 / 800,
    "pytorch": 1 / 2400,
    "orthogonal": 1 / 1250,
    "sqrt(n_in)/n_out^2": math.sqrt(800) / 1250**2,
}


@pytest.mark.parametrize("text", VARIANCES)
def test_a_million_draws_have_the_variance_of_the_formula(text: str):
    scheme = read_scheme(text)
    assert scheme.variance(800, 1250) == pytest.approx(VARIANCES[text], rel=1e-12)
    weights = draw_weights(scheme, np.random.default_rng(5), 800, 1250)
    assert weights.shape == (800, 1250)
    # The variance of a mean of N squares is (κ − 1)·σ⁴/N with the kurtosis κ of the law.
    kurtosis = {Law.NORMAL: 3.0, Law.UNIFORM: 1.8, Law.ORTHOGONAL: 3.0}[scheme.law]
    error = VARIANCES[text] * math.sqrt((kurtosis - 1) / weights.size)
    assert abs((weights**2).mean() - VARIANCES[text]) < 4 * error
    assert abs(weights.mean()) < 4 * math.sqrt(VARIANCES[text] / weights.size)
    if scheme.law is Law.UNIFORM:
        limit = math.sqrt(3 * VARIANCES[text])
        assert 0.999 * limit < np.abs(weights).max() <= limit


def test_the_limit_of_xavier_is_that_of_the_homework():
    weights = draw_weights(read_scheme("xavier_uniform"), np.random.default_rng(0), 300, 500)
    assert np.abs(weights).max() <= math.sqrt(6 / 800)
    assert np.abs(weights).max() == pytest.approx(math.sqrt(6 / 800), rel=1e-3)


@pytest.mark.parametrize("shape", [(64, 64), (96, 40), (40, 96), (1, 1), (1, 7), (33, 17)])
def test_orthogonal_weights_keep_lengths(shape: tuple[int, int]):
    scheme = read_scheme("orthogonal")
    weights = draw_weights(scheme, np.random.default_rng(1), *shape)
    product = weights.T @ weights if shape[0] >= shape[1] else weights @ weights.T
    expected = scheme.variance(*shape) * max(shape) * np.eye(min(shape))
    assert np.abs(product - expected).max() < 1e-13


def test_orthogonal_weights_favour_no_direction():
    """The mean of many is 0, and so is that of their traces: signs are not all those of QR."""
    scheme, stream = read_scheme("orthogonal"), np.random.default_rng(2)
    drawn = np.array([draw_weights(scheme, stream, 4, 4) for _ in range(4000)])
    assert np.abs(drawn.mean(axis=0)).max() < 5 * 0.5 / math.sqrt(4000)
    traces = drawn.trace(axis1=1, axis2=2)
    # For Haar-distributed matrices the trace has mean 0 and variance 1 (Diaconis, 1994).
    assert traces.mean() == pytest.approx(0, abs=5 / math.sqrt(4000))
    assert traces.var() == pytest.approx(1, abs=0.15)


def test_all_equal_is_one_number():
    for text, weight in (("all_equal", 0.2), ("all_equal:-1.5", -1.5)):
        drawn = draw_weights(read_scheme(text), np.random.default_rng(0), 5, 3)
        assert (drawn == weight).all()


def test_biases_are_those_of_the_scheme():
    stream = np.random.default_rng(3)
    assert read_scheme("he").bias_variance(400, 0.0) == 0
    assert not draw_bias(read_scheme("he"), stream, 400, 10_000, 0.0).any()
    given_bias = draw_bias(read_scheme("he"), stream, 400, 100_000, 0.25)
    assert given_bias.var() == pytest.approx(0.25, rel=0.02)
    own = draw_bias(read_scheme("pytorch"), stream, 400, 100_000, 0.0)
    assert np.abs(own).max() <= 1 / 20
    assert own.var() == pytest.approx(1 / 1200, rel=0.02)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("he", SchemeKey.HE), ("He normal", SchemeKey.HE), ("2/n_in", SchemeKey.HE),
        ("kaiming_uniform", SchemeKey.HE_UNIFORM), ("glorot", SchemeKey.XAVIER_NORMAL),
        ("Xavier-Uniform", SchemeKey.XAVIER_UNIFORM), ("all equal", SchemeKey.ALL_EQUAL),
        ("default", SchemeKey.PYTORCH), ("1 / n_in", SchemeKey.FORMULA),
    ],
)  # fmt: skip
def test_names(text: str, key: SchemeKey):
    assert read_scheme(text).key is key
    assert read_scheme(text).text == text


def test_bare_names_take_what_the_spec_has():
    spec = ProbeSpec(schemes=("constant", "formula"), sigma=0.2, formula="3/n_out")
    assert [scheme.variance(10, 20) for scheme in spec.scheme_list] == pytest.approx([0.04, 0.15])
    for scheme in spec.scheme_list:
        assert scheme.label
        assert scheme.tex


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("xaver_normal", "There is no scheme"),
        ("constant:abc", "no value for σ"),
        ("constant:-1", "from 0 to 100"),
        ("constant:101", "from 0 to 100"),
        ("he:2", "takes no number"),
    ],
)
def test_mistakes_are_told(text: str, part: str):
    with pytest.raises(SpecError, match=part) as error:
        ProbeSpec().replaced(schemes=(text,))
    assert error.value.field == "schemes"


@pytest.mark.parametrize(
    ("text", "position"),
    [("2/(n_in + ", 10), ("2/n_inn", 3), ("1/n_in)", 7), ("2 $ n_in", 3), (" ", 1)],
)
def test_a_mistake_in_a_formula_is_pointed_at(text: str, position: int):
    with pytest.raises(FormulaError) as error:
        ProbeSpec().replaced(schemes=("formula",), formula=text)
    assert error.value.position == position
    assert error.value.field == "formula"


@pytest.mark.parametrize("text", ["1 - n_in", "1/(n_in - 256)", "log(-n_in)", "1e9*n_in"])
def test_a_formula_has_to_give_a_variance(text: str):
    with pytest.raises(FormulaError, match="n_in = 256, n_out = 256"):
        ProbeSpec().replaced(schemes=(text,))


@given(st.lists(st.sampled_from(["he", "1/n_in", "1/max(n_in, n_out)", "min(1, max(2, n_in))"])))
def test_lists_are_cut_at_their_outer_commas(texts: list[str]):
    assert split_schemes(",".join(texts)) == tuple(texts)


# --- widths and the rest of the spec --------------------------------------------------------------


def test_widths():
    assert read_widths("784,256x20,10") == (784, *(256,) * 20, 10)
    assert read_widths(" 784 - 256 × 2 – 10") == (784, 256, 256, 10)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "a width is missing"), ("784,,10", "a width is missing"), ("784", "at least two"),
        ("784,a", "“a” is no width"), ("0,3", "0 is no width"), ("5000,3", "5000 is no width"),
        ("3x400", "more than 300"), ("3x0,2", "or none"), ("9" * 30, "no width"),
    ],
)  # fmt: skip
def test_widths_that_cannot_be(text: str, part: str):
    with pytest.raises(SpecError, match=part) as error:
        ProbeSpec().replaced(widths=text)
    assert error.value.field == "widths"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, LARGEST_WIDTH), st.integers(1, 9)), min_size=2, max_size=9)
)
def test_widths_are_what_was_written(parts: list[tuple[int, int]]):
    text = ",".join(f"{size}x{count}" if count > 1 else f"{size}" for size, count in parts)
    assert read_widths(text) == tuple(size for size, count in parts for _ in range(count))


@pytest.mark.parametrize(
    "changes",
    [
        {"widths": "4096x9"},
        {"widths": "4096,4096,10", "batch_size": 8192, "seeds": 1} | {"widths": "4096x6,4096"},
        {"input": "mnist"},
        {"loss": "cross_entropy"},
        {"input": "mnist", "widths": "784,20", "loss": "cross_entropy"},
        {"input": "pairs", "batch_size": 5},
        {"schemes": ("he", "he")},
    ],
)
def test_what_does_not_go_together(changes: dict):
    with pytest.raises(SpecError):
        ProbeSpec().replaced(**changes)


def test_a_spec_survives_its_file():
    spec = InitializationSpec(
        probe=ProbeSpec(widths="784,32x3,10", input=Input.MNIST, loss=Loss.CROSS_ENTROPY),
        chosen=Chosen(1, 2),
    )
    assert from_json(InitializationSpec, to_json(spec)) == spec
    assert set(GROUPS) == {knob.group for knob in knobs(ProbeSpec).values()}


@pytest.mark.parametrize("key", PRESETS)
def test_presets_hold(key: str):
    preset = find_preset(key)
    preset.spec.check()
    assert matching_preset(preset.spec.replaced(seed=7)) is preset
    with pytest.raises(SpecError, match="no preset"):
        find_preset("nothing")


def test_a_choice_ends_with_its_network():
    spec = InitializationSpec(chosen=Chosen(2, 15), passed_layers=12)
    assert spec.with_probe(spec.probe.replaced(sigma=0.3)).chosen == Chosen(2, 15)
    shorter = spec.with_probe(spec.probe.replaced(widths="9x6"))
    assert shorter.chosen is None
    assert shorter.passed_layers is None
    fewer = spec.without_scheme(0)
    assert len(fewer.probe.schemes) == 2
    assert fewer.chosen is None
    assert fewer.with_scheme("orthogonal").probe.schemes[-1] == "orthogonal"
    alone = spec.with_probe(ProbeSpec(schemes=("he",)))
    assert alone.without_scheme(0) == alone


@pytest.mark.parametrize("activation", Activation)
def test_every_activation_has_a_name(activation: Activation):
    assert ProbeSpec(activation=activation).activation.label


@pytest.mark.parametrize(("widths", "changes", "after"), [
    ("256x21", {"depth": 50}, "256x51"),
    ("256x21", {"width": 64}, "64x21"),
    ("784,256x20,10", {"depth": 5}, "784,256x4,10"),
    ("784,256x20,10", {"width": 32}, "784,32x20,10"),
    ("784,256,128,64,10", {"depth": 3}, "784,256x2,10"),
    ("784,10", {"width": 32}, "32,10"),
    ("784,256,10", {"depth": 1}, "784,10"),
])  # fmt: skip
def test_a_network_changes_its_shape(widths, changes, after):
    assert ProbeSpec(widths=widths).with_shape(**changes).widths == after
