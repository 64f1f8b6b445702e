"""The pages of a handout: well-formed whatever a lesson says, and with everything in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_pages import Page

from engine import words
from engine.handout import markup
from engine.handout.pages import Neighbours, index_page, lesson_page, page_name
from engine.handout.shown import Formula, Picture, Played, Prose, Shown
from engine.lessons.lesson import Formula as LessonFormula
from engine.lessons.lesson import Lesson, Place, QuestionKind
from engine.lessons.library import Library
from engine.lessons.reading import parse
from engine.lessons.truth import Truth

LESSONS = Library().lessons
SVG = '<svg viewBox="0 0 1 1" width="1em" height="1em"><path d="M 0 0 L 1 1" /></svg>'
NASTY = """\
---
title: 1 < 2 & "so" 'on'
part: 1a
summary: <script>alert(1)</script> & [link](javascript:alert(1))
---

## A <b>title</b> & more

```set expressivity fresh
scene = neuron
```

Text with <img src=x onerror=alert(1)> and *stress*; {{edge}}.

```ask choice
prompt: Is <i>1 < 2</i>?
choices: <u>yes</u> | "no"
answer: "no"
```

```goal
title: Reach <s>it</s>
when: edge > 1
hint: a & b
```

> Notes with <em>tags</em>.

---

