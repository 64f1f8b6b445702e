"""A probe's pass written plainly, and with torch's autograd: what the fast one is held against."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from engine.initialization.inputs import draw_inputs
from engine.initialization.probe import draw_start, scheme_weights, standard_draw_of
from engine.initialization.schemes import Scheme
from engine.initialization.spec import Activation, ProbeSpec

FUNCTIONS = {
    Activation.LINEAR: lambda z: z * 1,
    Activation.RELU: torch.relu,
    Activation.LEAKY_RELU: torch.nn.functional.leaky_relu,
    Activation.TANH: torch.tanh,
    Activation.SIGMOID: torch.sigmoid,
    Activation.GELU: torch.nn.functional.gelu,
    Activation.SILU: torch.nn.functional.silu,
}


class SlowPass:
    """All z, a and their gradients of one seed, as lists of (B, n) float64 arrays."""

    def __init__(self, spec: ProbeSpec, scheme: Scheme, number: int, images=None) -> None:
        inputs = draw_inputs(spec, number, images)
        layers = len(spec.layer_widths) - 1
        draws = [
            next(w for w in standard_draw_of(spec, scheme.law, number, layer) if w is not None)
            for layer in range(layers)
        ]
        weights = scheme_weights(spec, scheme, draws, number)
        start = draw_start(spec, number)
        a = torch.tensor(inputs.x, dtype=torch.float64)
        self.inputs = inputs.x
        self.weights, zs, activations = [], [], []
        for layer, (fan_in, fan_out) in enumerate(pairwise(spec.layer_widths)):
            w = torch.tensor(draws[layer].astype(np.float64) * weights.scales[layer])
            assert w.shape == (fan_in, fan_out)
            w.requires_grad_()
            z = a @ w
            if (bias := weights.biases[layer]) is not None:
                z = z + torch.tensor(bias.astype(np.float64))
            z.retain_grad()
            a = FUNCTIONS[spec.activation](z) if layer < layers - 1 else z
            if layer < layers - 1:
                a.retain_grad()
            self.weights.append(w)
            zs.append(z)
            activations.append(a)
        if start is None:
            labels = torch.tensor(inputs.labels)
            loss = torch.nn.functional.cross_entropy(a, labels, reduction="sum")
            self.loss = float(loss.detach()) / len(labels)
        else:
            loss = (a * torch.tensor(start.astype(np.float64))).sum()
            self.loss = None
        loss.backward()
        self.z = [z.detach().numpy() for z in zs]
        self.a = [a.detach().numpy() for a in activations]
        self.gradients = [z.grad.numpy() for z in zs]
        self.gradients_post = [a.grad.numpy() for a in activations]
