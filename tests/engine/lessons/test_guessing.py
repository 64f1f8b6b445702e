"""Numbers as people type them."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.lessons.guessing import read_number


@pytest.mark.parametrize(("text", "value"), [
    ("0.1", 0.1), ("1e-3", 1e-3), ("1/3", 1 / 3), (" 2 ", 2.0), ("-4", -4.0), ("−4", -4.0),
    ("0,5", 0.5), ("3,14", 3.14), ("25,088,000", 25_088_000.0), ("25,088.5", 25_088.5),
    ("sqrt(2/784)", math.sqrt(2 / 784)), ("2^-3", 0.125), (".5", 0.5), ("1/28", 1 / 28),
    ("ln(10)", math.log(10)),
])
def test_what_a_guess_may_look_like(text, value):
    assert read_number(text) == pytest.approx(value)


def test_the_unit_may_follow():
    assert read_number("84 %", "%") == 84
    assert read_number("84", "%") == 84


@pytest.mark.parametrize("text", [
    "", "  ", "abc", "1..2", "1/0", "1e999", "x", "1,2,3", "25,088", "__import__('os')", "2 3",
])
def test_what_is_no_number_gets_one_sentence(text):
    with pytest.raises(SpecError) as caught:
        read_number(text)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "type" in sentence.lower()


def test_a_comma_that_can_be_read_in_two_ways_names_both():
    with pytest.raises(SpecError, match=r"25088 or 25\.088"):
        read_number("25,088")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back(value):
    assert read_number(repr(value)) == pytest.approx(value, rel=1e-12, abs=1e-300)


@given(st.text(max_size=30))
def test_no_text_does_harm(text):
    # It is a number or is refused with a sentence; anything else would come out here.
    with suppress(SpecError):
        assert math.isfinite(read_number(text, "%"))
