"""A job that cannot be interrupted in time outlives its owner, but is not destroyed running."""

from __future__ import annotations

import threading

from gui import job as jobs
from gui.job import Job
from gui.latest import Latest


def test_a_job_that_does_not_end_in_time_is_kept_until_it_does(qtbot, monkeypatch):
    begun, released = threading.Event(), threading.Event()

    def long_step():
        begun.set()
        released.wait(30)
        yield 1

    monkeypatch.setattr(Job.stop_and_wait, "__defaults__", (0.01,))
    owner = Latest(0)
    owner.ask(long_step)
    qtbot.waitUntil(begun.is_set)
    owner.stop()
    owner.deleteLater()
    del owner
    assert [job.isRunning() for job in jobs._overdue] == [True]
    released.set()
    qtbot.waitUntil(lambda: not jobs._overdue)


def test_what_was_asked_for_last_comes_to_its_end(qtbot):
    done: list[int] = []
    owner = Latest(10_000)

    def work():
        done.append(1)
        yield 2

    seen: list[object] = []
    owner.arrived.connect(seen.extend)
    owner.ask(work)
    owner.finish()
    assert (done, seen) == ([1], [2])
    assert not owner.is_busy
