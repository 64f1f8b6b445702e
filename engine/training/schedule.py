"""Learning-rate schedules as pure functions of the step, so that a resumed run needs no state."""

from math import cos, pi

from engine.training.recipe import Schedule

#: Smith & Topin 2018 as PyTorch's OneCycleLR defaults: rise for 30 % of the run from 1/25 of the
#: maximum, then fall to 1/25 / 10,000 of it, both along half a cosine.
RISE_SHARE = 0.3
START_DIVISOR = 25.0
FINAL_DIVISOR = 1e4


def learning_rate_at(schedule: Schedule, base: float, step: int, total_steps: int) -> float:
    """The learning rate of optimiser step `step` (0-based) of `total_steps`.

    `base` is the constant rate, the start of the cosine, or the maximum of one cycle.
    """
    if schedule is Schedule.COSINE:
        return base * (1 + cos(pi * step / total_steps)) / 2
    if schedule is Schedule.ONE_CYCLE:
        return _one_cycle(base, step, total_steps)
    return base


def _one_cycle(maximum: float, step: int, total_steps: int) -> float:
    start = maximum / START_DIVISOR
    final = start / FINAL_DIVISOR
    peak = RISE_SHARE * total_steps - 1
    last = total_steps - 1
    if step <= peak and peak > 0:
        return _half_cosine(start, maximum, step / peak)
    return _half_cosine(maximum, final, (step - peak) / (last - peak))


def _half_cosine(begin: float, end: float, share: float) -> float:
    return end + (begin - end) * (1 + cos(pi * share)) / 2
