"""Read a lesson file: everything in it is checked, and the first mistake is told with its line."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from engine.errors import LessonError, SpecError
from engine.lessons.blocks import read_ask, read_do, read_goal, read_set, read_show
from engine.lessons.facts import Facts
from engine.lessons.filling import SLOT, slots, written
from engine.lessons.lesson import (
    Action,
    Assignment,
    Block,
    Formula,
    Goal,
    Lesson,
    Part,
    Prose,
    Question,
    State,
    Step,
)
from engine.lessons.markup import Kind, Mark, split_file
from engine.lessons.states import advanced
from engine.lessons.wording import source
from engine.spec import Spec
from engine.words import say

MOST_STEPS = 300
BLOCKS = ("set", "do", "ask", "goal", "show")
_MINUTES = re.compile(r"\((\d{1,4}(?:\.\d{1,4})?) min\)$")


def read_lesson(path: Path, *, is_own: bool = True, language: str = "en") -> Lesson:
    """Read a lesson file. Raises `LessonError` with its line, or without one where the file as a
    whole cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LessonError(
            say("The file cannot be read ({why}); name another one.", why=error.strerror)
        ) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise LessonError(say("This is no UTF-8 text; save the file as UTF-8."), line) from None
    lesson = parse(text, key=path.stem)
    return replace(lesson, path=path, is_own=is_own, language=language)


def parse(text: str, key: str = "lesson") -> Lesson:
    """Read the text of a lesson; `key` names it. Raises `LessonError` with its line."""
    header, marks = split_file(text)
    if not header.get("title"):
        raise LessonError(say("The header has no title; write e.g. title: My lesson."), 1)
    steps: list[Step] = []
    for group in _steps(marks):
        tab = steps[-1].tab if steps else ""
        steps.append(_StepReader(key, tab).read(group))
    if not steps:
        raise LessonError(say("The lesson has no step; begin one with ## Title."), 1)
    if len(steps) > MOST_STEPS:
        raise LessonError(
            say("A lesson has at most {most} steps; split it.", most=MOST_STEPS),
            steps[MOST_STEPS].line
        )
    _check_states(steps)
    goals = [step.goal for step in steps if step.goal is not None]
    for goal in goals:
        if sum(other.key == goal.key for other in goals) > 1:
            raise LessonError(say("Two goals have this title; give each its own."), goal.line)
    return Lesson(
        key, header["title"], header.get("part", ""), header.get("summary", ""), tuple(steps)
    )


def _steps(marks: list[Mark]) -> list[list[Mark]]:
    groups: list[list[Mark]] = []
    for mark in marks:
        if mark.kind is Kind.HEADING:
            groups.append([mark])
        elif groups:
            groups[-1].append(mark)
        else:
            raise LessonError(
                say("This stands before the first step; begin one with ## Title above it."),
                mark.line
            )
    return groups


