"""Specs: what they accept, what they say otherwise, and what survives a round trip."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.spec import (
    Choice,
    Knob,
    Spec,
    expectation,
    from_builtins,
    from_json,
    knob,
    knobs,
    parse_text,
    to_builtins,
    to_json,
    with_assignments,
)


class Colour(Choice):
    RED = "red", "deep red"
    BLUE = "blue"


class Toy(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    count: Annotated[
        int, knob("Number of toys", "How many.", group="all", minimum=1, maximum=20_000)
    ] = 3
    rate: Annotated[
        float, knob("Rate", "How fast.", group="all", minimum=1e-3, maximum=2.5, scale="log")
    ] = 0.5
    colour: Annotated[Colour, knob("Colour", "Which.", group="looks")] = Colour.RED
    shiny: Annotated[bool, knob("Shiny", "Or dull.", group="looks", advanced=True)] = False
    sizes: Annotated[
        tuple[Annotated[int, msgspec.Meta(ge=1, le=64)], ...],
        knob("Sizes", "Of each.", group="all", minimum=1, maximum=64, of_items=True),
    ] = (4, 2)
    note: str = ""

    def check(self) -> None:
        if self.shiny and self.colour is Colour.BLUE:
            raise SpecError("Blue toys are never shiny; take red.", "colour")


OUT_OF_RANGE = [
    ("count", 0, "Number of toys must be a whole number from 1 to 20,000."),
    ("count", 20_001, "Number of toys must be a whole number from 1 to 20,000."),
    ("count", 2.5, "Number of toys must be a whole number from 1 to 20,000."),
    ("count", True, "Number of toys must be a whole number from 1 to 20,000."),
    ("count", "3", "Number of toys must be a whole number from 1 to 20,000."),
    ("count", None, "Number of toys must be a whole number from 1 to 20,000."),
    ("count", 10**30, "Number of toys must be a whole number from 1 to 20,000."),
    ("rate", 0.0009, "Rate must be a number from 0.001 to 2.5."),
    ("rate", 2.6, "Rate must be a number from 0.001 to 2.5."),
    ("rate", float("nan"), "Rate must be a number from 0.001 to 2.5."),
    ("rate", float("inf"), "Rate must be a number from 0.001 to 2.5."),
    ("rate", "fast", "Rate must be a number from 0.001 to 2.5."),
    ("colour", "green", "Colour must be one of red, blue."),
    ("colour", 1, "Colour must be one of red, blue."),
    ("shiny", 1, "Shiny must be true or false."),
    ("shiny", "true", "Shiny must be true or false."),
    ("sizes", [0], "Sizes must be a list of whole numbers from 1 to 64."),
    ("sizes", [1, 65], "Sizes must be a list of whole numbers from 1 to 64."),
    ("sizes", 7, "Sizes must be a list of whole numbers from 1 to 64."),
    ("sizes", [[1]], "Sizes must be a list of whole numbers from 1 to 64."),
]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and not set("\n`") & set(text) and text[0] == text[0].upper()


@pytest.mark.parametrize(("name", "value", "sentence"), OUT_OF_RANGE)
def test_every_refusal_names_label_and_range(name: str, value: Any, sentence: str):
    with pytest.raises(SpecError) as caught:
        Toy().replaced(**{name: value})
    assert str(caught.value) == sentence
    assert caught.value.field == name


@pytest.mark.parametrize("name", ["count", "rate"])
def test_bounds_are_inclusive(name: str):
    field = knobs(Toy)[name]
    for bound in (field.minimum, field.maximum):
        assert getattr(Toy().replaced(**{name: bound}), name) == bound


def test_whole_numbers_are_written_out_in_ranges():
    field = Knob("seed", int, 0, "Seed", "", "", minimum=0, maximum=2**31 - 1)
    assert expectation(field) == "a whole number from 0 to 2,147,483,647"


@pytest.mark.parametrize(
    "text",
    ["", "rubbish", "{", "[1, 2]", "7", "null", '"text"', '{"count": 1e999}', "\ud800",
     b"\xff\xfe{}", b"\x80\x00", "[" * 100_000, '{"a":' * 100_000, '{"unknown": 1}',
     '{"note": 5}', '{"count": 3, "count": "x"}'],
)  # fmt: skip
def test_rubbish_is_one_sentence(text: str | bytes):
    with pytest.raises(SpecError) as caught:
        from_json(Toy, text)
    assert is_one_sentence(str(caught.value)), str(caught.value)


def test_unknown_fields_are_named():
    with pytest.raises(SpecError, match="“colou”"):
        from_json(Toy, '{"colou": "red"}')


@given(name=st.sampled_from(Toy.__struct_fields__), value=json_values)
def test_any_json_value_is_accepted_or_refused_in_one_sentence(name: str, value: Any):
    fault = None
    try:
        spec = from_json(Toy, msgspec.json.encode({name: value}))
        assert from_json(Toy, to_json(spec)) == spec
    except SpecError as error:
        fault = str(error)
    assert fault is None or is_one_sentence(fault)


@given(
    st.builds(
        dict,
        count=st.integers(1, 20_000),
        rate=st.floats(1e-3, 2.5),
        colour=st.sampled_from(["red"]),
        shiny=st.booleans(),
        sizes=st.lists(st.integers(1, 64)),
        note=st.text(),
    )
)
def test_round_trip(fields: dict[str, Any]):
    spec = from_builtins(Toy, fields)
    assert from_json(Toy, to_json(spec)) == spec
    assert from_builtins(Toy, to_builtins(spec)) == spec
    assert list(spec.sizes) == fields["sizes"]
    assert spec.rate == fields["rate"]


class Shelf(Spec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    best: Toy = Toy()
    others: tuple[Toy, ...] = ()


@pytest.mark.parametrize(
    ("fields", "words", "field"),
    [
        ({"best": {"count": 0}}, "Number of toys must be a whole number from 1 to 20,000", "count"),
        ({"best": {"sizes": [0]}}, "Sizes must be a list of whole numbers from 1 to 64", "sizes"),
        ({"best": {"size": 1}}, "unknown field “size” in “best”", "best"),
        ({"best": 5}, "in “best”", "best"),
        ({"others": [{"count": 0}]}, "in “others”", "others"),
    ],
)
def test_a_spec_in_a_spec_names_the_inner_label(fields: dict[str, Any], words: str, field: str):
    with pytest.raises(SpecError, match=words) as caught:
        from_builtins(Shelf, fields)
    assert caught.value.field == field
    assert is_one_sentence(str(caught.value))


def test_rules_that_span_fields_hold_everywhere():
    for make in (
        lambda: Toy().replaced(shiny=True, colour=Colour.BLUE),
        lambda: from_json(Toy, '{"shiny": true, "colour": "blue"}'),
        lambda: with_assignments(Toy(), ["shiny=true", "colour=blue"]),
    ):
        with pytest.raises(SpecError, match="Blue toys are never shiny") as caught:
            make()
        assert caught.value.field == "colour"


def test_replaced_leaves_the_original_alone():
    spec = Toy()
    other = spec.replaced(count=7, sizes=(1,))
    assert (spec.count, spec.sizes) == (3, (4, 2))
    assert (other.count, other.sizes) == (7, (1,))
    assert spec.replaced() == spec


def test_differences_hold_the_other_values():
    spec = Toy()
    other = spec.replaced(rate=1, colour="blue")
    assert spec.differences(other) == {"rate": 1.0, "colour": Colour.BLUE}
    assert other.differences(spec) == {"rate": 0.5, "colour": Colour.RED}
    assert spec.differences(spec) == {}
    assert spec.replaced(**spec.differences(other)) == other


@pytest.mark.parametrize(
    ("assignment", "field", "value"),
    [
        ("count=12", "count", 12),
        (" count = 12 ", "count", 12),
        ("rate=1", "rate", 1.0),
        ("rate=.25", "rate", 0.25),
        ("rate=2e-2", "rate", 0.02),
        ("colour=blue", "colour", Colour.BLUE),
        ("shiny=true", "shiny", True),
        ("shiny=True", "shiny", True),
        ("sizes=8-4-2", "sizes", (8, 4, 2)),
        ("sizes=[8, 4]", "sizes", (8, 4)),
        ("sizes=8,4;2", "sizes", (8, 4, 2)),
        ("sizes=8x3-2", "sizes", (8, 8, 8, 2)),
        ("sizes=8×2", "sizes", (8, 8)),
        ("sizes=", "sizes", ()),
        ("note=a=b", "note", "a=b"),
    ],
)
def test_assignments(assignment: str, field: str, value: Any):
    changed = with_assignments(Toy(), [assignment])
    assert Toy().differences(changed) == {field: value}


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("count", "“count” sets nothing: write it as key=value"),
        ("cuont=3", "no setting “cuont”; choose from count, rate, colour, shiny, sizes"),
        ("count=many", "Number of toys must be a whole number"),
        ("count=2.5", "Number of toys must be a whole number"),
        ("rate=nan", "Rate must be a number from 0.001 to 2.5"),
        ("colour=green", "Colour must be one of red, blue"),
        ("sizes=a-b", "Sizes: “a-b” is no list of sizes"),
        ("sizes=-8", "Sizes: “-8” is no list of sizes"),
        ("sizes=8x0", "Sizes: “8x0” is no list of sizes"),
        ("sizes=8x99999999999", "Sizes: “8x99999999999” is no list of sizes"),
        ("sizes=8x", "Sizes: “8x” is no list of sizes"),
    ],
)
def test_bad_assignments(assignment: str, words: str):
    with pytest.raises(SpecError, match=words) as caught:
        with_assignments(Toy(), [assignment])
    assert is_one_sentence(str(caught.value))


@given(text=st.text(max_size=12), name=st.sampled_from(["count", "rate", "shiny", "sizes"]))
def test_whatever_is_typed_is_judged_not_raised(text: str, name: str):
    field = name
    try:
        Toy().replaced(**{name: parse_text(knobs(Toy)[name], text)})
    except SpecError as error:
        field = error.field
    assert field == name


def test_knobs_are_what_the_declaration_says():
    fields = knobs(Toy)
    assert list(fields) == ["count", "rate", "colour", "shiny", "sizes"]
    rate = fields["rate"]
    assert (rate.kind, rate.default, rate.label, rate.help) == (float, 0.5, "Rate", "How fast.")
    assert (rate.minimum, rate.maximum, rate.scale, rate.group) == (1e-3, 2.5, "log", "all")
    assert fields["sizes"].kind is tuple
    assert fields["shiny"].advanced
    assert not fields["colour"].advanced


@given(st.sampled_from(["count", "rate"]), st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_a_slider_stays_within_the_bounds_and_never_turns_back(name: str, shares: list[float]):
    field = knobs(Toy)[name]
    low, high = (field.value_at(share) for share in sorted(shares))
    assert field.minimum <= low <= high <= field.maximum
    assert (field.value_at(0), field.value_at(1)) == (field.minimum, field.maximum)
    assert getattr(Toy().replaced(**{name: low}), name) == low
    assert 0 <= field.share_of(low) <= field.share_of(high) <= 1


def test_choices_have_labels():
    assert Colour.RED.label == "deep red"
    assert Colour.BLUE.label == "blue"
    assert Colour("red") is Colour.RED
    assert f"{Colour.RED}" == "red"


#: Makes classes anew and reads the first spec of each in two threads at once.
TWO_AT_ONCE = """
import sys, threading
import msgspec
from engine.spec import Spec, from_builtins

sys.setswitchinterval(1e-6)
for number in range(600):
    fields = [(f"a{k}", float, 0.0) for k in range(20)]
    part = msgspec.defstruct(f"Part{number}", fields, bases=(Spec,), frozen=True, kw_only=True)
    whole = msgspec.defstruct(
        f"Whole{number}", [(f"p{k}", part, part()) for k in range(5)], bases=(Spec,),
        frozen=True, kw_only=True,
    )
    barrier = threading.Barrier(2)

    def read():
        barrier.wait()
        assert from_builtins(whole, {"p0": {"a0": 1.0}}).p0.a0 == 1.0

    other = threading.Thread(target=read)
    other.start()
    read()
    other.join()
"""


def test_two_threads_may_read_the_first_spec_of_a_class():
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", TWO_AT_ONCE], cwd=root, timeout=100)
    assert result.returncode == 0
