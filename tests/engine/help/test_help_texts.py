"""The texts of “ask anything”: complete for every field, well formed, and leading somewhere."""

from __future__ import annotations

import re

import pytest

from engine.errors import ChalknetError
from engine.help.texts import help_texts, read_texts
from engine.lessons.facts import Facts
from engine.lessons.filling import NOT_YET, fill
from engine.lessons.library import Library
from engine.spec import knobs
from engine.tabs import TAB_SPECS, spec_class

LESSONS = {lesson.key: [step.title for step in lesson.steps] for lesson in Library().lessons}
ENTRIES = [
    (tab, entry) for tab in TAB_SPECS for entry in help_texts(tab).entries.values()
]
GOOD = """
<!-- a remark -->
# a heading
## one.field, Another.name
title: A title
part: 3a, 3+
see: 1b: Cut, then stack
now: {{delta:.3g}}
$$ a_{ij} = 1 $$
Said in
two lines.
## Third/part #
part: -
Short.
"""


def field_paths(cls, before=""):
    """Every field that a form can show, found by walking the spec's own defaults."""
    for name in knobs(cls):
        yield before + name
    for name in cls.__struct_fields__:
        part = getattr(cls(), name)
        if hasattr(part, "__struct_fields__") and hasattr(part, "check"):
            yield from field_paths(type(part), f"{before}{name}.")


@pytest.mark.parametrize("tab", TAB_SPECS)
def test_every_field_of_the_spec_has_an_entry(tab):
    paths = list(field_paths(spec_class(tab)))
    assert len(paths) > 10
    texts = help_texts(tab)
    assert [path for path in paths if texts.find((path,)) is None] == []
    named = {key for key in texts.entries if re.fullmatch(r"[a-z_.]+", key)}
    # The ε of a check is a field without a form of its own.
    assert named - set(paths) == ({"epsilon"} if tab == "backprop" else set())


def test_most_fields_say_the_formula_that_they_enter():
    paths = [(tab, path) for tab in TAB_SPECS for path in field_paths(spec_class(tab))]
    without = {path for tab, path in paths if not help_texts(tab).find((path,)).tex}
    assert len(without) < 0.25 * len(paths)
    for path in ("recipe.learning_rate", "recipe.dropout", "probe.sigma", "function.pieces"):
        assert path not in without


@pytest.mark.parametrize("tab", TAB_SPECS)
def test_the_homework_parts_are_those_of_the_tab(tab):
    number = str(list(TAB_SPECS).index(tab) + 1)
    for key, entry in help_texts(tab).entries.items():
        assert entry.parts, key
        if re.match(r"[a-z_]+\.[a-z_]+$|number:", key):
            # The first weights of a training are a matter of part 2 as well.
            assert any(part[0] == number for part in entry.parts), key


@pytest.mark.parametrize(("tab", "entry"), ENTRIES, ids=lambda one: getattr(one, "key", one))
def test_it_says_something_and_leads_to_a_step_that_there_is(tab, entry):
    assert entry.text.endswith((".", "?", "!"))
    assert "  " not in entry.text
    assert len(entry.text) < 420
    if entry.see is not None:
        lesson, title = entry.see
        assert title in LESSONS[lesson], entry.key
    if entry.now:
        shown = fill(entry.now, Facts(tab, spec_class(tab)()))
        assert shown == NOT_YET or re.search(r"\d", shown)


def test_a_file_is_read_with_all_that_can_be_in_it():
    found = read_texts(GOOD)
    assert list(found) == ["one.field", "Another.name", "Third/part #"]
    entry = found["Another.name"]
    assert (entry.title, entry.parts, entry.line) == ("A title", ("3a", "3+"), 4)
    assert entry.see == ("1b", "Cut, then stack")
    assert (entry.now, entry.tex) == ("{{delta:.3g}}", "a_{ij} = 1")
    assert entry.text == "Said in two lines."
    assert entry.part_sentence == "Homework 3a"
    assert found["Third/part #"].part_sentence == ""


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("Text without a key.", 1, "needs a key"),
        ("## a\npart: 3a", 1, "says nothing"),
        ("\n## a\npart: 5\nText.", 2, "needs a part"),
        ("## a\nText.", 1, "needs a part"),
        ("## a\npart: -\nText.\n## b, a\npart: -\nText.", 4, "already"),
    ],
)
def test_a_mistake_is_told_with_its_line(source, line, what):
    with pytest.raises(ChalknetError, match=what) as caught:
        read_texts(source)
    assert f"line {line}:" in str(caught.value)


def test_the_particular_key_comes_before_the_general_one():
    texts = help_texts("expressivity")
    assert texts.find(("FunctionScene.plot/f", "FunctionScene.plot")).title == "The target f"
    assert texts.find(("FunctionScene.plot/none", "FunctionScene.plot")).key == (
        "FunctionScene.plot"
    )
    assert texts.find(("CostView.plot/layer 2",)).key == "CostView.plot/layer #"
    assert texts.find(("nothing",)) is None


def test_a_language_without_texts_speaks_english():
    assert help_texts("training", "xx").entries == help_texts("training").entries
