"""Training, board and paper: every text has room in every look, every control says what it is."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QScrollArea, QWidget
from test_accessibility import (
    explanation,
    name_of,
    squeezed,
    takes_keyboard,
    texts_cut_off,
    too_little_room,
)
from test_backprop_tab import LOOKS, SIZES

from engine.backprop.tab_spec import Scene
from gui.theme import look

SCENES = (Scene.TRAINING, Scene.DRAW, Scene.SMALL)


def open_scene(bench, scene: Scene) -> None:
    bench.open(scene)
    if scene is Scene.TRAINING:
        bench.until(lambda: bench.scene.control.state.value == "ready")
    if scene is Scene.DRAW:
        bench.until(lambda: bench.scene.reading is not None and not bench.scene.is_busy)
    bench.qtbot.wait(30)


# Dark has light's sizes, and what has room in 1280 × 720 has it in 1920 × 1080, but for the
# projector, whose type grows with the window.
@pytest.mark.parametrize(
    ("name", "size"),
    [("light", "1280x720"), ("projector", "1280x720"), ("projector", "1920x1080"),
     ("200 %", "1280x720")],
)
def test_every_text_has_room(bench, name, size):
    theme, zoom = LOOKS[name]
    bench.window.resize(*SIZES[size])
    look().set_window_height(int(size.split("x")[1]))
    look().set_theme(theme)
    look().set_zoom(zoom)
    complaints = {}
    for scene in SCENES:
        open_scene(bench, scene)
        found = texts_cut_off(bench) + too_little_room(bench) + squeezed(bench)
        if found:
            complaints[scene.value] = found
    assert complaints == {}
    assert bench.window.width() == SIZES[size][0]


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_has_a_name_and_says_what_it_does(bench, scene):
    open_scene(bench, scene)
    widgets = [
        w for w in bench.window.findChildren(QWidget) if takes_keyboard(w) and w.isVisible()
    ]
    assert len(widgets) > 8
    nameless = [
        name_of(w) for w in widgets if not w.accessibleName() and not getattr(w, "text", str)()
    ]
    silent = [
        name_of(w) for w in widgets
        if not explanation(w) and not isinstance(w, QScrollArea) and w is not bench.tab
    ]
    assert (nameless, silent) == ([], [])