class _StepReader:
    """Collects the marks of one step."""

    def __init__(self, lesson: str, tab: str) -> None:
        self.lesson, self.tab = lesson, tab
        self.parts = [_PartReader()]
        self.question: Question | None = None
        self.goal: Goal | None = None
        self.notes: list[str] = []
        self.controls: tuple[str, ...] = ()

    def read(self, marks: list[Mark]) -> Step:
        """The step that begins with the heading `marks[0]`."""
        heading = marks[0]
        title, minutes = heading.text, 0.0
        match = _MINUTES.search(title)
        if match is not None:
            title, minutes = title[: match.start()].rstrip(), float(match[1])
        self._find_tab(marks)
        for mark in marks[1:]:
            self._take(mark)
        if self.question is not None and len(self.parts) == 1:
            raise LessonError(
                say("This question is never answered; write a line of --- and what is revealed "
                    "below."),
                self.question.line,
            )
        before, *after = (part.part() for part in self.parts)
        return Step(
            title, self.tab, heading.line, before, after[0] if after else None, self.question,
            self.goal, "\n".join(self.notes).strip(), self.controls, minutes,
        )

    def _find_tab(self, marks: list[Mark]) -> None:
        """One tab a step: that of its “set”, else the one of the step before."""
        named = [mark for mark in marks if mark.info.split()[:1] == ["set"]]
        for mark in named:
            tab = read_set(mark).tab
            if mark is not named[0] and tab != self.tab:
                raise LessonError(
                    say("This step is about the tab {tab}; give {other} a step of its own.",
                        tab=self.tab, other=tab),
                    mark.line,
                )
            self.tab = tab
        if not self.tab:
            raise LessonError(
                say("The first step names its tab: add a block “set” with e.g. set training."),
                marks[0].line,
            )

    def _take(self, mark: Mark) -> None:
        part = self.parts[-1]
        if mark.kind is Kind.RULE:
            if len(self.parts) == 2:
                raise LessonError(say("A step reveals once; begin a new step with ##."), mark.line)
            self.parts.append(_PartReader())
        elif mark.kind is Kind.NOTES:
            self.notes.append(mark.text)
        elif mark.kind is Kind.FORMULA:
            part.blocks.append(Formula(mark.text, mark.line))
        elif mark.kind is Kind.PROSE:
            text = "\n".join(text for _, text in mark.lines).strip()
            part.blocks.append(Prose(text, mark.line, is_verbatim=bool(mark.info)))
        else:
            self._take_block(mark, part)

    def _take_block(self, mark: Mark, part: _PartReader) -> None:
        word = mark.info.partition(" ")[0]
        if word == "set":
            block = read_set(mark)
            if part.has_set:
                raise LessonError(say("This is set twice; join both blocks."), mark.line)
            part.has_set, part.is_fresh, part.patch = True, block.is_fresh, block.patch
        elif word == "do":
            if part.action is not None:
                raise LessonError(say("One command at a time; give this one another step."),
                mark.line)
            part.action = read_do(mark, self.tab)
        elif word == "ask":
            if self.question is not None or len(self.parts) == 2:
                raise LessonError(say("A step asks one question, above its line of ---."),
                mark.line)
            self.question = read_ask(mark, self.tab)
        elif word == "goal":
            if self.goal is not None:
                raise LessonError(say("One goal a step; give this one another step."), mark.line)
            self.goal = read_goal(mark, self.tab, self.lesson)
        elif word == "show":
            self.controls += read_show(mark, self.tab)
        else:
            raise LessonError(
                say("There is no block “{word}”; there are {known}, and python or text to show as "
                    "it is.", word=word, known=', '.join(BLOCKS)), mark.line,
            )


class _PartReader:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.has_set = self.is_fresh = False
        self.patch: tuple[Assignment, ...] = ()
        self.action: Action | None = None

    def part(self) -> Part:
        return Part(tuple(self.blocks), self.is_fresh, self.patch, self.action)


def _check_states(steps: list[Step]) -> None:
    """Go through the lesson once: every patch must apply, every live number must be one."""
    state = State("", {}, {})
    for step in steps:
        for part in (step.before, step.after):
            if part is not None:
                state = advanced(state, step.tab, part)
                _check_slots(step.tab, state.specs[step.tab], part)
                if part is step.before and step.question is not None:
                    asked = Part((Prose(step.question.prompt, step.question.line),))
                    _check_slots(step.tab, state.specs[step.tab], asked)


def _check_slots(tab: str, spec: Spec, part: Part) -> None:
    for block in part.blocks:
        is_prose = isinstance(block, Prose)
        for offset, line in enumerate(source(block).split("\n")):
            try:
                _check_line(tab, spec, line)
                if is_prose and "{{" in SLOT.sub("", line):
                    raise SpecError(
                        say("“{{” begins a live number, and this is none; write e.g. {{name:.3f}}.")
                    )
            except SpecError as error:
                raise LessonError(str(error), block.line + offset) from None


def _check_line(tab: str, spec: Spec, line: str) -> None:
    facts = Facts(tab, spec)
    for name, style in slots(line):
        value = facts.example(name)
        if value is not None:
            written(value, style)
