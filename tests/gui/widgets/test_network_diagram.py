"""Network diagram: units are found, walked and chosen, numbers are scrubbed, texts keep apart."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.theme import look
from gui.widgets.network_diagram import DiagramLayer, NetworkDiagram, source_of
from gui.widgets.network_diagram_model import Number, shown_units


def network(n, jumps=None):
    edges = np.linspace(-3, 3, n)
    jumps = np.sin(edges)[None, :] if jumps is None else jumps
    return [
        DiagramLayer("input", 1, names=("x",)),
        DiagramLayer("hidden", n, "step", np.ones((n, 1)), -edges, neutral=True),
        DiagramLayer("output", 1, "sum", jumps, weight_symbol="jump"),
    ]


def grid(cells=10_000, thresholds=22):
    def reads(units, sources):
        return np.where((sources[None, :] + units[:, None]) % 3 == 0, 1.0, -1.0)

    return [
        DiagramLayer("inputs", 2, names=("x₁", "x₂")),
        DiagramLayer("thresholds", thresholds, "step",
                     np.tile([[1.0, 0.0], [0.0, 1.0]], (thresholds // 2, 1)),
                     np.zeros(thresholds)),
        DiagramLayer("cells", cells, "and", reads, lambda units: np.full(len(units), -3.5)),
        DiagramLayer("output", 1, "sum", lambda units, sources: np.ones(
            (len(units), len(sources))), weight_symbol="h"),
    ]


@pytest.fixture
def diagram(qtbot):
    made = NetworkDiagram()
    made.set_layers(network(15))
    qtbot.addWidget(made)
    made.resize(round(560 * look().scale), round(340 * look().scale))
    made.show()
    qtbot.waitExposed(made)
    return made


def place(diagram, layer, unit):
    slot = diagram.places.place_of(layer, unit)
    return QPoint(round(slot.x), round(slot.y))


def label(diagram, name, layer=1):
    return next(one for one in diagram.labels()
                if (one.number.layer, one.number.name) == (layer, name))


# which units are drawn

@given(st.integers(1, 100_000), st.integers(5, 30), st.lists(st.integers(0, 99_999), max_size=2))
def test_the_first_the_last_and_the_featured_units_are_drawn(count, slots, featured):
    featured = [unit for unit in featured if unit < count]
    shown = shown_units(count, slots, featured)
    units = [unit for unit in shown if unit is not None]
    assert {0, count - 1, *featured} <= set(units)
    assert units == sorted(set(units))
    # Each featured unit far from the ends needs a place for itself and one for an ellipsis.
    assert len(shown) <= max(slots, 3 + 2 * len(featured))
    if count <= slots:
        assert shown == list(range(count))
    for before, gap, after in zip(shown, shown[1:], shown[2:], strict=False):
        if gap is None:
            assert after - before > 2


def test_an_ellipsis_counts_what_it_hides(diagram):
    diagram.set_layers(network(100_000))
    diagram.set_chosen(1, 51_234)
    slots = diagram.places.slots[1]
    drawn = sum(slot.unit is not None for slot in slots)
    assert drawn + sum(slot.hidden for slot in slots) == 100_000
    assert diagram.places.place_of(1, 51_234) is not None


def test_pointing_at_a_drawn_unit_moves_nothing(diagram):
    diagram.set_layers(network(100_000))
    diagram.set_hovered(1, 777)
    before = diagram.places
    for unit in (0, 1, 99_999, None):
        diagram.set_hovered(1, unit)
        assert diagram.places is before
    diagram.set_hovered(1, 4321)
    assert diagram.places.place_of(1, 4321) is not None


# what is painted

@pytest.mark.usefixtures("any_look")
def test_units_edges_and_numbers_have_ink_in_every_look(diagram, has_color):
    diagram.set_chosen(1, 9)
    for token in ("blue", "vermilion", "ink", "muted", "ghost"):
        assert has_color(diagram, token), token


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("layers", [network(2), network(15), network(100_000), grid()],
                         ids=["box", "function", "many", "grid"])
@pytest.mark.parametrize("size", [(560, 340), (300, 200)])
def test_no_number_lies_on_another_or_on_a_unit_or_outside(diagram, layers, size):
    diagram.resize(*(round(side * look().scale) for side in size))
    diagram.set_layers(layers)
    chosen = len(layers) - 2
    diagram.set_chosen(chosen, layers[chosen].count // 2)
    diagram.grab()
    rects = [one.rect for one in diagram.labels()]
    assert rects
    radius = diagram.places.radius
    for i, rect in enumerate(rects):
        assert diagram.rect().toRectF().contains(rect)
        assert not any(rect.intersects(other) for other in rects[i + 1 :])
        for layer in range(len(layers)):
            for slot in diagram.places.drawn(layer):
                assert not rect.contains(slot.x, slot.y)
                assert abs(rect.center().y() - slot.y) >= rect.height() / 2 + radius - 0.1 or \
                    abs(rect.center().x() - slot.x) >= rect.width() / 2 + radius - 0.1


def test_colour_and_dashes_tell_the_sign(diagram, painted):
    def count(token):
        wanted = look().tokens.color(token).getRgb()[:3]
        right = painted(diagram)[:, diagram.width() * 2 // 3 :]
        return int((right == wanted).all(axis=2).sum())

    diagram.clearFocus()  # whose ring is blue
    diagram.set_layers(network(2, np.array([[1.0, 1.0]])))
    assert count("vermilion") == 0
    blue = count("blue")
    diagram.set_layers(network(2, np.array([[-1.0, -1.0]])))
    assert count("blue") == 0
    assert 0 < count("vermilion") < blue


def test_a_large_grid_is_drawn_within_a_frame(diagram):
    diagram.resize(900, 500)
    layers = grid(1_000_000, 200)
    diagram.set_chosen(2, 5000)
    QApplication.processEvents()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        diagram.set_layers(layers)
        diagram.repaint()
        times.append(time.perf_counter() - start)
    # 10 ms on two slow cores; the bound leaves room for a busy machine.
    assert min(times) < 0.050


# pointing and choosing

def test_every_drawn_unit_is_found_by_the_mouse(diagram, qtbot):
    hovered, chosen = [], []
    diagram.unit_hovered.connect(lambda *args: hovered.append(args))
    diagram.unit_chosen.connect(lambda *args: chosen.append(args))
    for layer in range(3):
        for slot in diagram.places.drawn(layer):
            qtbot.mouseMove(diagram, place(diagram, layer, slot.unit))
            assert hovered[-1] == (layer, slot.unit)
            qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton,
                             pos=place(diagram, layer, slot.unit))
            assert chosen[-1] == (layer, slot.unit)
            diagram.set_chosen(0, None)
    qtbot.mouseMove(diagram, QPoint(1, diagram.height() - 1))
    assert hovered[-1] == (2, None)


def test_the_keyboard_walks_also_to_units_that_were_not_drawn(diagram, qtbot):
    diagram.set_layers(network(1000))
    chosen = []
    diagram.unit_chosen.connect(lambda *args: chosen.append(args))
    for _ in range(41):
        qtbot.keyClick(diagram, Qt.Key.Key_Down)
    assert diagram.hovered == (1, 40)
    assert "unit 41 of 1000" in diagram.accessibleDescription()
    qtbot.keyClick(diagram, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_End,
                Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(diagram, key)
    assert chosen == [(1, 40), (2, 0), (1, 999)]


def test_linking_emits_nothing_and_unknown_units_are_ignored(diagram, qtbot):
    with qtbot.assertNotEmitted(diagram.unit_hovered), qtbot.assertNotEmitted(diagram.unit_chosen):
        diagram.set_hovered(1, 3)
        diagram.set_chosen(1, 4)
        diagram.set_chosen(1, 99)
    assert (diagram.hovered, diagram.chosen) == ((1, 3), (1, 4))
    diagram.set_layers(network(2))
    assert (diagram.hovered, diagram.chosen) == (None, None)


# scrubbing

@pytest.fixture
def scrubs(diagram):
    """The diagram follows every change, as a tab makes it."""
    weights, biases, jumps = np.ones((3, 1)), np.array([1.0, 0.5, 0.0]), np.array([[1.0, -2.0, 3]])
    seen = []

    def show():
        diagram.set_layers([
            DiagramLayer("input", 1, names=("x",)),
            DiagramLayer("hidden", 3, "step", weights, biases),
            DiagramLayer("output", 1, "sum", jumps),
        ])

    def follow(layer, unit, name, value):
        seen.append((layer, unit, name, value))
        source = source_of(name)
        if source is None:
            biases[unit] = value
        else:
            (weights if layer == 1 else jumps)[unit, source] = value
        show()

    show()
    diagram.set_chosen(1, 1)
    diagram.scrub_started.connect(lambda: seen.append("started"))
    diagram.weight_scrubbed.connect(follow)
    diagram.scrub_ended.connect(lambda: seen.append("ended"))
    return seen


@pytest.mark.parametrize(("name", "layer", "unit", "start"), [
    ("bias", 1, 1, 0.5), ("weight 0", 1, 1, 1.0), ("weight 1", 2, 0, -2.0),
])
def test_a_number_follows_the_mouse_in_one_gesture(
    diagram, scrubs, qtbot, name, layer, unit, start
):
    press = label(diagram, name, layer).rect.center().toPoint()
    qtbot.mousePress(diagram, Qt.MouseButton.LeftButton, pos=press)
    for step in range(1, 31):
        qtbot.mouseMove(diagram, press + QPoint(-step, 0))
    qtbot.mouseRelease(diagram, Qt.MouseButton.LeftButton, pos=press)
    assert scrubs[0] == "started"
    assert scrubs[-1] == "ended"
    assert len(scrubs) == 32
    assert scrubs[-2][:3] == (layer, unit, name)
    assert scrubs[-2][3] == pytest.approx(start - 0.30, abs=1e-12)


def test_tab_reaches_the_numbers_and_plus_and_minus_change_them(diagram, scrubs, qtbot):
    diagram.setFocus()
    for _ in range(2):
        qtbot.keyClick(diagram, Qt.Key.Key_Tab)
    assert "weight 0 of unit 2" in diagram.accessibleDescription()
    qtbot.keyClick(diagram, Qt.Key.Key_Plus)
    qtbot.keyClick(diagram, Qt.Key.Key_Minus)
    for _ in range(3):
        QTest.keyPress(diagram, Qt.Key.Key_Minus)
    QTest.keyRelease(diagram, Qt.Key.Key_Minus)
    values = [one[3] for one in scrubs if isinstance(one, tuple)]
    assert values == pytest.approx([1.1, 1.0, 0.9, 0.8, 0.7])
    assert scrubs.count("started") == scrubs.count("ended") == 3


def test_a_number_without_a_place_gets_one_when_the_keyboard_is_on_it(diagram, qtbot):
    diagram.resize(300, 200)
    diagram.set_layers(grid())
    diagram.set_chosen(2, 5000)
    diagram.setFocus()
    for number, _ in diagram.numbers():
        qtbot.keyClick(diagram, Qt.Key.Key_Tab)
        assert number in [one.number for one in diagram.labels()]


def test_names_carry_the_source():
    assert Number(1, 4, None).name == "bias"
    assert source_of(Number(1, 4, 12).name) == 12
    assert source_of("bias") is None


def test_what_is_no_layer_is_refused():
    with pytest.raises(ValueError, match="at least one unit"):
        DiagramLayer("none", 0)
    with pytest.raises(ValueError, match="A glyph is one of"):
        DiagramLayer("odd", 1, "gelu")
