"""The fenced blocks of a lesson: set, do, ask, goal, show. Each refusal names its line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.errors import LessonError, SpecError
from engine.lessons.conditions import Comparison, Name, names_in, read_condition
from engine.lessons.facts import Facts
from engine.lessons.lesson import Action, Assignment, Goal, Question, QuestionKind
from engine.lessons.markup import Mark
from engine.lessons.states import value_of
from engine.lessons.truth import as_number
from engine.tabs import spec_class, teaching
from engine.words import say

SIGNS = ("−", "0", "+")
_ASSIGNMENT = re.compile(r"([A-Za-z_][\w.]*)\s*=\s*(.*)")
_SETTING = re.compile(r"([a-z_]+)\s*:\s*(.*)")
_RANGE = re.compile(r"(\S+)\s*(?:…|\.\.\.|to)\s*(\S+)")


@dataclass(frozen=True)
class SetBlock:
    """A patch to a tab; `is_fresh` begins with its defaults."""

    tab: str
    is_fresh: bool
    patch: tuple[Assignment, ...]


def read_set(mark: Mark) -> SetBlock:
    """```set training fresh, then lines “path = value”."""
    words = mark.info.split()[1:]
    if not words or len(words) > 2 or words[1:] not in ([], ["fresh"]):
        raise LessonError(
            say("A block “set” names its tab, and perhaps fresh: write e.g. set training fresh."),
            mark.line,
        )
    tab = words[0]
    try:
        spec_class(tab)
    except SpecError as error:
        raise LessonError(str(error), mark.line) from None
    patch = []
    for number, text in _lines(mark):
        match = _ASSIGNMENT.fullmatch(text)
        if match is None or not match[2]:
            raise LessonError(
                say("“{text}” sets nothing; write it as a path and a value, e.g. recipe.epochs = "
                    "5.", text=text),
                number,
            )
        try:
            patch.append(Assignment(match[1], value_of(tab, match[1], match[2]), number))
        except SpecError as error:
            raise LessonError(str(error), number) from None
    return SetBlock(tab, len(words) == 2, tuple(patch))


def read_do(mark: Mark, tab: str) -> Action:
    """```do, then one command of the tab with its argument."""
    lines = _lines(mark)
    if mark.info != "do" or len(lines) != 1:
        raise LessonError(
            say("A block “do” holds one line with one command; give another command a step of its "
                "own."),
            mark.line,
        )
    number, text = lines[0]
    commands = sorted(teaching(tab).commands, key=lambda command: -len(command.words))
    for command in commands:
        if text == command.words or text.startswith(command.words + " "):
            try:
                return Action(command, command.read(text[len(command.words) :].strip()), number)
            except ValueError as error:
                raise LessonError(f"“{text}”: {error}", number) from None
    known = [command.words for command in commands]
    near = get_close_matches(text, known, 1, 0.5)
    remedy = (
        say("did you mean “{name}”?", name=near[0]) if near
        else say("it can {known}.", known=", ".join(known)) if known
        else say("it has no commands.")
    )
    raise LessonError(say("The tab {tab} cannot “{text}”; {remedy}", tab=tab, text=text,
                          remedy=remedy), number)


def read_ask(mark: Mark, tab: str) -> Question:
    """```ask sketch, then lines “key: value”."""
    words = mark.info.split()
    kinds = ", ".join(QuestionKind)
    if len(words) != 2 or words[1] not in list(QuestionKind):
        raise LessonError(say("A block “ask” names one kind of question: {kinds}.", kinds=kinds),
        mark.line)
    kind = QuestionKind(words[1])
    known = {"prompt", "of", "answer", "covers"} | {
        QuestionKind.SKETCH: {"x", "y", "x_label", "y_label", "scale"},
        QuestionKind.ORDER: {"choices"},
        QuestionKind.CHOICE: {"choices"},
        QuestionKind.SIGN: set(),
        QuestionKind.NUMBER: {"unit"},
    }[kind]
    return _QuestionReader(mark, tab, kind, _settings(mark, known)).read()


class _QuestionReader:
    """Joins the settings of one question."""

    def __init__(
        self, mark: Mark, tab: str, kind: QuestionKind, settings: dict[str, tuple[int, str]]
    ) -> None:
        self.mark, self.tab, self.kind, self.settings = mark, tab, kind, settings

    def read(self) -> Question:
        if "prompt" not in self.settings:
            raise self._fault(say("A question needs its prompt: write prompt: and what is asked."))
        of, answer = self._text("of"), self._text("answer")
        if bool(of) == bool(answer):
            raise self._fault(
                say("A question needs one truth: “of:” with what to look at, or “answer:” itself.")
            )
        if self.kind is QuestionKind.SKETCH:
            return self._sketch(of)
        choices = self._choices()
        if of:
            self._check_truth(of, choices)
        covers = self._text("covers")
        if covers and teaching(self.tab).fact(covers) is None:
            raise self._fault(
                say("The tab {tab} has no fact “{covers}”, whose views could be covered.",
                    tab=self.tab, covers=covers), "covers",
            )
        return Question(
            self.kind, self._text("prompt"), self.mark.line, choices=choices, of=of,
            answer=self._answer(answer, choices) if answer else None, unit=self._text("unit"),
            covers=covers,
        )

    def _sketch(self, of: str) -> Question:
        curve = teaching(self.tab).curve(of)
        if curve is None:
            known = ", ".join(c.name for c in teaching(self.tab).curves) or say("(none)")
            raise self._fault(say("The tab {tab} has no curve “{of}”; it has {known}.",
                                  tab=self.tab, of=of, known=known), "of")
        scale = self._text("scale") or curve.scale
        if scale not in ("linear", "log"):
            raise self._fault(say("The scale of a sketch is linear or log."), "scale")
        y_range = self._range("y")
        if scale == "log" and y_range[0] <= 0:
            raise self._fault(say("A logarithmic scale begins above 0; raise the lower end."), "y")
        # A range that reaches below 0 asks for a linear axis, whatever the curve's own is.
        x_range = self._range("x")
        return Question(
            self.kind, self._text("prompt"), self.mark.line, of=of, x_range=x_range,
            y_range=y_range, is_log=scale == "log",
            is_x_log=curve.x_scale == "log" and x_range[0] > 0,
            x_label=self._text("x_label") or curve.x_label,
            y_label=self._text("y_label") or curve.y_label,
        )

    def _choices(self) -> tuple[str, ...]:
        if self.kind is QuestionKind.SIGN:
            return SIGNS
        if self.kind is QuestionKind.NUMBER:
            return ()
        choices = tuple(part.strip() for part in self._text("choices").split("|") if part.strip())
        if len(choices) < 2 or len(set(choices)) < len(choices):
            raise self._fault(
                say("A question needs two or more different choices: choices: one | two | three."),
                "choices",
            )
        return choices

    def _answer(self, text: str, choices: tuple[str, ...]) -> str | float | tuple[str, ...]:
        if self.kind is QuestionKind.NUMBER:
            try:
                number = float(text.replace("−", "-"))
            except ValueError:
                number = math.nan
            if not math.isfinite(number):
                raise self._fault(say("“{text}” is no number; write e.g. 2.303.", text=text),
                "answer")
            return number
        if self.kind is QuestionKind.ORDER:
            order = tuple(part.strip() for part in text.split("|"))
            if sorted(order) != sorted(choices):
                raise self._fault(say("The answer is all the choices in order, with | between."),
                                  "answer")
            return order
        text = {"-": "−"}.get(text, text)
        if text not in choices:
            raise self._fault(say("“{text}” is not among the choices: {known}.", text=text,
                                  known=' | '.join(choices)),
                              "answer")
        return text

    def _check_truth(self, of: str, choices: tuple[str, ...]) -> None:
        """What is true must be something that can be answered."""
        try:
            value = Facts(self.tab, spec_class(self.tab)()).example(of)
        except SpecError as error:
            raise self._fault(str(error), "of") from None
        if value is None:
            return
        is_number = isinstance(value, int | float)
        if (self.kind is QuestionKind.ORDER) != isinstance(value, Mapping):
            raise self._fault(
                say("“{of}” is no order; ask for it by number or choice.", of=of)
                if self.kind is QuestionKind.ORDER
                else say("“{of}” is several numbers; ask for their order.", of=of), "of",
            )
        if self.kind in (QuestionKind.NUMBER, QuestionKind.SIGN) and not is_number:
            raise self._fault(
                say("“{of}” is a word; ask for it with choices, as in ```ask choice.", of=of), "of"
            )
        strange = [choice for choice in choices if as_number(choice) is None]
        if self.kind is QuestionKind.CHOICE and is_number and strange:
            raise self._fault(
                say("“{of}” is a number, and “{choice}” is none; let all choices be numbers.",
                    of=of, choice=strange[0]), "choices",
            )

    def _range(self, key: str) -> tuple[float, float]:
        match = _RANGE.fullmatch(self._text(key))
        try:
            ends = [end.replace("−", "-") for end in match.groups()] if match else ["0", "0"]
            low, high = map(float, ends)
        except ValueError:
            low = high = 0.0
        if not (math.isfinite(high - low) and low < high):
            raise self._fault(say("A sketch needs its range: write e.g. {key}: 0 … 30.", key=key),
            key)
        return low, high

    def _text(self, key: str) -> str:
        return self.settings.get(key, (0, ""))[1]

    def _fault(self, sentence: str, key: str = "") -> LessonError:
        return LessonError(sentence, self.settings.get(key, (self.mark.line, ""))[0])


