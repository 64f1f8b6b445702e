"""The tour: `python main.py tour` plays lessons where nobody sees it, and leaves a handout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from engine import cli, words
from engine.errors import LessonError
from engine.handout.folder import HandoutFolder
from engine.handout.shown import Played, Shown
from engine.interrupts import deferred_ctrl_c
from engine.lessons.keys import check_lesson_key
from engine.lessons.lesson import Lesson
from engine.lessons.library import Library
from engine.version import __version__
from engine.words import say
from gui.lecture.handout_player import HandoutPlayer, Manner, Stopped, colors
from gui.stage import Stage
from gui.theme import THEMES, look

LIMIT_S = 120.0


@dataclass(frozen=True)
class Look:
    """What the windows of a tour look like, and where their data lie."""

    theme: str
    language: str
    data_dir: Path | None

    def stage(self) -> Stage:
        """A new window."""
        return Stage(self.data_dir, self.language)


@click.command()
@click.option("--out", type=cli.FOLDER, required=True, help="The folder for the handout.")
@click.option("--lesson", "keys", multiple=True, metavar="KEY",
              help="A lesson, e.g. 1b; may be repeated. Without it, all lessons are played.")
@click.option("--theme", type=click.Choice(list(THEMES)), default="light", show_default=True,
              help="How the pictures and pages look.")
@click.option("--language", type=click.Choice(words.languages()), default=words.SOURCE,
              show_default=True, help="Of the window and the pages.")
@click.option("--notes", "with_notes", is_flag=True, help="Speaker notes, too.")
@click.option("--whole-window", "with_window", is_flag=True,
              help="A picture of the whole window, too.")
@click.option("--limit", "limit_s", type=click.FloatRange(min=1), default=LIMIT_S,
              show_default=True, metavar="SECONDS", help="How long one step may train.")
@click.option("--data-dir", type=cli.FOLDER, help="The data sets, in torchvision's layout.")
def tour(
    out: Path, keys: tuple[str, ...], theme: str, language: str, with_notes: bool,
    with_window: bool, limit_s: float, data_dir: Path | None,
) -> int:  # fmt: skip
    """Play lessons in the window, unseen, and write an HTML handout with pictures and numbers.

    The files are listed on stdout as they are written.
    """
    for key in keys:
        check_lesson_key(key)
    look_of = colors(asdict(THEMES[theme]))
    folder = HandoutFolder(out, look_of, lambda path: print(path, flush=True),
                           with_notes=with_notes)
    folder.begin()
    lessons = chosen(Library(), keys)
    qInstallMessageHandler(_on_qt_message)
    with deferred_ctrl_c() as pressed:
        manner = Manner(limit_s, with_window, pressed.is_set)
        look_of_window = Look(theme, language, data_dir)
        try:
            play(folder, lessons, manner, look_of_window)
        except Stopped:
            raise KeyboardInterrupt from None
    return 0


def chosen(library: Library, keys: Sequence[str]) -> list[Lesson]:
    """The lessons asked for, or all. What is wrong with others goes to stderr.

    Raises `LessonError` where one that was asked for is broken.
    """
    for problem in library.problems:
        if problem.path.stem in keys:
            raise LessonError(str(problem), problem.line)
        print(f"chalknet: {problem}", file=sys.stderr)
    return [library.find(key) for key in dict.fromkeys(keys)] or list(library.lessons)


def play(
    folder: HandoutFolder, lessons: Sequence[Lesson], manner: Manner, shown_as: Look
) -> None:
    """Play all, and write each lesson's page when it is over or the tour is stopped.

    Every lesson has a window to itself, so that its pictures do not depend on what came before.
    """
    played: list[Played] = []
    with _progress(sum(len(lesson.places) for lesson in lessons)) as advance:
        for lesson in lessons:
            places: list[Shown] = []
            try:
                with shown_as.stage() as stage:
                    look().set_theme(shown_as.theme)
                    for shown in HandoutPlayer(stage, folder, manner).play(lesson):
                        places.append(shown)
                        advance(lesson, shown)
            finally:
                played.append(Played(lesson, tuple(places)))
                source = say("Played with Chalknet {version}.", version=__version__)
                folder.finish(played, lessons, source)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Lesson, Shown], None]]:
    """A bar on stderr; what it yields is to be called after every place."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(), console=Console(stderr=True, highlight=False),
        # Where both go to one terminal, the files appear above the bar; else each goes its way.
        redirect_stdout=sys.stdout.isatty(), redirect_stderr=False,
    )
    with bar:
        task = bar.add_task("tour", total=total)

        def advance(lesson: Lesson, shown: Shown) -> None:
            bar.update(task, advance=1, description=f"{lesson.key}: {shown.step.title}")
            if shown.remark:
                bar.console.print(f"{lesson.key}, {shown.step.title}: {shown.remark}")

        yield advance


def _on_qt_message(_type: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """What Qt has to say, but that a window without a screen has no size hints."""
    if "propagateSizeHints" not in message:
        print(f"chalknet: {message}", file=sys.stderr)


cli.commands.add_command(tour)


def run(argv: list[str]) -> int:
    """Run the tour as the commands of the engine are run; returns their exit codes."""
    return cli.run(argv)
