"""Matrix products stay on one thread, whichever thread asks for it, and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import threadpoolctl

from engine.initialization.crew import Crew, products_on_one_thread


def threads() -> set[int]:
    """How many threads NumPy's products may have, one number for each of its libraries."""
    assert (np.ones((2, 2)) @ np.ones((2, 2)) == 2).all()
    libraries = threadpoolctl.ThreadpoolController().select(internal_api="openblas")
    return {library["num_threads"] for library in libraries.info()}


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    """What a machine with two cores has at first, whatever the tests are run with."""
    before = threads()
    set_threads(2)
    assert threads() == {2}
    yield
    assert threads() == {2}
    set_threads(*before)


def set_threads(count: int) -> None:
    found = threadpoolctl.ThreadpoolController().select(internal_api="openblas")
    for library in found.lib_controllers:
        library.clear_controlling_thread(force=True)
        library.set_num_threads(count)
        library.clear_controlling_thread(force=True)


def threads_within() -> set[int]:
    with products_on_one_thread():
        return threads()


def test_every_thread_gets_its_limit_and_gives_it_back() -> None:
    before = threads()
    assert threads_within() == {1}
    for _ in range(3):
        with ThreadPoolExecutor(1) as other:
            assert other.submit(threads_within).result() == {1}
        assert threads() == before
        assert threads_within() == {1}
        assert threads() == before


def test_the_last_user_lifts_the_limit_whichever_set_it() -> None:
    before = threads()
    with ThreadPoolExecutor(1) as other:
        limit = products_on_one_thread()
        other.submit(limit.__enter__).result()
        with products_on_one_thread():
            assert threads() == {1}
            other.submit(limit.__exit__, None, None, None).result()
            assert threads() == {1}
        assert threads() == before


def test_a_crew_works_under_the_limit() -> None:
    before = threads()
    with ThreadPoolExecutor(1) as other, Crew(2) as crew:
        assert crew.start(threads).result() == {1}
        assert other.submit(threads_within).result() == {1}
        assert threads() == {1}
    assert threads() == before