def read_goal(mark: Mark, tab: str, lesson: str) -> Goal:
    """```goal, then title, when, and perhaps hint."""
    settings = _settings(mark, {"title", "when", "hint"})
    for key in ("title", "when"):
        if key not in settings:
            raise LessonError(say("A goal needs its {key}; add a line {key}: to it.", key=key),
            mark.line)
    (_, title), (line, condition) = settings["title"], settings["when"]
    facts = Facts(tab, spec_class(tab)(), extra={"score": 0.0})
    try:
        comparisons = read_condition(condition)
        for name in names_in(condition):
            facts.value(name)
        for comparison in comparisons:
            _check_kinds(comparison, facts)
    except SpecError as error:
        raise LessonError(str(error), line) from None
    slug = re.sub(r"[\W_]+", "-", title.lower()).strip("-")
    return Goal(f"{lesson}/{slug}", title, condition, mark.line, settings.get("hint", (0, ""))[1])


def _check_kinds(comparison: Comparison, facts: Facts) -> None:
    """A number and a word never compare."""
    values = [
        facts.example(side.name) if isinstance(side, Name) else side
        for side in (comparison.left, comparison.right)
    ]
    if len({isinstance(value, str) for value in values if value is not None}) > 1:
        raise SpecError(say("This compares a number with a word, which never holds; compare like "
                            "with like."))


