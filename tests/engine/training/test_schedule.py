"""Learning-rate schedules against PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR

from engine.training.recipe import Schedule
from engine.training.schedule import learning_rate_at


def rates_of(scheduler: LRScheduler, optimizer: torch.optim.Optimizer, steps: int) -> list[float]:
    rates = []
    for step in range(steps):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    return rates


def sgd(rate: float) -> torch.optim.Optimizer:
    parameter = torch.nn.Parameter(torch.zeros(1))
    parameter.grad = torch.zeros(1)
    return torch.optim.SGD([parameter], lr=rate)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 10, 469, 1000])
@pytest.mark.parametrize("rate", [0.003, 1.0])
def test_one_cycle(steps: int, rate: float):
    optimizer = sgd(rate)
    scheduler = OneCycleLR(optimizer, max_lr=rate, total_steps=steps, cycle_momentum=False)
    ours = [learning_rate_at(Schedule.ONE_CYCLE, rate, s, steps) for s in range(steps)]
    assert ours == pytest.approx(rates_of(scheduler, optimizer, steps), rel=1e-9)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 469, 1000])
@pytest.mark.parametrize("rate", [0.003, 1.0])
def test_cosine(steps: int, rate: float):
    optimizer = sgd(rate)
    scheduler = CosineAnnealingLR(optimizer, T_max=steps)
    ours = [learning_rate_at(Schedule.COSINE, rate, s, steps) for s in range(steps)]
    # PyTorch multiplies from step to step; near the end its rounding errors show.
    assert ours == pytest.approx(rates_of(scheduler, optimizer, steps), rel=1e-6, abs=1e-12)


def test_constant():
    assert {learning_rate_at(Schedule.CONSTANT, 0.3, s, 9) for s in range(9)} == {0.3}
