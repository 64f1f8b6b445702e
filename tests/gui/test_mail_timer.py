"""Views that cost more are drawn less often, within bounds."""

from __future__ import annotations

import time

import pytest

from gui import mail_timer
from gui.mail_timer import LOOK_EVERY_MS, SLOWEST, VIEWS_SHARE, MailTimer


@pytest.mark.parametrize(("cost_ms", "expected_ms"), [
    (0.0, LOOK_EVERY_MS),
    (VIEWS_SHARE * LOOK_EVERY_MS, LOOK_EVERY_MS),
    (VIEWS_SHARE * 1.7 * LOOK_EVERY_MS, round(1.7 * LOOK_EVERY_MS)),
    (1000.0, round(SLOWEST * LOOK_EVERY_MS)),
])
def test_the_interval_follows_what_the_last_look_has_cost(
    qtbot, monkeypatch, cost_ms, expected_ms
):
    used_s = 5.0
    monkeypatch.setattr(mail_timer.time, "thread_time", lambda: used_s)
    timer = MailTimer()
    timer.timeout.emit()
    used_s += cost_ms / 1000
    timer.timeout.emit()
    assert timer.interval() == pytest.approx(expected_ms, abs=1)
    timer.timeout.emit()
    assert timer.interval() == LOOK_EVERY_MS


def test_it_looks_ten_times_a_second(qtbot):
    timer = MailTimer()
    timer.start()
    begun = time.monotonic()
    with qtbot.waitSignal(timer.timeout):
        pass
    assert time.monotonic() - begun >= 0.9 * LOOK_EVERY_MS / 1000
    timer.stop()
