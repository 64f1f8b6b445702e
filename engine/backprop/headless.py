"""The training of the command line: `python main.py backprop --preset homework`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.backprop import training as events
from engine.backprop.spec import BackpropSpec
from engine.backprop.training import Training
from engine.data.images import load_images
from engine.spec import to_builtins


class Report(Protocol):
    """Who is told of a run; `close` is called however it ends."""

    def begin(self, training: Training) -> None: ...
    def progress(self, training: Training) -> None: ...
    def evaluation(self, found: events.Evaluation) -> None: ...
    def end(self, training: Training, ending: str) -> None: ...
    def close(self) -> None: ...


def run(spec: BackpropSpec, data_dir: Path | None, report: Report) -> bool:
    """Train to the end and report before the training and after each epoch; False after Ctrl-C.

    What was wrong with data that was passed over goes to stderr. Raises `ChalknetError`.
    """
    images = load_images(spec.data, data_dir)
    for problem in images.problems:
        print(f"chalknet: {problem}", file=sys.stderr)
    training = Training(spec, images)
    ending = "finished"
    report.begin(training)
    try:
        for event in training.events():
            if isinstance(event, events.Evaluation) and event.epoch.is_integer():
                report.evaluation(event)
            elif isinstance(event, events.Progress):
                report.progress(training)
            elif isinstance(event, events.Diverged):
                ending = "diverged"
    except KeyboardInterrupt:
        ending = "interrupted"
    finally:
        report.close()
    report.end(training, ending)
    return ending != "interrupted"


class JsonReport:
    """One JSON object a line on stdout: every evaluation, and the end."""

    def begin(self, training: Training) -> None:
        """Nothing is said before the first evaluation."""

    def progress(self, training: Training) -> None:
        """Updates are not reported."""

    def evaluation(self, found: events.Evaluation) -> None:
        """The whole test set, before training (epoch 0) and after each epoch."""
        self._print({
            "event": "evaluation", "epoch": int(found.epoch), "test_loss": found.test_loss,
            "test_correct": found.test_correct, "test_total": found.test_total,
        })

    def end(self, training: Training, ending: str) -> None:
        """How the run ended, with the spec that reproduces it."""
        last = training.evaluations[-1] if training.evaluations else None
        told = training.ending
        self._print({
            "event": ending,
            "spec": to_builtins(training.spec),
            "data_source": training.images.describe(),
            "data_kind": training.images.source.kind,
            "updates": training.step,
            "test_accuracy": last.accuracy if last else None,
            **({"explanation": told.explanation} if isinstance(told, events.Diverged) else {}),
        })

    def close(self) -> None:
        """Nothing is open."""

    @staticmethod
    def _print(values: dict[str, Any]) -> None:
        print(json.dumps(values, allow_nan=False), flush=True)


class TextReport:
    """For people: a line an evaluation above a progress bar with the time left."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(),
            console=self.console,
        )

    def begin(self, training: Training) -> None:
        """Say what is trained on what."""
        sizes = "-".join(map(str, training.spec.sizes))
        self.console.print(f"{sizes} on {training.images.describe()}, NumPy", soft_wrap=True)
        self.bar.start()
        self.task = self.bar.add_task("training", total=training.total_steps)

    def progress(self, training: Training) -> None:
        """Move the bar."""
        epoch = training.step / training.steps_per_epoch
        self.bar.update(
            self.task, completed=training.step,
            description=f"epoch {epoch:5.2f} of {training.spec.epochs}, "
                        f"running loss {training.running[-1]:.4f}",
        )

    def evaluation(self, found: events.Evaluation) -> None:
        """One line of numbers."""
        self.bar.console.print(
            f"epoch {int(found.epoch):3d}   test {found.test_loss:.4f}   "
            f"{found.test_correct:,} of {found.test_total:,} right   {100 * found.accuracy:6.2f} %",
            soft_wrap=True,
        )

    def end(self, training: Training, ending: str) -> None:
        """How the run ended."""
        told = training.ending
        if isinstance(told, events.Diverged):
            self.console.print(f"Diverged. {told.explanation}", soft_wrap=True)
        else:
            self.console.print(f"{ending.capitalize()} after {training.step:,} updates.")

    def close(self) -> None:
        """Take the bar away."""
        self.bar.stop()
