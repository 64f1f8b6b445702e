"""Looking inside a network without touching it: no random number drawn, no mode left changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.training.network import Dropout


@dataclass(frozen=True, slots=True)
class LayerReport:
    """Statistics of one linear layer and the activation behind it.

    `weight_rms`, `gradient_rms` (∂L/∂W of the last step) and `update_rms` are root mean squares
    over all weights of the layer, nan where there was no step yet. Activations are taken on the
    probe images: `activation_mean` and `activation_rms` over units and images, `dead_share` is the
    share of units that give exactly 0 for every probe image, None behind the last layer.
    """

    name: str
    fan_in: int
    fan_out: int
    weight_rms: float
    gradient_rms: float
    update_rms: float
    activation_mean: float
    activation_rms: float
    dead_share: float | None

    @property
    def update_ratio(self) -> float:
        """update / weight: about 1e-3 is a healthy pace."""
        return self.update_rms / self.weight_rms if self.weight_rms > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look inside, after `step` steps.

    `watched` (k,) int64 are the indices of the test images looked at, `probabilities` (k, 10)
    float32 what the network says of them; `first_layer` (m, 28, 28)
    float32, the weights into the first m units of layer 1; `layers` one report a linear layer.
    """

    step: int
    watched: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    first_layer: NDArray[np.float32]
    layers: tuple[LayerReport, ...]


def linear_layers(network: nn.Sequential) -> list[nn.Linear]:
    """The linear layers in order."""
    return [module for module in network if isinstance(module, nn.Linear)]


def rms(tensor: Tensor | None) -> float:
    """The root mean square over all entries; nan for None."""
    if tensor is None:
        return float("nan")
    return float(torch.linalg.vector_norm(tensor.detach()) / max(tensor.numel(), 1) ** 0.5)


def layer_reports(
    network: nn.Sequential, probe: Tensor, update_rms: dict[str, float]
) -> tuple[LayerReport, ...]:
    """A report for each linear layer; `probe` are inputs (n, 784)."""
    activations = _activations(network, probe)
    reports = []
    names = [name for name, module in network.named_children() if isinstance(module, nn.Linear)]
    for name, layer in zip(names, linear_layers(network), strict=True):
        hidden = activations[name]
        is_last = name == names[-1]
        dead = None if is_last else float((hidden == 0).all(dim=0).float().mean())
        reports.append(
            LayerReport(
                name=name,
                fan_in=layer.in_features,
                fan_out=layer.out_features,
                weight_rms=rms(layer.weight),
                gradient_rms=rms(layer.weight.grad),
                update_rms=update_rms.get(name, float("nan")),
                activation_mean=float(hidden.mean()),
                activation_rms=rms(hidden),
                dead_share=dead,
            )
        )
    return tuple(reports)


def _activations(network: nn.Sequential, inputs: Tensor) -> dict[str, Tensor]:
    """For each linear layer the activation that follows it (logits behind the last), (n, units)."""
    found: dict[str, Tensor] = {}
    linear = ""
    was_training = network.training
    network.eval()
    try:
        with torch.no_grad():
            for name, module in network.named_children():
                if isinstance(module, Dropout):
                    continue  # the identity in evaluation mode
                inputs = module(inputs)
                if isinstance(module, nn.Linear):
                    linear = name
                found[linear] = inputs
    finally:
        network.train(was_training)
    return found
