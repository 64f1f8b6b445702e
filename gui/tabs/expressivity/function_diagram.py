"""The network of scene 3 as its diagram shows it."""

from __future__ import annotations

import numpy as np

from engine.expressivity.network import StepNetwork
from engine.expressivity.spec import FunctionSpec
from gui.widgets.network_diagram import DiagramLayer


def network_layers(network: StepNetwork, function: FunctionSpec) -> list[DiagramLayer]:
    """One input, the hidden neurons, their sum; numbers change by a part of what they range over.
    """
    scale = float(np.abs(network.output_weight).max(initial=0.0)) or 1.0
    return [
        DiagramLayer("x", 1, "input", names=("x",)),
        DiagramLayer(
            function.activation.label.partition(":")[0], len(network), function.activation.value,
            weights=network.hidden_weight[:, None], biases=network.hidden_bias,
            weight_step=0.01, bias_step=2 * function.half_width / 400, neutral=True,
        ),
        DiagramLayer(
            "y", 1, "sum", weights=network.output_weight[None, :],
            biases=np.array([network.output_bias]), weight_symbol="v", bias_symbol="c",
            weight_step=scale / 200,
        ),
    ]
