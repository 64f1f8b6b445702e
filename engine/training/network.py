"""The dense network of a recipe, and how its first weights are drawn."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn

from engine.training.recipe import Activation, Initialization, Output, Recipe

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    Activation.RELU: nn.ReLU,
    Activation.LEAKY_RELU: nn.LeakyReLU,
    Activation.TANH: nn.Tanh,
    Activation.SIGMOID: nn.Sigmoid,
    Activation.GELU: nn.GELU,
    Activation.SILU: nn.SiLU,
    Activation.LINEAR: nn.Identity,
}


class Linear(nn.Linear):
    """A linear layer whose first weights `initialize` draws, not torch's global random stream."""

    def reset_parameters(self) -> None:
        """Leave the memory as it is."""


class Dropout(nn.Module):
    """Dropout with a random stream of its own.

    `nn.Dropout` draws from torch's global stream, which any other thread may advance: the same
    recipe would then not give the same numbers. Kept activations are scaled by 1 / (1 − p).
    """

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p = p
        self.generator = generator

    def forward(self, activations: Tensor) -> Tensor:
        """Activations of any shape, the same shape back."""
        if not self.training or self.p == 0.0:
            return activations
        kept = torch.empty_like(activations).bernoulli_(1 - self.p, generator=self.generator)
        return activations * kept / (1 - self.p)


def build_network(recipe: Recipe, dropout_stream: torch.Generator) -> nn.Sequential:
    """The network of a recipe on the CPU: (batch, 784) float32 → (batch, 10).

    Modules are named linear1, norm1, activation1, dropout1, linear2, … The first weights depend on
    `recipe.seed` alone; torch's global random stream is not touched.
    """
    sizes = recipe.layer_sizes
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    weights = torch.Generator().manual_seed(recipe.seed)
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        linear = Linear(fan_in, fan_out)
        initialize(linear, recipe.initialization, weights)
        modules[f"linear{number}"] = linear
        if number < len(sizes) - 1:
            if recipe.batch_norm:
                modules[f"norm{number}"] = nn.BatchNorm1d(fan_out)
            modules[f"activation{number}"] = _ACTIVATIONS[recipe.activation]()
            modules[f"dropout{number}"] = Dropout(recipe.dropout, dropout_stream)
    if recipe.output is Output.SOFTMAX:
        modules["softmax"] = nn.Softmax(dim=1)
    return nn.Sequential(modules)


def initialize(linear: nn.Module, rule: Initialization, generator: torch.Generator) -> None:
    """Draw weight (fan_out, fan_in) and bias (fan_out,) of a linear layer by a rule.

    The homework's rules (2b–2e) draw N(0, σ²) or U[−a, a] and set the bias to zero. PyTorch's
    default draws both from U(±1/√fan_in), in the order of `nn.Linear.reset_parameters`, so that a
    seed gives the weights that `torch.manual_seed(seed)` gives in a plain script.
    """
    weight, bias = linear.get_parameter("weight"), linear.get_parameter("bias")
    fan_out, fan_in = weight.shape
    with torch.no_grad():
        if rule is Initialization.PYTORCH:
            bound = 1 / sqrt(fan_in)
            nn.init.kaiming_uniform_(weight, a=sqrt(5), generator=generator)
            bias.uniform_(-bound, bound, generator=generator)
            return
        bias.zero_()
        if rule is Initialization.ZEROS:
            weight.zero_()
        elif rule is Initialization.XAVIER_UNIFORM:
            limit = sqrt(6 / (fan_in + fan_out))
            weight.uniform_(-limit, limit, generator=generator)
        else:
            variance = {
                Initialization.FAN_IN: 1 / fan_in,
                Initialization.HE: 2 / fan_in,
                Initialization.FAN_OUT: 1 / fan_out,
                Initialization.XAVIER_NORMAL: 2 / (fan_in + fan_out),
            }[rule]
            weight.normal_(0.0, sqrt(variance), generator=generator)
