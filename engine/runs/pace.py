"""How fast a run goes, and how long it will still take, from what it did in the last seconds."""

from __future__ import annotations

from collections import deque


class Pace:
    """A sliding window over (time, steps, images); rests do not count."""

    WINDOW_S = 6.0

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int, int]] = deque()

    def note(self, now: float, steps: int, images: int) -> None:
        """At time `now` (s), `steps` steps and `images` images are done in total."""
        self._marks.append((now, steps, images))
        while now - self._marks[0][0] > self.WINDOW_S:
            self._marks.popleft()

    def rest(self) -> None:
        """The run pauses: forget the window."""
        self._marks.clear()

    @property
    def images_per_second(self) -> float | None:
        """Training images a second, evaluations included in the time; None before one second."""
        return self._rate(2)

    def seconds_left(self, steps: int) -> float | None:
        """How long `steps` more steps take at this pace; None while that is unknown."""
        rate = self._rate(1)
        return steps / rate if rate else None

    def _rate(self, column: int) -> float | None:
        if len(self._marks) < 2:
            return None
        first, last = self._marks[0], self._marks[-1]
        seconds = last[0] - first[0]
        return (last[column] - first[column]) / seconds if seconds >= 1 else None


def duration_text(seconds: float) -> str:
    """A duration as one reads it: "16 s", "2 min 5 s", "1 h 3 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
