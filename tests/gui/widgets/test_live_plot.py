import math
import tracemalloc

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gui.theme import look
from gui.widgets.live_plot import LivePlot

EPOCHS = np.arange(19.0)
TRAIN = 0.55 * np.exp(-EPOCHS / 5) + 0.12
TEST = 0.5 * np.exp(-EPOCHS / 3) + 0.31


@pytest.fixture
def plot(qtbot):
    made = LivePlot("loss", "epoch")
    made.set_x_range(0, 30)
    made.add_series("step", "batch", "blue", faint=True)
    made.add_series("train", "train", "blue")
    made.add_series("test", "test", "orange", dashed=True)
    qtbot.addWidget(made)
    made.resize(520, 320)
    made.show()
    qtbot.waitExposed(made)
    QApplication.processEvents()
    return made


def fill(plot):
    plot.set_series("train", EPOCHS, TRAIN)
    plot.set_series("test", EPOCHS, TEST)


@pytest.mark.usefixtures("any_look")
def test_curves_labels_and_band_are_painted_in_every_look(plot, has_color):
    k = int(look().scale)
    plot.resize(620 * k, 360 * k)
    fill(plot)
    plot.set_band("train", "test", 8, "overfitting")
    plot.set_ghosts([(EPOCHS, TEST + 0.1, "pinned")])
    QApplication.processEvents()
    for token in ("blue", "orange", "vermilion_text", "ghost", "line", "muted"):
        assert has_color(plot, token), token
    assert plot._labels.band_label() is not None


@pytest.mark.usefixtures("any_look")
@pytest.mark.parametrize("gap", [0.0, 0.001, 0.4])
@pytest.mark.parametrize("end", [2, 29, 30])
def test_end_labels_stay_inside_and_apart(plot, gap, end):
    k = look().scale
    plot.resize(int(420 * k), int(240 * k))
    x = np.arange(end + 1.0)
    plot.set_series("train", x, np.full(len(x), 0.5))
    plot.set_series("test", x, np.full(len(x), 0.5 + gap))
    plot.set_ghosts([(x, np.full(len(x), 0.5), "before")])
    QApplication.processEvents()
    plot.grab()
    rects = [label.rect for label in plot._labels.end_labels()]
    assert len(rects) == 3
    area = plot._labels.place.rect.adjusted(-0.5, -0.5, 0.5, 0.5)
    for i, rect in enumerate(rects):
        assert area.contains(rect)
        assert not any(rect.adjusted(0, 0.1, 0, -0.1).intersects(r) for r in rects[i + 1 :])


def test_the_y_range_follows_main_series_and_only_grows(plot):
    fill(plot)
    low, high = plot.y_range
    assert low == 0
    assert TRAIN.max() <= high <= 1.0
    plot.set_series("step", EPOCHS, np.full(len(EPOCHS), 50.0))
    assert plot.y_range == (low, high)
    plot.set_series("test", EPOCHS, TEST * 0.5)
    assert plot.y_range == (low, high)
    plot.set_series("test", EPOCHS, TEST * 4)
    assert plot.y_range[1] >= (TEST * 4).max()
    plot.clear()
    fill(plot)
    assert plot.y_range == (low, high)


def test_a_steep_beginning_leaves_the_plot_once_the_curve_is_past_it(plot):
    plot.set_y_range(settled_x=1)
    plot.set_series("train", [0.0], [2.3])
    assert plot.y_range[1] >= 2.3
    plot.set_series("train", [0.0, 1.0], [2.3, 0.5])
    assert 0.5 <= plot.y_range[1] < 1


def test_a_fixed_range_holds(plot):
    plot.set_y_range(0, 1, fixed=True)
    plot.set_series("train", EPOCHS, TRAIN * 100)
    assert plot.y_range == (0, 1)
    assert plot.x_range == (0, 30)


def test_a_log_axis_treats_what_is_not_positive_as_a_gap(plot):
    values = np.where(EPOCHS % 5 == 0, 0.0, 10.0 ** (-EPOCHS / 6))
    plot.set_series("train", EPOCHS, values)
    plot.set_log(True)
    positive = values[values > 0]
    low, high = plot.y_range
    assert 0 < low <= positive.min()
    assert high >= positive.max()
    plot.set_series("test", EPOCHS, np.full(19, 1e-6))
    assert plot.y_range[0] <= 1.0001e-6
    plot.set_series("train", EPOCHS, np.full(19, -1.0))
    plot.grab()
    plot.set_log(False)
    assert plot.y_range[0] <= -1


def test_nan_and_inf_are_gaps_and_do_not_move_the_range(plot):
    values = TRAIN.copy()
    values[3], values[7], values[18] = np.nan, np.inf, -np.inf
    plot.set_series("train", EPOCHS, values)
    plot.set_series("test", EPOCHS, np.full(19, np.nan))
    assert math.isfinite(plot.y_range[1])
    assert plot.y_range[1] <= 1
    plot.grab()
    assert plot.values_text() == f"train {values[17]:.3f}"