def read_show(mark: Mark, tab: str) -> tuple[str, ...]:
    """```show, then the fields of the spec that a presentation needs controls for."""
    names = []
    for number, text in _lines(mark):
        for name in text.replace(",", " ").split():
            try:
                value_of(tab, name, "null")
            except SpecError as error:
                raise LessonError(str(error), number) from None
            names.append(name)
    return tuple(names)


def _settings(mark: Mark, known: set[str]) -> dict[str, tuple[int, str]]:
    settings: dict[str, tuple[int, str]] = {}
    for number, text in _lines(mark):
        match = _SETTING.fullmatch(text)
        if match is None:
            raise LessonError(say("“{text}” says nothing here; write it as key: value.",
                                  text=text), number)
        key, value = match[1], match[2]
        if key not in known:
            raise LessonError(
                say("“{key}” means nothing here; there are {known}.", key=key,
                    known=', '.join(sorted(known))), number
            )
        if key in settings:
            raise LessonError(say("“{key}” is there twice; leave one out.", key=key), number)
        if not value:
            raise LessonError(say("“{key}” is empty; write something after the colon.", key=key),
            number)
        settings[key] = number, value
    return settings


def _lines(mark: Mark) -> list[tuple[int, str]]:
    return [(number, text.strip()) for number, text in mark.lines if text.strip()]
