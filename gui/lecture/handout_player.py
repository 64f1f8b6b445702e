"""Plays lessons in the real window, and takes down what it says and shows at every place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engine.handout.folder import HandoutFolder
from engine.handout.shown import Formula, Picture, Prose, Shown
from engine.lessons.conditions import holds, names_in
from engine.lessons.facts import Facts
from engine.lessons.filling import slots
from engine.lessons.lesson import Action, Lesson, Place, QuestionKind, Step
from engine.lessons.lesson import Formula as LessonFormula
from engine.lessons.teaching import Value
from engine.lessons.truth import Truth
from engine.lessons.wording import numbers_in, untold
from engine.words import say
from gui.lecture.lecturer import Lecturer
from gui.lecture.live import Told, blocks_at
from gui.lecture.picturing import as_png, image_of, png_of, svg_of
from gui.lecture.questions.sketch_answer import SketchAnswer
from gui.panels import PanelledTab
from gui.stage import Stage
from gui.tab import Tab
from gui.theme import look
from gui.widgets.math_label import SET_PX, plain_formula, typeset

#: The window's size while its views alone are pictured, and while all of it is. The projector's
#: large type needs the screen that it is made for.
VIEWS_SIZE, WINDOW_SIZE, PROJECTOR_SIZE = QSize(980, 720), QSize(1600, 900), QSize(1920, 1080)
#: Of the axes to sketch in, at normal text.
PLANE_PX = 560, 260
#: How large the letters of a formula are beside those of the text.
FORMULA_SHARE = 1.15
LOOK_EVERY_S = 0.08
#: What is at rest but still lacks a number, or its command's end, is given this long.
PATIENCE_S = 3.0
#: A picture that never is the same twice is taken after this time.
RESTLESS_S = 8.0


class Stopped(Exception):
    """The tour is to end here."""


@dataclass(frozen=True)
class Manner:
    """How lessons are played: how long one place may take, whether the whole window is pictured
    as well, and what says that the tour is to stop."""

    limit_s: float
    with_window: bool = False
    is_stopped: Callable[[], bool] = lambda: False


class HandoutPlayer:
    """Goes through lessons place by place, as a lecturer with a clicker would."""

    def __init__(self, stage: Stage, folder: HandoutFolder, manner: Manner) -> None:
        """Wait until the lessons are read and PyTorch is there. Raises `Stopped`."""
        self.stage, self.folder, self.manner = stage, folder, manner
        self.window = stage.window
        self._problem = ""
        self._picture_before: bytes | None = None
        self._wait(
            lambda: self.window.lecture is not None and self.lecturer.library is not None
            and not stage.loader.job.isRunning(),
            120, say("the lessons were read"),
        )
        self.lecturer.failed.connect(self._on_failed)

    @property
    def lecturer(self) -> Lecturer:
        """Who holds the lessons in the window."""
        assert self.window.lecture is not None
        return self.window.lecture.lecturer

    def play(self, lesson: Lesson) -> Iterator[Shown]:
        """Every place of a lesson in order. Raises `Stopped` when the tour is to stop."""
        self.lecturer.open(lesson.key)
        while True:
            yield self._take_down(lesson)
            if self.lecturer.is_at_end:
                self.lecturer.close()
                return
            self._problem = ""
            self.lecturer.next()

    def _take_down(self, lesson: Lesson) -> Shown:
        lecturer, place, step = self.lecturer, self.lecturer.place, self.lecturer.step
        assert step is not None
        tab = self.window.tab(self.window.tab_key)
        self._show_views_only(tab)
        action = lesson.at(place).actions.get(step.tab)
        is_late = not self._settle(tab, step, place, action)
        facts, told = lecturer.facts(), lecturer.teller.last
        assert facts is not None
        is_told = told is not None and told.place == place and told.step is step
        stem = f"{lesson.key}/{place.step + 1:02d}-{'answer' if place.is_revealed else 'step'}"
        truth = told.truth if told is not None and is_told else None
        return Shown(
            place=place, step=step,
            blocks=_written(step, place, told if is_told else None),
            prompt=told.prompt if told is not None and is_told else "",
            picture=self._picture(tab, stem, step, place),
            plane=self._plane(stem, step, place, truth),
            truth=truth,
            facts={name: _value(facts, name) for name in named(step, place)},
            remark=self._remark(facts, action, is_late=is_late),
            window=self._whole_window(tab, stem, step, place, action),
        )

    # --- waiting --------------------------------------------------------------------------------

    def _wait(self, until: Callable[[], bool], timeout_s: float, what: str) -> None:
        def is_so() -> bool:
            if self.manner.is_stopped():
                raise Stopped
            return until()

        self.stage.wait(is_so, timeout_s, what)

    def _settle(self, tab: Tab, step: Step, place: Place, action: Action | None) -> bool:
        """Wait until nothing changes any more; False where the time is up before."""
        began, at_rest_since, before = monotonic(), None, None
        while monotonic() - began < self.manner.limit_s:
            if self.manner.is_stopped():
                raise Stopped
            self.stage.rest(LOOK_EVERY_S)
            if self.lecturer.is_busy or not tab.is_at_rest:
                at_rest_since, before = None, None
                continue
            at_rest_since = at_rest_since or monotonic()
            rested_s = monotonic() - at_rest_since
            now = self._image(tab)
            is_complete = rested_s > PATIENCE_S or self._is_complete(step, place, action)
            if (now == before and is_complete) or rested_s > RESTLESS_S:
                return True
            before = now
        return False

    def _is_complete(self, step: Step, place: Place, action: Action | None) -> bool:
        """Whether every number in the text is known, and the command has done what it should."""
        facts = self.lecturer.facts()
        assert facts is not None
        return _is_reached(facts, action) and all(
            _value(facts, name) is not None for name in _names_in_text(step, place)
        )

    def _on_failed(self, problem: str) -> None:
        self._problem = problem

    def _remark(self, facts: Facts, action: Action | None, *, is_late: bool) -> str:
        if self._problem:
            return self._problem
        if is_late:
            return say(
                "After {seconds} s the window had not come to rest: picture and numbers are those "
                "of that moment.", seconds=f"{self.manner.limit_s:g}",
            )
        if action is not None and not _is_reached(facts, action):
            return say("“{action}” was not reached.", action=action.text)
        return ""

    # --- pictures -------------------------------------------------------------------------------

    def _show_views_only(self, tab: Tab) -> None:
        assert self.window.lecture is not None
        self.window.resize(PROJECTOR_SIZE if look().is_projector else VIEWS_SIZE)
        self.window.lecture.panel.action.setChecked(False)
        tab.present(())

    def _image(self, tab: Tab) -> QImage:
        return image_of(*tab.pictured())

    def _picture(self, tab: Tab, stem: str, step: Step, place: Place) -> Picture | None:
        """The tab's views; None where they are as they were at the step's question."""
        widget, area = tab.pictured()
        png = png_of(widget, area)
        if place.is_revealed and png == self._picture_before:
            return None
        self._picture_before = png
        alt = self._alt(step, place)
        return Picture(
            self.folder.write(f"{stem}.png", png), area.width(), area.height(), alt,
            self.folder.write(f"{stem}.svg", svg_of(widget, area, alt)),
            tab.headline.text if isinstance(tab, PanelledTab) else "",
        )

    def _whole_window(
        self, tab: Tab, stem: str, step: Step, place: Place, action: Action | None
    ) -> Picture | None:
        if not self.manner.with_window:
            return None
        assert self.window.lecture is not None
        tab.present(None)
        self.window.lecture.panel.action.setChecked(True)
        size = PROJECTOR_SIZE if look().is_projector else WINDOW_SIZE
        self.window.resize(size)
        self._settle(tab, step, place, action)
        png = as_png(self.window.grab().toImage())
        alt = say("The whole window. {what}", what=self._alt(step, place))
        name = self.folder.write(f"{stem}-window.png", png)
        return Picture(name, size.width(), size.height(), alt)

    def _plane(
        self, stem: str, step: Step, place: Place, truth: Truth | None
    ) -> Picture | None:
        """The axes to sketch in, as the window has them; revealed, with the curve."""
        question = step.question
        is_known = truth is not None or not place.is_revealed
        if question is None or question.kind is not QuestionKind.SKETCH or not is_known:
            return None
        answer = SketchAnswer(question)
        if truth is not None:
            answer.set_locked(True)
            answer.show_truth(truth)
        plane: QWidget = answer.plane
        plane.setParent(None)
        plane.resize(*(look().px(side) for side in PLANE_PX))
        what = say(question.y_label) or step.title
        alt = say("Axes to sketch in: {what}", what=what) if truth is None else (
            say("The curve as it is: {what}", what=what)
        )
        picture = Picture(
            self.folder.write(f"{stem}-sketch.png", png_of(plane, plane.rect(), "surface")),
            plane.width(), plane.height(), alt,
            self.folder.write(f"{stem}-sketch.svg", svg_of(plane, plane.rect(), alt, "surface")),
        )
        plane.deleteLater()
        answer.deleteLater()
        return picture

    def _alt(self, step: Step, place: Place) -> str:
        tab = self.window.tab_bar.tabText(self.window.tab_bar.currentIndex())
        texts = {"tab": tab, "step": step.title}
        if place.is_revealed:
            return say("The tab “{tab}” at the step “{step}”, revealed.", **texts)
        return say("The tab “{tab}” at the step “{step}”.", **texts)


def named(step: Step, place: Place) -> list[str]:
    """The facts and fields that a place names: in its text, its question and its goal."""
    names = _names_in_text(step, place)
    question = step.question
    if question is not None:
        names += [name for name, _ in slots(question.prompt)]
        if question.kind is not QuestionKind.SKETCH and place.is_revealed and question.of:
            names.append(question.of)
    if step.goal is not None:
        names += names_in(step.goal.condition)
    return list(dict.fromkeys(names))


def _names_in_text(step: Step, place: Place) -> list[str]:
    return [name for block in blocks_at(step, place) for name in numbers_in(block)]


def _value(facts: Facts, name: str) -> Value | None:
    return facts.value(name)


def _is_reached(facts: Facts, action: Action | None) -> bool:
    if action is None or action.command.reached is None:
        return True
    return holds(action.command.reached(action.argument), facts)


def _written(step: Step, place: Place, told: Told | None) -> tuple[Prose | Formula, ...]:
    """The blocks of the place alone, as they were told; without numbers where that failed."""
    blocks = blocks_at(step, place)
    texts = tuple(untold(block) for block in blocks) if told is None else told.blocks
    first = len(step.before.blocks) if place.is_revealed else 0
    return tuple(
        _formula(text) if isinstance(block, LessonFormula) else Prose(text)
        for block, text in list(zip(blocks, texts, strict=True))[first:]
    )


def _formula(tex: str) -> Formula:
    formula = typeset(tex)
    if formula is None:
        return Formula("", plain_formula(tex))
    svg = formula.svg.decode()
    for side, length in (("width", formula.width), ("height", formula.height)):
        # In units of the text around it, which is larger on a larger screen.
        in_em = f'{side}="{length * FORMULA_SHARE / SET_PX:.3f}em"'
        svg = re.sub(rf'\b{side}="[^"]*"', in_em, svg, count=1)
    return Formula(svg, plain_formula(tex))


def colors(tokens: Mapping[str, str]) -> dict[str, str]:
    """A theme's colours by the names that the pages' stylesheet has for them."""
    return {name.replace("_", "-"): color for name, color in tokens.items()}
