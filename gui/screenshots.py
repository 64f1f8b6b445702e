"""Pictures of every page in every theme and size: `python -m gui.screenshots --out DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from engine.backprop.tab_spec import Scene as BackpropScene
from engine.errors import ChalknetError
from engine.expressivity.tab_spec import Scene
from engine.initialization.tab_spec import Scene as InitializationScene
from engine.training.presets import PRESETS
from engine.training.tab_spec import Page
from gui.stage import SIZES, Stage
from gui.tabs.backprop.registry import SCENES as BACKPROP_SCENES
from gui.tabs.backprop.tab import BackpropTab
from gui.tabs.expressivity.tab import ExpressivityTab
from gui.tabs.initialization.tab import InitializationTab
from gui.tabs.training.run import RunState
from gui.tabs.training.tab import TrainingTab
from gui.theme import THEMES

EPOCHS_SHOWN = 18
#: How long part 4 trains before it is pictured.
BACKPROP_TRAINED_S = 10.0


def take_pictures(
    out: Path, rest: Path, data_dir: Path | None, tabs: Sequence[str] = ()
) -> list[Path]:
    """Picture every page and scene of some tabs, or of all; returns what was written.

    The README's pictures, at 1920 × 1080, go to `out` as TAB-THEME.png; all others go to `rest` and
    name page and size.
    """
    pictures = []
    with Stage(data_dir) as stage:
        for key in tabs or PICTURED:
            pictures += PICTURED[key](stage, out, rest)
    return pictures


def _training(stage: Stage, out: Path, rest: Path) -> list[Path]:
    """The homework of part 3 after some epochs."""
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
    pictures = []
    for page in Page:
        store.apply(control.spec.replaced(page=page), "", is_undoable=False)
        for size, theme in product(SIZES, THEMES):
            is_cover = page is Page.OVERVIEW and size == "1920x1080"
            path = out / f"training-{theme}" if is_cover else rest / f"{page}-{theme}-{size}"
            pictures.append(stage.shoot(path.with_suffix(".png"), theme, size))
    return pictures


def _expressivity(stage: Stage, out: Path, rest: Path) -> list[Path]:
    """The four scenes of part 1."""
    tab = stage.window.show_tab("expressivity")
    assert isinstance(tab, ExpressivityTab)
    store = tab.presenter.store
    pictures = []
    for scene in Scene:
        store.apply(tab.presenter.spec.replaced(scene=scene), "", is_undoable=False)
        stage.rest(2.5)
        for size, theme in product(SIZES, THEMES):
            is_cover = scene is Scene.FUNCTION and (theme, size) == ("light", "1920x1080")
            path = out / f"expressivity-{theme}" if is_cover else rest / f"{scene}-{theme}-{size}"
            pictures.append(stage.shoot(path.with_suffix(".png"), theme, size))
    return pictures


def _backprop(stage: Stage, out: Path, rest: Path) -> list[Path]:
    """The scenes of part 4; the training is pictured on its way."""
    tab = stage.window.show_tab("backprop")
    assert isinstance(tab, BackpropTab)
    store, material = tab.presenter.store, tab.material
    stage.wait(lambda: material.now is not None, 120, "the images were there")
    pictures = []
    for scene in BACKPROP_SCENES:
        store.apply(tab.presenter.spec.replaced(scene=scene, step=16), "", is_undoable=False)
        stage.rest(4)
        if scene is BackpropScene.TRAINING:
            tab.actions_["play"].trigger()
            stage.rest(BACKPROP_TRAINED_S)
            tab.actions_["play"].trigger()
        for size, theme in product(SIZES, THEMES):
            is_cover = scene is BackpropScene.STEPS and (theme, size) == ("light", "1920x1080")
            name = f"backprop-{scene}-{theme}-{size}"
            path = out / f"backprop-{theme}" if is_cover else rest / name
            pictures.append(stage.shoot(path.with_suffix(".png"), theme, size))
    return pictures


def _initialization(stage: Stage, out: Path, rest: Path) -> list[Path]:
    """The four scenes of part 2, measured."""
    tab = stage.window.show_tab("initialization")
    assert isinstance(tab, InitializationTab)
    presenter = tab.presenter
    pictures = []
    for scene in InitializationScene:
        presenter.store.apply(presenter.spec.replaced(scene=scene), "", is_undoable=False)
        stage.wait(lambda: not tab.measuring.is_busy, 60, "the probe was measured")
        stage.rest(2.5)
        for size, theme in product(SIZES, THEMES):
            is_cover = scene is InitializationScene.LAYERS and (theme, size) == (
                "light", "1920x1080"
            )
            name = f"initialization-{theme}" if is_cover else f"{scene}-2-{theme}-{size}"
            path = (out if is_cover else rest) / name
            pictures.append(stage.shoot(path.with_suffix(".png"), theme, size))
    return pictures


#: What takes the pictures of a tab.
PICTURED = {
    "training": _training, "expressivity": _expressivity, "initialization": _initialization,
    "backprop": _backprop,
}


def main() -> int:
    """Read the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gui.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    parser.add_argument("--rest", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--tab", action="append", choices=list(PICTURED), default=[])
    options = parser.parse_args()
    try:
        for picture in take_pictures(options.out, options.rest, options.data_dir, options.tab):
            print(picture)
    except ChalknetError as error:
        print(f"chalknet: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
