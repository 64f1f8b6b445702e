"""The pages of a handout: HTML that needs nothing but the folder it lies in.

One page a lesson and a list of them. A step is an article, which is printed on a page of its own; a
place is a section, which fills the screen and which the arrow keys go to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine import words
from engine.handout.answers import answer_html, image_html, question_html
from engine.handout.markup import address, line, plain, prose
from engine.handout.shown import Formula, Picture, Played, Prose, Shown
from engine.lessons.lesson import Goal, Lesson
from engine.words import say

STYLE, KEYS, INDEX = "handout.css", "handout.js", "index.html"


@dataclass(frozen=True)
class Neighbours:
    """The lessons before and after one, for the links between the pages."""

    before: Lesson | None = None
    after: Lesson | None = None


def page_name(lesson: Lesson) -> str:
    """The file of a lesson's page; the list of all has its own name for itself."""
    name = f"{lesson.key}.html"
    return f"_{name}" if name.lower() == INDEX else name


def lesson_page(played: Played, around: Neighbours, *, with_notes: bool = False) -> str:
    """The page of a lesson, as far as it was played."""
    lesson = played.lesson
    spoken = spoken_in(lesson)
    steps = [_step(places, spoken, with_notes=with_notes) for places in played.steps]
    missing = len(lesson.steps) - len(steps)
    if not played.is_whole:
        steps.append(
            f'<p class="remark">{plain(say("The tour was stopped here."))} '
            + plain(say("{missing} of {all} steps are missing.", missing=missing,
                        all=len(lesson.steps))) + "</p>"
        )
    return _page(
        _title(lesson),
        f"<header>{_links(around)}<h1{spoken}>{plain(_title(lesson))}</h1>"
        f"<p{spoken}>{line(lesson.summary)}</p>{_table_of_steps(played, spoken)}</header>"
        f"<main>{''.join(steps)}</main>",
        kind="lesson",
    )


def spoken_in(lesson: Lesson) -> str:
    """The attribute for what the lesson's author wrote, where the page speaks another language."""
    return "" if lesson.language == words.language() else f' lang="{plain(lesson.language)}"'


def index_page(played: Sequence[Played], source: str) -> str:
    """The list of all lessons of a handout; `source` says what it was made with."""
    items = []
    for one in played:
        lesson = one.lesson
        facts = [
            _counted(len(lesson.steps), say("1 step"), say("{count} steps")),
            say("about {minutes} min", minutes=f"{lesson.minutes:g}") if lesson.minutes else "",
            "" if one.is_whole else say("not to its end"),
        ]
        items.append(
            f'<li><a{spoken_in(lesson)} href="{address(page_name(lesson))}">'
            f"{plain(_title(lesson))}</a><p{spoken_in(lesson)}>{line(lesson.summary)}</p>"
            f'<p class="muted">{plain(" · ".join(filter(None, facts)))}</p></li>'
        )
    how = say("← and → go from place to place; printing gives every step a page.")
    return _page(
        "Chalknet",
        f'<header><h1>Chalknet</h1><p>{plain(how)}</p><p class="muted">{plain(source)}</p></header>'
        f'<main><ul class="lessons">{"".join(items)}</ul></main>',
        kind="index",
    )


def _page(title: str, body: str, *, kind: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{plain(words.language())}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{plain(title)}</title>\n"
        f'<link rel="stylesheet" href="{STYLE}">\n'
        f'<script src="{KEYS}" defer></script>\n'
        f'</head>\n<body class="{kind}">\n{body}\n</body>\n</html>\n'
    )


def _title(lesson: Lesson) -> str:
    return f"{lesson.part} · {lesson.title}" if lesson.part[:1].isdigit() else lesson.title


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(count=count)


def _links(around: Neighbours) -> str:
    links = [f'<a href="{INDEX}">{plain(say("All lessons"))}</a>']
    for rel, lesson in (("prev", around.before), ("next", around.after)):
        if lesson is not None:
            links.append(
                f'<a rel="{rel}"{spoken_in(lesson)} href="{address(page_name(lesson))}">'
                f"{plain(_title(lesson))}</a>"
            )
    return f'<nav class="links" aria-label="{plain(say("Lessons"))}">{" ".join(links)}</nav>'


def _table_of_steps(played: Played, spoken: str) -> str:
    items = [
        f'<li><a{spoken} href="#{_anchor(places[0])}">{plain(places[0].step.title)}</a></li>'
        for places in played.steps
    ]
    label = plain(say("Steps"))
    return f'<nav aria-label="{label}"><ol class="steps">{"".join(items)}</ol></nav>'


def _anchor(shown: Shown) -> str:
    return f"step-{shown.place.step + 1}" + ("-answer" if shown.place.is_revealed else "")


def _step(places: Sequence[Shown], spoken: str, *, with_notes: bool) -> str:
    first, step = places[0], places[0].step
    minutes = say("{minutes} min", minutes=f"{step.minutes:g}") if step.minutes else ""
    time = f' <span class="muted">{plain(minutes)}</span>' if minutes else ""
    heading = (
        f'<h2><span class="count">{first.place.step + 1}</span> '
        f"<span{spoken}>{plain(step.title)}</span>{time}</h2>"
    )
    below = "" if step.goal is None else _goal(step.goal, spoken)
    if with_notes and step.notes:
        below += (
            f'<aside class="notes"><p class="label">{plain(say("Speaker notes"))}</p>'
            f"<div{spoken}>{prose(step.notes)}</div></aside>"
        )
    revealed = f'<h3 class="label">{plain(say("Revealed"))}</h3>'
    sections = [_place(first, spoken, heading, below)]
    sections += [_place(shown, spoken, revealed, "") for shown in places[1:]]
    kind = "step revealing" if len(sections) > 1 else "step"
    return f'<article class="{kind}">{"".join(sections)}</article>'


def _place(shown: Shown, spoken: str, heading: str, below: str) -> str:
    asked = "" if shown.place.is_revealed else question_html(shown, spoken)
    told = answer_html(shown, spoken) if shown.place.is_revealed else ""
    blocks = "".join(_block(block) for block in shown.blocks)
    remark = f'<p class="remark">{plain(shown.remark)}</p>' if shown.remark else ""
    kind = "place answer" if shown.place.is_revealed else "place"
    pictures = "".join(_figure(one) for one in (shown.picture, shown.window) if one is not None)
    return (
        f'<section class="{kind}" id="{_anchor(shown)}">{heading}<div class="columns">{pictures}'
        f'<div class="text">{told}<div{spoken}>{blocks}</div>{remark}{asked}{below}</div></div>'
        "</section>"
    )


def _block(block: Prose | Formula) -> str:
    if isinstance(block, Prose):
        return prose(block.markdown)
    name = plain(block.plain)
    if not block.svg:
        return f'<p class="formula">{name}</p>'
    return f'<p class="formula" role="img" aria-label="{name}">{block.svg}</p>'


def _goal(goal: Goal, spoken: str) -> str:
    hint = f'<p class="muted"{spoken}>{line(goal.hint)}</p>' if goal.hint else ""
    return (
        f'<aside class="goal"><p class="label">{plain(say("Goal"))}</p>'
        f"<p{spoken}>{line(goal.title)}</p>{hint}</aside>"
    )


def _figure(picture: Picture) -> str:
    links = [f'<a href="{address(picture.png)}">PNG</a>']
    if picture.svg:
        links.append(f'<a href="{address(picture.svg)}">SVG</a>')
    return (
        f"<figure>{image_html(picture)}<figcaption>{plain(picture.caption)} "
        f'<span class="files">{" ".join(links)}</span></figcaption></figure>'
    )