def test_arrow_keys_walk_the_points_and_escape_hides_the_readout(plot, qtbot):
    fill(plot)
    plot.set_ghosts([(EPOCHS, TEST + 1, "pinned")])
    moves = []
    plot.cursor_moved.connect(moves.append)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert moves == [18, 17, 16, 17]
    assert plot.readout() == [
        ("train", f"{TRAIN[17]:.3f}"), ("test", f"{TEST[17]:.3f}"),
        ("pinned", f"{TEST[17] + 1:.3f}"),
    ]
    box = plot._cursor.box()
    assert box is not None
    assert plot._cursor.area.contains(box[0])
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert math.isnan(moves[-1])
    assert plot.cursor_x is None
    assert plot.readout() == []


def test_hovering_shows_the_nearest_point_and_leaving_hides_it(plot, qtbot):
    fill(plot)
    QApplication.processEvents()
    canvas = plot._canvas
    place = plot._grid.place
    target = QPoint(round(place.px(10.3)), round(place.rect.center().y()))
    with qtbot.waitSignal(plot.cursor_moved, check_params_cb=lambda x: x == 10):
        qtbot.mouseMove(canvas.viewport(), target)
    with qtbot.waitSignal(plot.cursor_moved, check_params_cb=math.isnan):
        canvas.left.emit()


def test_a_linked_cursor_does_not_echo(plot, qtbot):
    fill(plot)
    with qtbot.assertNotEmitted(plot.cursor_moved):
        plot.set_cursor(5.0)
    assert plot.cursor_x == 5.0
    plot.set_cursor(math.nan)
    assert plot.cursor_x is None


def test_the_wheel_is_left_to_the_page(plot):
    fill(plot)
    before = plot._item.vb.viewRange()
    middle = QPointF(200, 150)
    event = QWheelEvent(middle, middle, QPoint(0, 120), QPoint(0, 120), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(plot._canvas.viewport(), event)
    assert not event.isAccepted()
    assert plot._item.vb.viewRange() == before


def test_curves_get_no_more_points_than_the_plot_has_columns(plot):
    x = np.linspace(0, 30, 20_000)
    plot.set_series("step", x, np.sin(50 * x))
    QApplication.processEvents()
    drawn = next(c for s, c in plot._curves._curves.items() if s.faint).getData()[0]
    assert len(drawn) <= 2 * plot.width()


def test_unchanged_data_cost_nothing(plot, monkeypatch):
    fill(plot)
    drawn = []
    monkeypatch.setattr(plot._curves, "draw", drawn.append)
    plot.set_series("train", EPOCHS.copy(), TRAIN.copy())
    assert drawn == []


def test_percent_axis_and_texts(qtbot):
    plot = LivePlot("accuracy", "epoch", percent=True)
    qtbot.addWidget(plot)
    plot.set_x_range(0, 18)
    plot.set_y_range(0.7, 1)
    plot.add_series("test", "test", "orange")
    plot.set_series("test", EPOCHS, np.full(19, 0.889))
    assert plot.values_text() == "test 88.9 %"
    assert plot.accessibleDescription() == "test 88.9 %"
    assert plot.accessibleName() == "accuracy"
    assert "80 %" in [text for _, text in plot._grid.y_ticks()]


def test_markers_that_crowd_do_not_overlap(plot):
    plot.set_markers([(5, "lr 0.01"), (5.5, "lr 0.001"), (6, "dropout 0.2"), (6.1, "more"),
                      (29.9, "at the end")])
    QApplication.processEvents()
    labels = plot._labels.marker_labels()
    rects = [rect for _, rect in labels]
    assert "at the end" in [text for text, _ in labels]
    for i, rect in enumerate(rects):
        assert plot._labels.place.rect.adjusted(-1, -1, 1, 1).contains(rect)
        assert not any(rect.intersects(other) for other in rects[i + 1 :])


def test_a_band_without_its_data_or_with_none_is_no_band(plot, has_color):
    plot.set_band("train", "test", 8, "overfitting")
    assert plot._model.band_edges() is None
    fill(plot)
    assert plot._model.band_edges() is not None
    plot.set_band(None)
    assert plot._model.band_edges() is None
    assert not has_color(plot, "vermilion_text")


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (0, math.nan)])
def test_a_bad_x_range_is_refused(plot, low, high):
    with pytest.raises(ValueError, match="two finite ends"):
        plot.set_x_range(low, high)


def test_series_of_unequal_length_are_refused(plot):
    with pytest.raises(ValueError, match="as many x as y"):
        plot.set_series("train", EPOCHS, TRAIN[:-1])


def test_ten_thousand_updates_leave_no_memory_behind(plot):
    def update(count, start):
        for i in range(count):
            plot.set_series("train", EPOCHS, TRAIN + 1e-9 * (start + i))
            if i % 250 == 0:
                plot.grab()
    update(1000, 0)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        update(10_000, 1000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 200_000
