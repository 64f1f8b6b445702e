"""The demonstration without a screen: `python -m gui.tour --out DIR` plays the first minute.

It opens the real window where nobody sees it, trains, and leaves pictures and a table of results.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.errors import ChalknetError
from engine.runs.export import write_csv
from engine.runs.history import History
from engine.training.presets import PRESETS
from engine.training.tab_spec import Page
from gui.stage import Stage
from gui.tabs.training.run import RunState
from gui.tabs.training.tab import TrainingTab

PRESET = "first_minute"


def play(out: Path, data_dir: Path | None) -> list[Path]:
    """Play the tour into `out`; returns what was written."""
    written = []
    with Stage(data_dir) as stage:
        tab = stage.window.show_tab("training")
        assert isinstance(tab, TrainingTab)
        control, store = tab.presenter.control, tab.presenter.store

        def shoot(name: str) -> None:
            for theme, size in (
                ("light", "1920x1080"), ("dark", "1280x720"), ("projector", "1920x1080"),
            ):
                written.append(stage.shoot(out / f"{name}-{theme}.png", theme, size))

        store.apply(control.spec.replaced(recipe=PRESETS[PRESET].recipe), "")
        stage.wait(lambda: control.state is RunState.READY, 120, "the images were there")
        shoot("1-before-training")
        tab.actions_["one_epoch"].trigger()
        stage.wait(lambda: control.state is RunState.PAUSED, 120, "an epoch was trained")
        shoot("2-after-one-epoch")
        tab.actions_["play"].trigger()
        stage.wait(lambda: control.state is RunState.FINISHED, 300, "the run was finished")
        shoot("3-finished")
        store.apply(control.spec.replaced(page=Page.INSIDE), "", is_undoable=False)
        shoot("4-inside-the-network")
        store.apply(control.spec.replaced(page=Page.IMAGES), "", is_undoable=False)
        shoot("5-the-images")
        run = control.run
        assert run is not None
        assert run.ready is not None
        written += _write_results(out, run.history, run.ready.images.describe())
    return written


def _write_results(out: Path, history: History, source: str) -> list[Path]:
    """The evaluations as CSV and as a table to read."""
    table, numbers = out / "results.md", out / "results.csv"
    lines = [
        f"# {PRESETS[PRESET].label}: {source}",
        "",
        "| epoch | train loss | train accuracy | test loss | test accuracy |",
        "|---:|---:|---:|---:|---:|",
    ]
    for e in history.evaluations:
        lines.append(
            f"| {e.epoch:.2f} | {e.train.loss:.4f} | {100 * e.train.accuracy:.2f} % "
            f"| {e.test.loss:.4f} | {100 * e.test.accuracy:.2f} % |"
        )
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_csv(history, numbers)
    return [table, numbers]


def main() -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gui.tour", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/tour"))
    parser.add_argument("--data-dir", type=Path)
    options = parser.parse_args()
    try:
        for path in play(options.out, options.data_dir):
            print(path)
    except ChalknetError as error:
        print(f"chalknet: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
