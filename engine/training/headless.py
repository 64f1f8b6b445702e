"""Training without a window: follow a run's events, report them, and keep what it left."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.data.images import load_images
from engine.errors import ChalknetError
from engine.files import write_atomically
from engine.interrupts import deferred_ctrl_c
from engine.runs.export import write_csv
from engine.runs.history import evaluation_as_builtins
from engine.spec import to_builtins, to_json
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.events import Diverged, Evaluation, Event, Step
from engine.training.recipe import Recipe
from engine.training.run import Training


class Report(Protocol):
    """Who is told of a run; `close` is called however it ends."""

    def begin(self, training: Training) -> None: ...
    def step(self, training: Training) -> None: ...
    def epoch(self, evaluation: Evaluation, epoch: int, seconds: float) -> None: ...
    def end(self, training: Training, ending: str) -> None: ...
    def close(self) -> None: ...


def start(recipe: Recipe, data_dir: Path | None) -> Training:
    """A run of a recipe on the images found; what was wrong with others goes to stderr."""
    images = load_images(recipe.data, data_dir)
    for problem in images.problems:
        print(f"chalknet: {problem}", file=sys.stderr)
    return Training(recipe, images)


def resume(path: Path, data_dir: Path | None) -> Training:
    """The run of a checkpoint."""
    return load_checkpoint(path, data_dir)


def follow(training: Training, report: Report, out: Path | None) -> bool:
    """Train to the end; False after Ctrl-C. With `out`, checkpoint every epoch, history at the end.

    Raises `ChalknetError` where `out` cannot be written.
    """
    if out is not None:
        _keep_recipe(training, out)
    report.begin(training)
    ending, is_between_events = "finished", True
    seconds = training.seconds
    try:
        for event in _until_ctrl_c(training):
            if event is None:
                ending = "interrupted"
            elif isinstance(event, Step):
                report.step(training)
            elif isinstance(event, Diverged):
                ending = "diverged"
            elif isinstance(event, Evaluation) and event.epoch >= 1 and event.epoch.is_integer():
                report.epoch(event, int(event.epoch), event.seconds - seconds)
                seconds = event.seconds
            if out is not None and training.is_epoch_over and isinstance(event, Step | Evaluation):
                save_checkpoint(training, out / "run.safetensors")
    except KeyboardInterrupt:
        ending, is_between_events = "interrupted", False
    finally:
        report.close()
    if out is not None:
        _keep(training, out, with_checkpoint=is_between_events)
    report.end(training, ending)
    return ending != "interrupted"


def _until_ctrl_c(training: Training) -> Iterator[Event | None]:
    """The events of a run, and None as the last of them after Ctrl-C.

    Inside a step Ctrl-C would leave weights that have moved and a step that was not counted, so
    that the run could not go on to the same numbers; it therefore waits for the next event. A
    second Ctrl-C does not wait.
    """
    with deferred_ctrl_c() as pressed:
        for event in training.events():
            yield event
            if pressed.is_set() and training.history.ending is None:
                yield None
                return


def _keep(training: Training, out: Path, *, with_checkpoint: bool) -> None:
    """Leave the run in a folder: checkpoint, recipe and the evaluations as CSV.

    Without a checkpoint, because the run stopped inside a step, the one of the last epoch stands.
    """
    if with_checkpoint:
        save_checkpoint(training, out / "run.safetensors")
    _keep_recipe(training, out)
    _write(out / "history.csv", lambda path: write_csv(training.history, path))


def _keep_recipe(training: Training, out: Path) -> None:
    """Also tells before the training, not after it, that the folder cannot be written."""
    recipe = to_json(training.recipe) + "\n"
    _write(out / "recipe.json", lambda path: path.write_text(recipe, encoding="utf-8"))


def _write(path: Path, write: Callable[[Path], object]) -> None:
    try:
        write_atomically(path, write)
    except OSError as error:
        raise ChalknetError(
            f"{path} cannot be written ({error.strerror}); name another folder for --out."
        ) from error


class JsonReport:
    """One JSON object a line on stdout: every epoch, and the end."""

    NUMBERS = (
        "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
        "test_loss", "test_accuracy", "test_correct", "test_total",
    )

    def begin(self, training: Training) -> None:
        """Nothing is said before the first epoch."""

    def step(self, training: Training) -> None:
        """Steps are not reported."""

    def epoch(self, evaluation: Evaluation, epoch: int, seconds: float) -> None:
        """An epoch's numbers; `seconds` are those since the epoch before.

        The validation split is there only where one is held out.
        """
        numbers = evaluation_as_builtins(evaluation)
        shown = {name: numbers[name] for name in self.NUMBERS if name in numbers}
        self._print({"event": "epoch", "epoch": epoch, **shown, "seconds": round(seconds, 4)})

    def end(self, training: Training, ending: str) -> None:
        """How the run ended, with the recipe that reproduces it."""
        last = training.history.last
        explanation = training.history.ending
        self._print(
            {
                "event": ending,
                "recipe": to_builtins(training.recipe),
                "data_source": training.images.describe(),
                "data_kind": training.images.source.kind,
                "device": training.device.type,
                "steps": training.step,
                "seconds": round(training.seconds, 4),
                "test_accuracy": last.test.accuracy if last else None,
                **(
                    {"explanation": explanation.explanation}
                    if isinstance(explanation, Diverged)
                    else {}
                ),
            }
        )

    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _print(values: dict[str, Any]) -> None:
        print(json.dumps(values), flush=True)


class TextReport:
    """For people: a line an epoch above a progress bar with the time left."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(),
            console=self.console,
        )

    def begin(self, training: Training) -> None:
        """Say what is trained on what."""
        sizes = "-".join(map(str, training.recipe.layer_sizes))
        what = f"{sizes} on {training.images.describe()}, {training.device.type}"
        self.console.print(what, soft_wrap=True)
        self.progress.start()
        self.task = self.progress.add_task("training", total=training.total_steps)

    def step(self, training: Training) -> None:
        """Move the bar."""
        epoch = training.step / training.steps_per_epoch
        self.progress.update(
            self.task, completed=training.step,
            description=f"epoch {epoch:5.2f} of {training.recipe.epochs}",
        )

    def epoch(self, evaluation: Evaluation, epoch: int, seconds: float) -> None:
        """One line of numbers."""
        parts = [f"epoch {epoch:3d}"]
        for split in ("train", "validation", "test"):
            score = getattr(evaluation, split)
            if score is not None:
                parts.append(f"{split} {score.loss:.4f}  {100 * score.accuracy:6.2f} %")
        line = "   ".join([*parts, f"{seconds:.1f} s"])
        self.progress.console.print(line, soft_wrap=True)

    def end(self, training: Training, ending: str) -> None:
        """How the run ended."""
        explanation = training.history.ending
        if isinstance(explanation, Diverged):
            self.console.print(f"Diverged. {explanation.explanation}", soft_wrap=True)
        else:
            self.console.print(f"{ending.capitalize()} after {training.step:,} steps.")

    def close(self) -> None:
        """Take the bar away."""
        self.progress.stop()
