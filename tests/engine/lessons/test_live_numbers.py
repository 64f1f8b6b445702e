"""Facts, live numbers and conditions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.handout import markup
from engine.lessons.conditions import holds, read_condition
from engine.lessons.facts import Facts, field_paths
from engine.lessons.filling import fill, fill_tex, in_prose, in_tex
from engine.lessons.lesson import Prose
from engine.lessons.states import value_of
from engine.lessons.wording import numbers_in, told, untold
from engine.tabs import TAB_SPECS, spec_class, teaching
from engine.training.tab_spec import TrainingSpec


def facts(**extra) -> Facts:
    return Facts("expressivity", ExpressivitySpec(), extra=extra)


def test_numbers_as_they_are_read():
    assert in_prose(-0.125, ".2f") == "−0.12"
    assert in_prose(1.5e-7, ".2g") == "1.5·10⁻⁷"
    assert in_prose(242_762, "") == "242,762"
    assert in_prose(0.8937, ".1%") == "89.4\u00a0%"
    assert in_prose(float("inf"), "") == "∞"
    assert in_prose(None, ".3f") == "…"
    assert in_tex(1.5e-7, ".2g") == r"1.5 \cdot 10^{-7}"
    assert in_tex(0.5, ".0%") == r"50\%"
    assert in_tex("2/n_in", "") == r"\mathrm{2/n in}"
    assert in_tex(None, "") == r"\ldots"


def test_texts_are_filled_and_tex_keeps_its_braces():
    assert fill("{{function.pieces}} of {{ naive_neurons }}, {{scene}}", facts()) == (
        "14 of 28, function"
    )
    assert fill_tex(r"\frac{{{function.pieces}}}{2^{3}}", facts()) == r"\frac{14}{2^{3}}"
    run = Facts("training", TrainingSpec())
    assert fill("{{test_loss:.3f}} {{parameters}} {{confusion_cell}}", run) == "… 242,762 …"
    assert fill("{{recipe.hidden}}, {{recipe.batch_norm}}", run) == "256-128-64, false"


@pytest.mark.parametrize("tab", TAB_SPECS)
def test_every_field_and_fact_can_be_named(tab):
    spec = spec_class(tab)()
    known = Facts(tab, spec)
    for path in field_paths(spec_class(tab)):
        value_of(tab, path, "null")
    facts_ = teaching(tab).facts
    assert len({fact.name for fact in facts_}) == len(facts_)
    for fact in facts_:
        assert fact.help.endswith(".")
        value = known.value(fact.name)
        assert value is None or isinstance(value, type(fact.sample) | int | float)
    for command in teaching(tab).commands:
        assert command.runs == (command.reached is not None)
        with pytest.raises(ValueError, match=r"\w"):
            command.read("")


def test_conditions():
    assert holds("sup_error < 1 and 1 <= naive_neurons == 28", facts())
    assert holds('scene == "function" and function.at_zero == "0"', facts())
    assert not holds("score >= 0.5", facts())
    assert holds("score >= 0.5", facts(score=0.7))
    # Neither unknown nor incomparable things are true, whatever the sign.
    run = Facts("training", TrainingSpec())
    for condition in ("test_loss < 9", "test_loss >= 0", "ending != \"running\"", "page < 3"):
        assert not holds(condition, run)
    assert holds("recipe.batch_norm == false and recipe.epochs ≥ 30", run)


@pytest.mark.parametrize("text", ["", "a", "a <", "< a", "a b < 3", "a = 3", "a < 3 and", "a; b"])
def test_what_is_no_condition_is_refused_with_an_example(text):
    with pytest.raises(SpecError, match=r"write e\.g\."):
        read_condition(text)


@given(st.text(max_size=60))
def test_no_text_breaks_conditions_or_filling(text):
    for use in (lambda: holds(text, facts()), lambda: fill(text, facts())):
        try:
            use()
        except SpecError as error:
            assert str(error)[-1] in ".?"  # noqa: PT017


def test_what_is_no_number_is_told_in_words():
    assert in_prose(float("nan"), ".2e") == "no number"
    assert in_tex(float("nan"), ".2f") == r"\mathrm{no number}"
    assert in_tex(float("-inf"), "") == r"−\infty"
    with pytest.raises(SpecError, match="whole number"):
        in_prose(5, ".3")


def test_words_in_prose_are_no_markdown_and_code_has_no_numbers():
    formula = "sin(3*x)*2*x"
    spec = ExpressivitySpec().replaced(function={"target": "formula", "formula": formula})
    known = Facts("expressivity", spec)
    shown = told(Prose("f = {{function.formula}}, `{{function.formula}}`", 1), known)
    html = markup.prose(shown)
    assert html.count(formula) == 2
    assert "<em>" not in html
    verbatim = Prose("```python\nf'{{x}}'\n```", 1, is_verbatim=True)
    assert told(verbatim, known) == untold(verbatim) == verbatim.text
    assert numbers_in(verbatim) == []
    assert untold(Prose("{{sup_error:.3f}} off", 1)) == "… off"
