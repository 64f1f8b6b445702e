"""A question on paper, with room for the answer, and afterwards what was true."""

from __future__ import annotations

from collections.abc import Iterable

from engine.handout.markup import address, line, plain
from engine.handout.shown import Picture, Shown
from engine.lessons.filling import in_prose
from engine.lessons.lesson import QuestionKind
from engine.words import say

LARGEST_WHOLE = 1e9


def question_html(shown: Shown, spoken: str = "") -> str:
    """The question, and below it what to choose from, a line to write on, or axes to draw in.

    `spoken` is the language attribute of what the lesson's author wrote.
    """
    question = shown.step.question
    if question is None:
        return ""
    if shown.plane is not None:
        room = image_html(shown.plane)
    elif question.choices:
        kind = "signs" if question.kind is QuestionKind.SIGN else "choices"
        room = f'<ul class="{kind}"{spoken}>{_items(question.choices)}</ul>'
    else:
        room = f'<p class="guess"><span class="blank"></span> {plain(question.unit)}</p>'
    label = f'<p class="label">{plain(say("Predict first"))}</p>'
    return f'<div class="question">{label}<p{spoken}>{line(shown.prompt)}</p>{room}</div>'


def answer_html(shown: Shown, spoken: str = "") -> str:
    """What was to be said; empty where it is not known."""
    question, truth = shown.step.question, shown.truth
    if question is None or truth is None:
        return ""
    if shown.plane is not None:
        told = image_html(shown.plane)
    elif truth.ranks is not None:
        order = sorted(question.choices, key=truth.ranks.__getitem__)
        told = f"<ol{spoken}>{_items(order)}</ol>"
    elif truth.text:
        told = f"<p{spoken}>{line(truth.text)}</p>"
    else:
        # Five figures tell 2.3026 from 2.3; whole numbers that one can read stay whole.
        number = float(truth.number)
        style = ",.0f" if number.is_integer() and abs(number) < LARGEST_WHOLE else ".5g"
        told = f"<p>{plain(in_prose(truth.number, style))} {plain(question.unit)}</p>"
    label = f'<p class="label">{plain(say("Answer"))}</p>'
    return f'<div class="answered">{label}{told}</div>'


def image_html(picture: Picture) -> str:
    """A picture as large as it was on screen, or as there is room."""
    return (
        f'<img src="{address(picture.png)}" width="{picture.width}" height="{picture.height}" '
        f'alt="{plain(picture.alt)}">'
    )


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{line(text)}</li>" for text in texts)
