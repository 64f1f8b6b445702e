"""How fast a run goes, and how long it will still take."""

from __future__ import annotations

import pytest

from engine.runs.pace import Pace, duration_text


def test_an_even_pace():
    pace = Pace()
    for second in range(5):
        pace.note(float(second), 10 * second, 640 * second)
    assert pace.images_per_second == pytest.approx(640)
    assert pace.seconds_left(50) == pytest.approx(5)


def test_nothing_is_claimed_before_a_second_is_over():
    pace = Pace()
    assert pace.images_per_second is None
    assert pace.seconds_left(100) is None
    pace.note(0.0, 0, 0)
    pace.note(0.99, 50, 500)
    assert pace.images_per_second is None
    pace.note(1.0, 50, 500)
    assert pace.images_per_second == 500


def test_only_the_last_seconds_count():
    pace = Pace()
    for tenth in range(200):
        images = 1000 * tenth if tenth < 100 else 100_000 + 10 * (tenth - 100)
        pace.note(tenth / 10, tenth, images)
    assert pace.images_per_second == pytest.approx(100)


def test_a_rest_does_not_count():
    pace = Pace()
    pace.note(0.0, 0, 0)
    pace.note(2.0, 20, 200)
    pace.rest()
    assert pace.images_per_second is None
    pace.note(1000.0, 20, 200)
    pace.note(1002.0, 40, 400)
    assert pace.images_per_second == 100


def test_a_run_that_does_not_move_has_no_end_in_sight():
    pace = Pace()
    pace.note(0.0, 5, 50)
    pace.note(3.0, 5, 50)
    assert pace.images_per_second == 0
    assert pace.seconds_left(10) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (15.6, "16 s"), (59.6, "1 min"), (60, "1 min"), (125, "2 min 5 s"),
        (3599.7, "1 h"), (3600, "1 h"), (3780, "1 h 3 min"), (90_000, "25 h"),
    ],
)
def test_durations_as_one_reads_them(seconds, text):
    assert duration_text(seconds) == text
