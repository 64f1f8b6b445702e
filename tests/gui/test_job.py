"""A job: what it passes on, how it rests, and that it can always be stopped."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator

import pytest

from engine.errors import SpecError
from gui.job import Job, JobState, Mailbox

ENDINGS = (JobState.FINISHED, JobState.CANCELLED, JobState.FAILED)


def numbers(count: int | None = None, every_s: float = 0.0) -> Callable[[], Iterator[object]]:
    def generator() -> Iterator[object]:
        number = 0
        while count is None or number < count:
            if every_s:
                time.sleep(every_s)
            yield number
            number += 1

    return generator


@pytest.fixture
def start(qtbot) -> Iterator[Callable[..., Job]]:
    jobs = []

    def make(generator, *, paused=False, until=None, delay_s=0.0, **options) -> Job:
        job = Job(generator, **options)
        job.seen = []
        job.items = []
        job.state_changed.connect(job.seen.append)
        job.set_delay(delay_s)
        if paused:
            job.pause()
        if until is not None:
            job.run_until(until)
        jobs.append(job)
        job.start()
        return job

    yield make
    for job in jobs:
        assert job.stop_and_wait()
    qtbot.wait(1)


def drained(job: Job) -> list[object]:
    job.items += job.mailbox.drain()[0]
    return job.items


def test_all_items_arrive_in_order_and_the_end_is_told(start, qtbot):
    job = start(numbers(20_000))
    qtbot.waitUntil(lambda: job.seen == [JobState.FINISHED])
    assert drained(job) == list(range(20_000))
    assert job.state is JobState.FINISHED
    assert job.wait(1000)


def test_the_last_drain_after_the_end_has_the_last_item(start, qtbot):
    job = start(numbers(300, every_s=0.001), observe=lambda: "look")
    while not job.isFinished():
        drained(job)
        qtbot.wait(5)
    items, latest = job.mailbox.drain()
    assert (job.items + items)[-1] == 299
    assert latest == "look"


def test_the_latest_lane_keeps_only_the_newest():
    box = Mailbox()
    for number in range(5):
        box.put(number)
        box.put_latest(number)
    assert box.drain() == ([0, 1, 2, 3, 4], 4)
    assert box.drain() == ([], None)


def test_pause_and_resume(start, qtbot):
    job = start(numbers())
    qtbot.waitUntil(lambda: len(drained(job)) > 100)
    job.pause()
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    count = len(drained(job))
    qtbot.wait(50)
    assert len(drained(job)) == count
    job.resume()
    qtbot.waitUntil(lambda: len(drained(job)) > count)
    job.cancel()
    qtbot.waitUntil(lambda: job.state is JobState.CANCELLED)
    states = [JobState.PAUSED, JobState.RUNNING, JobState.CANCELLED]
    qtbot.waitUntil(lambda: job.seen == states)
    assert drained(job) == list(range(len(job.items)))


def test_a_job_told_to_pause_first_does_nothing_until_resumed(start, qtbot):
    job = start(numbers(3), paused=True)
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    assert drained(job) == []
    job.resume()
    qtbot.waitUntil(lambda: job.state is JobState.FINISHED)
    assert drained(job) == [0, 1, 2]


def test_run_until_rests_right_after_the_item(start, qtbot):
    job = start(numbers(100), until=lambda item: item == 3)
    for last in (3, 4, 10):
        if last > 3:
            job.run_until(lambda item, last=last: item == last)
        qtbot.waitUntil(lambda last=last: job.state is JobState.PAUSED and last in drained(job))
        assert job.items == list(range(last + 1))
    job.run_until(lambda item: item == 1000)
    qtbot.waitUntil(lambda: job.state is JobState.FINISHED)


def test_a_command_given_upon_an_item_is_about_the_next_ones(qtbot):
    """However fast it comes: no step is taken for the one before."""
    job = Job(numbers(2000))
    put = job.mailbox.put

    def put_and_command(item: object) -> None:
        put(item)
        if item < 500:
            job.run_until(lambda _: True)

    job.mailbox.put = put_and_command
    job.run_until(lambda _: True)
    job.start()
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    assert job.stop_and_wait()
    assert job.mailbox.drain()[0] == list(range(501))


@pytest.mark.parametrize("how", ["running", "paused", "slow motion", "slow item"])
def test_cancel_closes_the_generator_from_wherever_it_is(start, qtbot, how):
    closed = []

    def generator() -> Iterator[object]:
        try:
            yield from numbers(every_s=0.15 if how == "slow item" else 0.0)()
        finally:
            closed.append(True)

    job = start(generator, delay_s=60.0 if how == "slow motion" else 0.0)
    qtbot.waitUntil(lambda: bool(drained(job)))
    if how == "paused":
        job.pause()
        qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    begun = time.monotonic()
    job.cancel()
    assert job.wait(1000)
    assert time.monotonic() - begun < 0.4
    assert job.state is JobState.CANCELLED
    assert closed == [True]


def test_cancel_before_the_start():
    job = Job(numbers(5))
    job.cancel()
    job.start()
    assert job.wait(1000)
    assert job.state is JobState.CANCELLED
    assert job.mailbox.drain() == ([], None)


def test_calls_are_made_in_the_worker_also_while_it_rests(start, qtbot):
    seen = []
    job = start(numbers(), observe=lambda: len(seen))
    job.call(lambda: seen.append("running"))
    qtbot.waitUntil(lambda: seen == ["running"])
    job.pause()
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    job.mailbox.drain()
    job.call(lambda: seen.append("paused"))
    assert not job.is_at_rest
    qtbot.waitUntil(lambda: job.is_at_rest)
    assert seen == ["running", "paused"]
    assert job.state is JobState.PAUSED
    assert job.mailbox.drain() == ([], 2)  # it has looked again, afterwards


def test_it_is_at_rest_only_while_nothing_is_to_be_done(start, qtbot):
    job = start(numbers(), delay_s=0.001)
    assert not job.is_at_rest
    job.pause()
    qtbot.waitUntil(lambda: job.is_at_rest)
    assert job.state is JobState.PAUSED
    for go_on in (job.resume, lambda: job.run_until(lambda item: item % 5 == 4)):
        go_on()  # the thread has not woken yet
        assert not job.is_at_rest
        job.pause()
        qtbot.waitUntil(lambda: job.is_at_rest)
    job.cancel()
    assert not job.is_at_rest or job.state.is_over
    qtbot.waitUntil(lambda: job.state.is_over)
    assert job.is_at_rest


def test_calls_end_slow_motion_s_delay(start, qtbot):
    called = []
    job = start(numbers(), delay_s=60.0)
    qtbot.waitUntil(lambda: drained(job) == [0])
    job.call(lambda: called.append(True))
    qtbot.waitUntil(lambda: called == [True], timeout=1000)


def test_it_looks_inside_at_most_so_often_and_whenever_it_rests(start, qtbot):
    looks = []
    job = start(
        numbers(), observe=lambda: looks.append(len(job.mailbox._items)), observe_every_s=0.1
    )
    qtbot.wait(350)
    job.pause()
    qtbot.waitUntil(lambda: job.state is JobState.PAUSED)
    assert 2 <= len(looks) <= 6
    assert looks[-1] == len(job.mailbox._items)  # nothing came after the last look


def test_what_the_user_can_mend_is_one_sentence(start, qtbot, caplog):
    def generator() -> Iterator[object]:
        yield 1
        raise SpecError("The step is too large; take a smaller one.")

    job = start(generator)
    qtbot.waitUntil(lambda: job.seen == [JobState.FAILED])
    assert job.error == "The step is too large; take a smaller one."
    assert drained(job) == [1]
    assert not caplog.records


def test_what_nobody_expected_is_logged(start, qtbot, caplog):
    def generator() -> Iterator[object]:
        yield 1 / 0

    with caplog.at_level(logging.ERROR, "chalknet"):
        job = start(generator)
        qtbot.waitUntil(lambda: job.seen == [JobState.FAILED])
    assert job.error == "ZeroDivisionError: division by zero"
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("where", ["make", "call", "observe"])
def test_errors_anywhere_in_the_worker_end_the_job(start, qtbot, where):
    def fail() -> None:
        raise SpecError("No.")

    job = start(
        fail if where == "make" else numbers(), observe=fail if where == "observe" else None
    )
    if where == "call":
        job.call(fail)
    qtbot.waitUntil(lambda: job.seen == [JobState.FAILED])
    assert job.error == "No."


def test_a_generator_that_fails_to_tidy_up_fails_the_job(start, qtbot, caplog):
    def generator() -> Iterator[object]:
        try:
            yield from numbers()()
        finally:
            raise RuntimeError("no disk")

    job = start(generator)
    qtbot.waitUntil(lambda: bool(drained(job)))
    job.cancel()
    qtbot.waitUntil(lambda: job.seen == [JobState.FAILED])
    assert job.error == "RuntimeError: no disk"
    assert "no disk" in caplog.text


def test_the_delay_is_for_beats_only(start, qtbot):
    job = start(numbers(), delay_s=60.0, is_beat=lambda item: item == 500)
    qtbot.waitUntil(lambda: drained(job)[-1:] == [500])
    qtbot.wait(30)
    assert drained(job)[-1] == 500


def test_a_new_speed_ends_the_delay(start, qtbot):
    job = start(numbers(), delay_s=60.0)
    qtbot.waitUntil(lambda: drained(job) == [0])
    job.set_delay(30.0)
    qtbot.waitUntil(lambda: drained(job) == [0, 1])
    job.set_delay(0.0)
    qtbot.waitUntil(lambda: len(drained(job)) > 100)


def test_a_delay_paces_the_beats(start, qtbot):
    begun = time.monotonic()
    job = start(numbers(6), delay_s=0.05)
    qtbot.waitUntil(lambda: job.state is JobState.FINISHED)
    assert 0.3 <= time.monotonic() - begun < 1.5


@pytest.mark.parametrize("seed", range(6))
def test_no_sequence_of_commands_hangs_it(start, qtbot, seed):
    """After anything at all, a job can still be told what to do, and ended."""
    chance = random.Random(seed)
    job = start(numbers(), observe=lambda: "look", observe_every_s=0.0)
    calls = []
    commands = [
        job.pause, job.resume,
        lambda: job.run_until(lambda item: item % 7 == 0),
        lambda: job.set_delay(chance.choice([0.0, 0.001, 5.0])),
        lambda: job.call(lambda: calls.append(1)),
    ]
    for _ in range(300):
        chance.choice(commands)()
        if chance.random() < 0.1:
            qtbot.wait(1)
    job.set_delay(0.0)
    job.resume()
    count = len(drained(job))
    qtbot.waitUntil(lambda: len(drained(job)) > count and not job._open_calls)
    chance.choice(commands)()
    begun = time.monotonic()
    assert job.stop_and_wait(1.0)
    assert time.monotonic() - begun < 0.5
    assert job.state is JobState.CANCELLED
    assert drained(job) == list(range(len(job.items)))


def test_jobs_that_are_over_leave_nothing_behind(qtbot):
    """A job and whoever it works for vanish together, without the garbage collector."""
    import gc
    import weakref

    class Owner:
        def __init__(self) -> None:
            self.job = Job(self.events, observe=self.look)

        def events(self) -> Iterator[object]:
            yield from numbers(3)()

        def look(self) -> None:
            return None

    gc.collect()
    gc.disable()
    try:
        owner = Owner()
        owner.job.start()
        assert owner.job.wait(1000)
        qtbot.wait(1)
        gone = weakref.ref(owner), weakref.ref(owner.job)
        del owner
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()