Revealed & <script>done</script>.
"""


@pytest.fixture(autouse=True)
def speaks_english() -> Iterator[None]:
    yield
    words.set_language(words.SOURCE)


def shown_at(lesson: Lesson, place: Place) -> Shown:
    """A place as if it had been played."""
    step = lesson.steps[place.step]
    part = step.before if not place.is_revealed or step.after is None else step.after
    question, stem = step.question, f"{lesson.key}/{place.step + 1}-{place.is_revealed}"
    picture = Picture(f"{stem}.png", 980, 600, f"What “{step.title}” shows", f"{stem}.svg")
    truth = plane = None
    if question is not None and place.is_revealed:
        ranks = {name: float(at) for at, name in enumerate(question.choices)}
        truth = Truth(
            ranks=ranks if question.kind is QuestionKind.ORDER else None,
            text=question.choices[0] if question.choices else "", number=2.3026,
        )
    if question is not None and question.kind is QuestionKind.SKETCH:
        plane = replace(picture, png=f"{stem}-sketch.png")
    return Shown(
        place=place, step=step,
        blocks=tuple(
            Formula(SVG, block.tex) if isinstance(block, LessonFormula) else Prose(block.text)
            for block in part.blocks
        ),
        prompt="" if question is None else question.prompt,
        picture=picture, plane=plane, truth=truth,
    )


def played(lesson: Lesson, count: int | None = None) -> Played:
    places = lesson.places[:count]
    return Played(lesson, tuple(shown_at(lesson, place) for place in places))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.key)
def test_every_step_of_every_lesson_is_there(lesson: Lesson):
    page = Page(lesson_page(played(lesson), Neighbours(), with_notes=True))
    assert page.html.startswith("<!DOCTYPE html>\n<html lang=\"en\">")
    assert len(page.ids) == len(set(page.ids)) == len(lesson.places)
    text = " ".join(page.text.split())
    for step in lesson.steps:
        assert text.count(step.title) >= 2, step.title  # in the list of steps, and above its own
        if step.goal is not None:
            assert step.goal.title in text
        question = step.question
        if question is not None and question.kind is QuestionKind.CHOICE:
            assert all(re.sub(r"\*(.+?)\*", r"\1", c) in text for c in question.choices)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert all(page.values("img", "alt"))
    assert page.html.count(SVG) == sum(
        isinstance(block, LessonFormula)
        for step in lesson.steps for part in (step.before, step.after)
        for block in (() if part is None else part.blocks)
    )


def test_a_page_needs_nothing_but_its_folder():
    pages = [lesson_page(played(lesson), Neighbours(*LESSONS[:2])) for lesson in LESSONS]
    for html in (*pages, index_page([played(lesson) for lesson in LESSONS], "Made so.")):
        for link in Page(html).links:
            assert not re.match(r"[a-z]+:|/", link), link


def test_the_notes_are_the_speakers():
    lesson = next(lesson for lesson in LESSONS if lesson.steps[0].notes)
    with_notes, without = (
        Page(lesson_page(played(lesson), Neighbours(), with_notes=on)).text for on in (True, False)
    )
    assert "Speaker notes" in with_notes
    assert "Speaker notes" not in without


def test_what_an_author_wrote_stays_text():
    lesson = parse(NASTY, key="nasty")
    one = played(lesson)
    one = replace(one, places=(replace(one.places[0], remark="<b>late</b>"), one.places[1]))
    page = Page(lesson_page(one, Neighbours(), with_notes=True))
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [
        {"src": "handout.js", "defer": None}
    ]
    for text in (
        "1 < 2 & \"so\" 'on'", "<script>alert(1)</script>", "A <b>title</b> & more",
        "<img src=x onerror=alert(1)>", "Is <i>1 < 2</i>?", "<u>yes</u>", "Reach <s>it</s>",
        "<em>tags</em>", "<script>done</script>", "<b>late</b>",
    ):
        assert text in page.text, text
    assert not [link for link in page.links if link.startswith("javascript:")]
    assert ("em", {}) in page.tags  # the author's own *stress*
    Page(index_page([one], "<here>"))


def test_numbers_that_live_are_marked():
    text = f"Off by {markup.NUMBER_BEGINS}−0.5{markup.NUMBER_ENDS}, *x* = 1."
    assert markup.prose(text) == (
        '<p>Off by <b class="number">−0.5</b>, <em>x</em> = 1.</p>'
    )


@pytest.mark.parametrize("sign", ["+", "−", "0", "1. first", "# one", "> this", "*n* units"])
def test_one_line_is_one_line(sign: str):
    assert Page(markup.line(sign)).text == sign.replace("*", "")
    assert "<p>" not in markup.line(sign)


@given(st.text(max_size=200))
def test_any_markdown_gives_whole_html(text: str):
    for page in (Page(markup.prose(text)), Page(f"<p>{markup.line(text)}</p>")):
        assert not {tag for tag, _ in page.tags} & {"script", "img", "svg", "div", "section"} - {
            # Markdown has pictures of its own.
            "img" if "![" in text else ""
        }


def test_the_answer_is_said_as_it_was_asked():
    lesson = next(lesson for lesson in LESSONS if lesson.key == "1b")
    order = next(
        n for n, step in enumerate(lesson.steps)
        if step.question is not None and step.question.kind is QuestionKind.ORDER
    )
    asked = shown_at(lesson, Place(order, True))
    ranks = dict(zip(asked.step.question.choices, (3.0, 1.0, 0.0, 2.0), strict=True))
    html = lesson_page(
        Played(lesson, (replace(asked, truth=Truth(ranks=ranks)),)), Neighbours()
    )
    listed = sorted(ranks, key=ranks.__getitem__)
    assert "<ol>" + "".join(f"<li>{markup.line(c)}</li>" for c in listed) + "</ol>" in html


@pytest.mark.parametrize(
    ("number", "said"),
    [(2.302585, "2.3026"), (18912.0, "18,912"), (-0.91107, "−0.91107"), (3e-7, "3·10⁻⁷"),
     (8.824288e102, "8.8243·10¹⁰²"), (math.inf, "∞"), (np.float64(0.25), "0.25")],
)
def test_numbers_are_said_as_one_reads_them(number: float, said: str):
    lesson = next(lesson for lesson in LESSONS if lesson.key == "1a")
    asked = shown_at(lesson, Place(0, True))
    one = Played(lesson, (replace(asked, truth=Truth(number=number)),))
    assert f"Answer{said}" in re.sub(r"\s", "", Page(lesson_page(one, Neighbours())).text)


def test_what_is_not_known_is_not_said():
    lesson = next(lesson for lesson in LESSONS if lesson.key == "1a")
    asked = replace(shown_at(lesson, Place(0, True)), truth=None)
    assert "answered" not in lesson_page(Played(lesson, (asked,)), Neighbours())


def test_a_lesson_that_was_stopped_says_so():
    lesson = LESSONS[0]
    page = Page(lesson_page(played(lesson, 2), Neighbours()))
    missing = len(lesson.steps) - len(played(lesson, 2).steps)
    assert f"{missing} of {len(lesson.steps)} steps are missing" in page.text
    assert "not to its end" in Page(index_page([played(lesson, 2)], "")).text
    assert "missing" not in Page(lesson_page(played(lesson), Neighbours())).text


def test_pages_lead_to_their_neighbours():
    before, lesson, after = LESSONS[:3]
    page = Page(lesson_page(played(lesson), Neighbours(before, after)))
    assert {"index.html", page_name(before), page_name(after)} <= set(page.links)
    index = Page(index_page([played(one) for one in LESSONS], ""))
    assert {page_name(one) for one in LESSONS} <= set(index.links)


@pytest.mark.parametrize("key", ["Lesson #1", "what?", "100% sure", "a: b", "Übung", "index"])
def test_a_file_of_any_name_has_a_page_that_is_found(key):
    lesson = replace(LESSONS[0], key=key)
    (link,) = Page(index_page([played(lesson)], "")).values("a", "href")
    address = urlsplit(link)
    assert (address.scheme, address.netloc, address.query, address.fragment) == ("", "", "", "")
    assert unquote(address.path) == page_name(lesson) != "index.html"
    pictures = Page(lesson_page(played(lesson), Neighbours())).values("img", "src")
    assert pictures
    assert all(unquote(urlsplit(source).path).startswith(f"{key}/") for source in pictures)


def test_a_formula_that_cannot_be_set_is_a_line_of_text():
    lesson = LESSONS[0]
    one = replace(shown_at(lesson, Place()), blocks=(Formula("", "a < b"),))
    assert '<p class="formula">a &lt; b</p>' in lesson_page(Played(lesson, (one,)), Neighbours())


def test_in_german_the_page_says_what_is_still_english():
    words.set_language("de")
    lesson = next(lesson for lesson in LESSONS if lesson.key == "1a")
    page = Page(lesson_page(played(lesson), Neighbours(), with_notes=True))
    assert page.values("html", "lang") == ["de"]
    assert set(page.values("h1", "lang")) == {"en"}
    assert "Alle Lektionen" in page.text
