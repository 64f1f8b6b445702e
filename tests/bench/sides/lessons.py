"""Every place of every lesson entered in the real window: directly, and how long it takes.

    python -m tests.bench.sides.lessons

A place is entered when its specs are set, its tab is in front, and everything was painted.
"""

from __future__ import annotations

import time

import numpy as np

from gui.stage import Stage
from tests.bench.sides.outcome import report


def main() -> None:
    with Stage() as stage:
        window = stage.window
        stage.wait(lambda: window.lecture is not None, 60, "the lecture layer was there")
        assert window.lecture is not None
        lecturer = window.lecture.lecturer
        stage.wait(lambda: lecturer.library is not None, 60, "the lessons were read")
        for key in window.tab_keys:
            window.show_tab(key)
            stage.rest(0.5)
        assert lecturer.library is not None
        waits, unlike, where = [], 0, ""
        for lesson in lecturer.library.lessons:
            lecturer.open(lesson.key)
            places = [*lesson.places, *reversed(lesson.places)]
            for place in places:
                start = time.perf_counter()
                lecturer.go_to(place)
                stage.app.processEvents()
                waits.append(time.perf_counter() - start)
                if waits[-1] == max(waits):
                    where = f"{lesson.key}, step {place.step + 1}"
                state = lesson.at(place)
                specs = window.specs()
                unlike += any(specs[tab] != spec for tab, spec in state.specs.items())
    report(
        longest_s=max(waits), p50_s=float(np.median(waits)), places=len(waits), unlike=unlike,
        where=where,
    )


if __name__ == "__main__":
    main()
