"""A grid network as a file of plain weights, and as the equivalent PyTorch module.

The file is that of `engine.expressivity.weights`, with the three layers step, step and linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import ChalknetError, SpecError
from engine.expressivity.cost import written
from engine.expressivity.grid import GridNetwork
from engine.expressivity.weights import Layer, read_layers
from engine.files import write_atomically
from engine.words import say

if TYPE_CHECKING:
    from torch import nn

Floats = NDArray[np.float64]

#: Weights that are still written out one by one, almost all of them 0.
MOST_WEIGHTS = 20_000_000
#: Rows of layer 2 that are in memory at a time.
BLOCK = 1000


def dense_weights(network: GridNetwork) -> int:
    """How many weights and biases the network has when every 0 is written out."""
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(network.layer_sizes()))


def check_size(network: GridNetwork) -> None:
    """Raise `SpecError` where the dense weights are too many to write out."""
    count = dense_weights(network)
    if count > MOST_WEIGHTS:
        raise SpecError(
            say("The network has {count} weights when every 0 is written out, and {most} are the "
                "most for a file; use fewer cells or dimensions.", count=written(count),
                most=written(MOST_WEIGHTS))
        )


def write_grid_weights(path: Path, network: GridNetwork) -> None:
    """Write every weight and bias as JSON; layer 2 goes in blocks, so that memory stays small.

    Raises `SpecError` where they are too many, `ChalknetError` where the file cannot be written.
    """
    check_size(network)

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            _write_layers(network, file)

    try:
        write_atomically(path, write)
    except OSError as error:
        raise ChalknetError(
            say("The weights cannot be written to {file} ({why}); name another file.", file=path,
                why=error.strerror)
        ) from error


def _write_layers(network: GridNetwork, file: TextIO) -> None:
    weight, bias = network.edge_weights()
    _, _, cells, _ = network.layer_sizes()
    file.write('{"layers": [\n')
    file.write(f'{{"weight": {_json(weight)}, "bias": {_json(bias)}, "activation": "step"}},\n')
    file.write('{"weight": [\n')
    for number, rows in enumerate(_cell_blocks(network)):
        file.write(",\n" if number else "")
        file.write(",\n".join(_json(row) for row in rows))
    cell_bias = [0.5 - network.dimensions] * cells
    file.write(f'\n], "bias": {_json(cell_bias)}, "activation": "step"}},\n')
    heights = network.heights.reshape(1, -1)
    file.write(f'{{"weight": {_json(heights)}, "bias": [0], "activation": "linear"}}\n')
    file.write(f'], "u0": {network.at_zero}}}\n')


def _cell_blocks(network: GridNetwork) -> Iterator[NDArray[np.int8]]:
    cells = network.heights.size
    for start in range(0, cells, BLOCK):
        yield network.cell_weights(start, min(start + BLOCK, cells))


def _json(values: Any) -> str:
    """Numbers as JSON, floats with all the digits that they need to be read back the same."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return msgspec.json.encode(plain).decode()


def read_grid_weights(path: Path) -> GridNetwork:
    """Read a network back from its file, the same to the last bit.

    Raises `ChalknetError` with one sentence where the file cannot be read or holds no grid network.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ChalknetError(
            say("{file} cannot be read ({why}); choose another file.", file=path.name,
                why=error.strerror)
        ) from error
    layers, u0, _ = read_layers(text)
    if [layer.activation for layer in layers] != ["step", "step", "linear"] or u0 not in (0, 1):
        raise _no_grid(path, say("its layers are not step, step and linear with u0 = 0 or 1"))
    first, _, last = layers
    try:
        dimensions = first.weight.shape[1]
        edges = 0.0 - first.bias.reshape(dimensions, -1)
        shape = (edges.shape[1] - 1,) * dimensions
        network = GridNetwork(edges, last.weight.reshape(shape), int(u0))
    except (ValueError, ZeroDivisionError):
        raise _no_grid(path, say("the shapes of its weights fit no grid")) from None
    if not _has_layers(network, layers):
        raise _no_grid(path, say("its weights are not those of cells with shared edges"))
    return network


def _has_layers(network: GridNetwork, layers: Sequence[Layer]) -> bool:
    """Whether the layers are just those that the network would be written as."""
    first, second, last = layers
    _, edges, cells, _ = network.layer_sizes()
    if second.weight.shape != (cells, edges) or last.weight.shape != (1, cells):
        return False
    blocks = range(0, cells, BLOCK)
    return (
        np.array_equal(first.weight, network.edge_weights()[0])
        and all(
            np.array_equal(second.weight[start : start + BLOCK], rows)
            for start, rows in zip(blocks, _cell_blocks(network), strict=True)
        )
        and np.array_equal(second.bias, np.full(cells, 0.5 - network.dimensions))
        and np.array_equal(last.bias, [0.0])
    )


def _no_grid(path: Path, why: str) -> ChalknetError:
    return ChalknetError(
        say("{file} holds no grid network, because {why}; choose a file that Chalknet wrote.",
            file=path.name, why=why)
    )


def to_torch(network: GridNetwork) -> nn.Module:
    """The equivalent PyTorch module, (m, d) → (m, 1) in float64, with all weights dense.

    Raises `SpecError` where they are too many.
    """
    import torch

    from engine.expressivity.torch_export import Step

    check_size(network)

    def linear(weight: NDArray[Any], bias: NDArray[Any]) -> torch.nn.Linear:
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weight.astype(np.float64)))
            layer.bias.copy_(torch.from_numpy(np.asarray(bias, dtype=np.float64)))
        return layer

    cells = network.heights.size
    return torch.nn.Sequential(
        linear(*network.edge_weights()),
        Step(float(network.at_zero)),
        linear(network.cell_weights(0, cells), np.full(cells, 0.5 - network.dimensions)),
        Step(float(network.at_zero)),
        linear(network.heights.reshape(1, -1), np.zeros(1)),
    )
