"""From a move of σ's slider to the repainted window, in the Initialization tab.

    python -m tests.bench.sides.sigma_drag WIDTHS
"""

from __future__ import annotations

import sys
import time

import numpy as np
from PySide6.QtGui import QPixmap

from engine.initialization.tab_spec import Scene
from gui.stage import Stage
from gui.tabs.initialization.layers_scene import LayersScene
from gui.tabs.initialization.tab import InitializationTab
from tests.bench.sides.outcome import report

MOVES, REPAINTS = 60, 30
SCHEMES = ("constant", "1/n_in", "2/n_in", "xavier_normal", "1/n_out", "orthogonal")


def main() -> None:
    with Stage() as stage:
        tab = stage.window.show_tab("initialization")
        assert isinstance(tab, InitializationTab)
        presenter = tab.presenter
        probe = presenter.spec.probe.replaced(widths=sys.argv[1], schemes=SCHEMES)
        presenter.store.apply(presenter.spec.with_probe(probe), "start")
        stage.wait(lambda: not tab.measuring.is_busy, 120, "everything was measured")
        # Imports in the background would be measured as well.
        stage.wait(lambda: stage.loader.ahead.isFinished(), 120, "everything was imported")
        stage.rest(1.0)
        slider = tab.form.sigma
        slider.setSliderDown(True)
        top = slider.value()
        times = []
        for move in range(MOVES):
            before = presenter.spec
            start = time.perf_counter()
            slider.setSliderPosition(top - 2 * move)  # nowhere twice: nothing is known
            stage.app.processEvents()
            if presenter.spec != before:
                times.append(1000 * (time.perf_counter() - start))
            stage.rest(0.008)
        slider.setSliderDown(False)
        scene = tab.scene(Scene.LAYERS)
        assert isinstance(scene, LayersScene)
        grid, repaints = scene.grid, []
        panels = len(grid.rows) * len(grid.shown_columns())
        picture = QPixmap(grid.size())
        for _ in range(REPAINTS):
            grid.forget()
            start = time.perf_counter()
            grid.render(picture)
            repaints.append(1000 * (time.perf_counter() - start))
    report(
        p50_ms=float(np.median(times)), p95_ms=float(np.percentile(times, 95)), moves=len(times),
        grid_p50_ms=float(np.median(repaints)), grid_p95_ms=float(np.percentile(repaints, 95)),
        panels=panels,
    )


if __name__ == "__main__":
    main()
