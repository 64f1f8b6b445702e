"""Pictures of every page in every theme and size: `python -m gui.screenshots --out DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.errors import ChalknetError
from engine.training.presets import PRESETS
from engine.training.tab_spec import Page
from gui.stage import SIZES, Stage
from gui.tabs.training.run import RunState
from gui.tabs.training.tab import TrainingTab
from gui.theme import THEMES

EPOCHS_SHOWN = 18


def take_pictures(out: Path, data_dir: Path | None) -> list[Path]:
    """Train the homework for a while and picture it; returns what was written.

    The overview at 1920 × 1080 is called training-THEME.png, the others name page and size.
    """
    pictures = []
    with Stage(data_dir) as stage:
        tab = stage.window.show_tab("training")
        assert isinstance(tab, TrainingTab)
        control, store = tab.presenter.control, tab.presenter.store
        stage.wait(lambda: control.state is RunState.READY, 120, "the images were there")
        store.apply(control.spec.replaced(recipe=PRESETS["homework"].recipe), "")
        tab.actions_["play"].trigger()
        stage.wait(
            lambda: control.run is not None and control.run.history.epoch >= EPOCHS_SHOWN,
            600, f"{EPOCHS_SHOWN} epochs were trained",
        )
        tab.actions_["play"].trigger()
        stage.wait(lambda: control.state is RunState.PAUSED, 10, "the run had paused")
        for page in Page:
            store.apply(control.spec.replaced(page=page), "", is_undoable=False)
            for size in SIZES:
                for theme in THEMES:
                    is_cover = page is Page.OVERVIEW and size == "1920x1080"
                    name = f"training-{theme}" if is_cover else f"{page.value}-{theme}-{size}"
                    pictures.append(stage.shoot(out / f"{name}.png", theme, size))
    return pictures


def main() -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gui.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--data-dir", type=Path)
    options = parser.parse_args()
    try:
        for picture in take_pictures(options.out, options.data_dir):
            print(picture)
    except ChalknetError as error:
        print(f"chalknet: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
