"""A step network as the equivalent PyTorch module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import Activation


class Step(nn.Module):
    """u(z): 0 below zero, `at_zero` at zero, 1 above; its gradient is zero wherever it exists."""

    def __init__(self, at_zero: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("at_zero", torch.tensor(at_zero, dtype=torch.float64))

    def forward(self, z: Tensor) -> Tensor:
        return torch.heaviside(z, self.get_buffer("at_zero"))


def to_torch(network: StepNetwork) -> nn.Sequential:
    """Linear(1, H), activation, Linear(H, 1) in float64; from inputs (m, 1) to outputs (m, 1).

    The hidden bias of a matrix product with one input is added after the product, as in NumPy, so
    that steps flip at the same floats.
    """
    units = len(network)
    hidden = nn.Linear(1, units, dtype=torch.float64)
    output = nn.Linear(units, 1, dtype=torch.float64)
    with torch.no_grad():
        hidden.weight.copy_(torch.tensor(network.hidden_weight[:, None]))
        hidden.bias.copy_(torch.tensor(network.hidden_bias))
        output.weight.copy_(torch.tensor(network.output_weight[None, :]))
        output.bias.fill_(network.output_bias)
    activations: dict[Activation, nn.Module] = {
        Activation.STEP: Step(network.u0),
        Activation.SIGMOID: nn.Sigmoid(),
        Activation.RELU: nn.ReLU(),
        Activation.TANH: nn.Tanh(),
    }
    return nn.Sequential(hidden, activations[network.activation], output)
