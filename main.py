"""Chalknet's front door: reads the command line, then hands over to the window or to a command.

Every Python since 3.6 must be able to parse this file, or an old one could not be told so.
"""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import NoReturn

COMMANDS = {
    "train": "train a network without a window and report every epoch",
    "fit": "build a network of step neurons for a function and report its errors",
    "probe": "measure signals and gradients through freshly initialised layers, beside theory",
    "backprop": "train the NumPy network of part 4 without a window and report every epoch",
    "lesson": "check a lesson file, list the lessons, or begin a new one",
    "tour": "play lessons unseen, and write a handout with pictures and numbers",
}
THEMES = ("light", "dark", "projector")


class CommandLine(argparse.ArgumentParser):
    """The options of the window, and what the help says about the commands."""

    def __init__(self) -> None:
        from engine.version import __version__

        lines = [f"  {name:<14}  {text}" for name, text in COMMANDS.items()]
        super().__init__(
            prog="chalknet" if Path(sys.argv[0]).stem == "chalknet" else "python main.py",
            usage="%(prog)s [--data-dir DIR] [--theme NAME] [--language NAME] [--present] "
            "[--lesson KEY | --session FILE]\n       %(prog)s COMMAND …",
            description="A teaching laboratory for neural networks. Alone, it opens the window.",
            epilog="\n".join(["commands, without a window (COMMAND --help says more):", *lines]),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("--data-dir", type=folder, help="where the data sets lie", metavar="DIR")
        self.add_argument("--theme", choices=THEMES, help=", ".join(THEMES), metavar="NAME")
        self.add_argument("--language", type=language, help="of the window, e.g. de",
                          metavar="NAME")
        self.add_argument("--present", action="store_true", help="full screen, for an audience")
        shown = self.add_mutually_exclusive_group()
        shown.add_argument("--lesson", help="begin with a lesson, e.g. 1b", metavar="KEY")
        shown.add_argument("--session", type=file, help="open a session", metavar="FILE")
        self.add_argument("--version", action="version", version=f"Chalknet {__version__}")

    def error(self, message: str) -> NoReturn:
        hint = f"“{self.prog} --help” lists what there is.\n"
        self.exit(2, f"Chalknet cannot read this command line: {message}; {hint}")


def folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder “{text}”")
    return path


def file(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file “{text}”")
    return path


def language(text: str) -> str:
    from importlib import resources

    folder = resources.files("resources").joinpath("languages")
    known = sorted({"en", *(Path(file.name).stem for file in folder.iterdir())})
    if text not in known:
        raise argparse.ArgumentTypeError(
            f"there is no language “{text}”; there are {', '.join(known)}"
        )
    return text


def start(arguments: "list[str]") -> int:
    is_command = bool(arguments) and not arguments[0].startswith("-")
    if is_command and arguments[0] not in COMMANDS:
        CommandLine().error(f"there is no command “{arguments[0]}”")
    options = CommandLine().parse_args([] if is_command else arguments)

    is_tour = is_command and arguments[0] == "tour"
    if is_tour:
        # It has a window that nobody is to see.
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

    from gui import startup_check

    problem = startup_check.problem(window=is_tour or not is_command)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    if is_tour:
        from gui import tour

        return tour.run(arguments)
    if is_command:
        from engine import cli

        return cli.run(arguments)
    if options.lesson is not None:
        from engine.errors import LessonError
        from engine.lessons.keys import check_lesson_key

        try:
            check_lesson_key(options.lesson)
        except LessonError as error:
            print(error, file=sys.stderr)
            return 2
    # A thousand imports make much garbage collection and no garbage; gui.app collects again.
    gc.disable()
    from gui import app

    return app.run(options)


def main(argv: "list[str] | None" = None, python: "tuple[int, int]" = sys.version_info[:2]) -> int:
    """Start Chalknet; return the exit code: 0, 2 for bad input or a bad start, 130 for Ctrl-C."""
    if python < (3, 11):
        print(
            f"Chalknet needs Python 3.11 or newer, and this is Python {python[0]}.{python[1]}; "
            "install a newer one from python.org and start with it, e.g. “python3.11 main.py”.",
            file=sys.stderr,
        )
        return 2
    try:
        return start(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
