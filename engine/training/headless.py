"""Training without a window: follow a run's events, report them, and keep what it left."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.data.images import load_images
from engine.errors import ChalknetError
from engine.files import write_atomically
from engine.runs.history import History, evaluation_as_builtins
from engine.spec import to_builtins, to_json
from engine.training.checkpoint import load_checkpoint, save_checkpoint
from engine.training.events import Diverged, Evaluation, Step
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

    Raises `CheckpointError` where `out` cannot be written.
    """
    if out is not None:
        _make_folder(out)
    report.begin(training)
    ending = "finished"
    seconds = training.seconds
    try:
        for event in training.events():
            if isinstance(event, Step):
                report.step(training)
            elif isinstance(event, Diverged):
                ending = "diverged"
            elif isinstance(event, Evaluation) and event.epoch >= 1 and event.epoch.is_integer():
                report.epoch(event, int(event.epoch), event.seconds - seconds)
                seconds = event.seconds
                if out is not None:
                    save_checkpoint(training, out / "run.safetensors")
    except KeyboardInterrupt:
        ending = "interrupted"
    finally:
        report.close()
    if out is not None:
        _keep(training, out)
    report.end(training, ending)
    return ending != "interrupted"


def _make_folder(out: Path) -> None:
    """Notice before the training, not after it, that the folder cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChalknetError(
            f"The folder {out} cannot be made ({error.strerror}); name another for --out."
        ) from error


def _keep(training: Training, out: Path) -> None:
    """Leave the run in a folder: checkpoint, recipe and the evaluations as CSV."""
    save_checkpoint(training, out / "run.safetensors")
    recipe = to_json(training.recipe) + "\n"
    try:
        write_atomically(
            out / "recipe.json", lambda path: void(path.write_text(recipe, encoding="utf-8"))
        )
        write_atomically(out / "history.csv", lambda path: write_csv(training.history, path))
    except OSError as error:
        raise ChalknetError(
            f"The history could not be written to {out} ({error.strerror}); name another folder."
        ) from error


def void(_: object) -> None:
    """Drop a return value."""


def write_csv(history: History, path: Path) -> None:
    """The evaluations of a run, one a line, with the columns of the JSON report."""
    rows = [evaluation_as_builtins(evaluation) for evaluation in history.evaluations]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["step", "epoch"])
        writer.writeheader()
        writer.writerows(rows)


class JsonReport:
    """One JSON object a line on stdout: every epoch, and the end."""

    def begin(self, training: Training) -> None:
        """Nothing is said before the first epoch."""

    def step(self, training: Training) -> None:
        """Steps are not reported."""

    def epoch(self, evaluation: Evaluation, epoch: int, seconds: float) -> None:
        """An epoch's numbers; `seconds` are those since the epoch before."""
        numbers = evaluation_as_builtins(evaluation)
        self._print({"event": "epoch", **numbers, "epoch": epoch, "seconds": round(seconds, 4)})

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
        self.console.print(f"{sizes} on {training.images.describe()}, {training.device.type}")
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
        self.progress.console.print("   ".join([*parts, f"{seconds:.1f} s"]))

    def end(self, training: Training, ending: str) -> None:
        """How the run ended."""
        explanation = training.history.ending
        if isinstance(explanation, Diverged):
            self.console.print(f"Diverged. {explanation.explanation}")
        else:
            self.console.print(f"{ending.capitalize()} after {training.step:,} steps.")

    def close(self) -> None:
        """Take the bar away."""
        self.progress.stop()
