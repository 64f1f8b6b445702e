"""The optimisers of a recipe: torch's own arithmetic, without what torch's classes bring along.

The first step of a `torch.optim.Optimizer` imports torch's compiler, which Chalknet never uses: a
second and 80 MB. The functions beneath the classes are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adam import adam
from torch.optim.adamw import adamw
from torch.optim.sgd import sgd

from engine.training.recipe import Optimizer

MOMENTUM = 0.9

#: What each optimiser remembers of every parameter from step to step, under torch's names.
MEMORIES: dict[Optimizer, tuple[str, ...]] = {
    Optimizer.SGD: (),
    Optimizer.MOMENTUM: ("momentum_buffer",),
    Optimizer.ADAM: ("exp_avg", "exp_avg_sq", "step"),
    Optimizer.ADAMW: ("exp_avg", "exp_avg_sq", "step"),
}


class Descent:
    """Moves parameters against their gradients by one optimiser's rule, with torch's defaults.

    `memory` has one list for each name in `MEMORIES`, with one tensor a parameter: a scalar for
    the steps taken so far, else of the parameter's shape. All start at zero.
    """

    def __init__(
        self, kind: Optimizer, parameters: Iterable[nn.Parameter], weight_decay: float
    ) -> None:
        self.parameters = list(parameters)
        self.weight_decay = weight_decay
        self.memory = {
            name: [
                torch.zeros((), device=p.device) if name == "step" else torch.zeros_like(p)
                for p in self.parameters
            ]
            for name in MEMORIES[kind]
        }
        self._move = self._rule(kind)

    def _rule(self, kind: Optimizer) -> Callable[..., None]:
        # Fused implementations do all parameters in one call, several times faster for small
        # networks; where a device has none, torch goes through them one by one.
        fused = self.parameters[0].device.type in ("cpu", "cuda")
        if kind in (Optimizer.ADAM, Optimizer.ADAMW):
            function: Callable[..., None] = adam if kind is Optimizer.ADAM else adamw
            settings: dict[str, Any] = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False}
            first, second, steps = (self.memory[name] for name in MEMORIES[kind])
            state: dict[str, Any] = {
                "exp_avgs": first, "exp_avg_sqs": second, "max_exp_avg_sqs": [],
                "state_steps": steps,
            }
        else:
            function = sgd
            momentum = MOMENTUM if kind is Optimizer.MOMENTUM else 0.0
            settings = {"momentum": momentum, "dampening": 0.0, "nesterov": False}
            buffers = self.memory.get("momentum_buffer", [None] * len(self.parameters))
            state = {"momentum_buffer_list": buffers}
        return partial(function, **state, **settings, fused=fused, foreach=False, maximize=False)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """One step along the gradients that the last backward pass has left."""
        gradients: list[Tensor] = [p.grad for p in self.parameters if p.grad is not None]
        self._move(
            self.parameters, gradients, lr=learning_rate, weight_decay=self.weight_decay
        )
