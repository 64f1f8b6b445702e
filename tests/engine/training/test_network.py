"""The network of a recipe: its weights at birth, its layers, its dropout."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from toys import recipes

from engine.training.network import Dropout, build_network, initialize
from engine.training.recipe import Activation, Initialization, Output, Recipe
from engine.training.summary import summarize


def build(recipe: Recipe) -> nn.Sequential:
    return build_network(recipe, torch.Generator().manual_seed(1))


@pytest.mark.parametrize("seed", [0, 80085])
def test_first_weights_are_those_of_a_plain_script(seed: int):
    torch.manual_seed(seed)
    plain = nn.Sequential(
        nn.Linear(784, 256), nn.ReLU(),
        nn.Linear(256, 128), nn.ReLU(),
        nn.Linear(128, 64), nn.ReLU(),
        nn.Linear(64, 10),
    )  # fmt: skip
    ours = list(build(Recipe(seed=seed)).parameters())
    for mine, theirs in zip(ours, plain.parameters(), strict=True):
        assert torch.equal(mine, theirs)


RULES = {
    Initialization.FAN_IN: lambda n_in, _: 1 / n_in,
    Initialization.HE: lambda n_in, _: 2 / n_in,
    Initialization.FAN_OUT: lambda _, n_out: 1 / n_out,
    Initialization.XAVIER_NORMAL: lambda n_in, n_out: 2 / (n_in + n_out),
    Initialization.XAVIER_UNIFORM: lambda n_in, n_out: 2 / (n_in + n_out),
    Initialization.PYTORCH: lambda n_in, _: 1 / (3 * n_in),
}


@pytest.mark.parametrize("rule", RULES)
def test_variances_are_those_of_the_rules(rule: Initialization):
    n_in, n_out = 1500, 700
    linear = nn.Linear(n_in, n_out)
    initialize(linear, rule, torch.Generator().manual_seed(3))
    variance = RULES[rule](n_in, n_out)
    weight = linear.weight.detach().double()
    # The standard error of a normal sample's variance is σ²·√(2/n), here 0.14 %.
    assert float(weight.var()) == pytest.approx(variance, rel=0.01)
    assert abs(float(weight.mean())) < 5 * (variance / weight.numel()) ** 0.5
    if rule in (Initialization.PYTORCH, Initialization.XAVIER_UNIFORM):
        limit = (3 * variance) ** 0.5
        assert 0.999 * limit < float(weight.abs().max()) <= limit * (1 + 1e-6)
    else:
        kurtosis = float((weight**4).mean() / (weight**2).mean() ** 2)
        assert kurtosis == pytest.approx(3, rel=0.02)
    if rule is Initialization.PYTORCH:
        assert 0 < float(linear.bias.detach().abs().max()) <= 1 / n_in**0.5
    else:
        assert not linear.bias.any()


def test_zeros():
    assert all(not p.any() for p in build(Recipe(initialization=Initialization.ZEROS)).parameters())


def test_the_homework_network_has_242762_parameters():
    assert sum(row.parameters for row in summarize(Recipe())) == 242_762
    assert sum(parameter.numel() for parameter in build(Recipe()).parameters()) == 242_762


@settings(max_examples=40)
@given(recipes(hidden=[], seed=3), st.lists(st.integers(1, 40), max_size=6))
def test_the_summary_is_of_the_network_that_is_built(recipe: Recipe, hidden: list[int]):
    recipe = recipe.replaced(hidden=hidden)
    network = build(recipe).eval()
    modules = dict(network.named_children())
    rows = summarize(recipe)
    # Dropout of 0 is a module, so that it can be raised in mid-run, but no line worth reading.
    hidden_rows = modules.keys() - {row.name for row in rows}
    assert all(name.startswith("dropout") for name in hidden_rows)
    assert bool(hidden_rows) == (recipe.dropout == 0 and bool(hidden))
    values = torch.zeros(2, 784)
    described = {row.name: row for row in rows}
    order = []
    for name, module in modules.items():
        values = module(values)
        if name in described:
            order.append(name)
            assert described[name].output_size == values.shape[1]
            assert described[name].parameters == sum(p.numel() for p in module.parameters())
    assert order == [row.name for row in rows]
    assert values.shape == (2, 10)


@pytest.mark.parametrize(
    ("activation", "formula"),
    [
        (Activation.RELU, lambda z: z.clamp(min=0)),
        (Activation.LEAKY_RELU, lambda z: torch.where(z > 0, z, 0.01 * z)),
        (Activation.TANH, lambda z: (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())),
        (Activation.SIGMOID, lambda z: 1 / (1 + (-z).exp())),
        (Activation.GELU, lambda z: z * (1 + torch.erf(z / 2**0.5)) / 2),
        (Activation.LINEAR, lambda z: z),
    ],
)
def test_the_forward_pass_by_hand(activation: Activation, formula):
    network = build(Recipe(hidden=(20, 12), activation=activation)).eval()
    parameters = [p.detach().double() for p in network.parameters()]
    inputs = torch.rand(5, 784, generator=torch.Generator().manual_seed(2))
    values = inputs.double()
    for number, (weight, bias) in enumerate(zip(parameters[::2], parameters[1::2], strict=True)):
        values = values @ weight.T + bias
        if number < 2:
            values = formula(values)
    assert torch.allclose(network(inputs).double(), values, atol=1e-5)


def test_softmax_ends_in_probabilities():
    outputs = build(Recipe(output=Output.SOFTMAX))(torch.rand(3, 784))
    assert torch.allclose(outputs.sum(dim=1), torch.ones(3))


def test_batch_norm_stands_before_the_activation():
    names = list(dict(build(Recipe(hidden=(8, 4), batch_norm=True)).named_children()))
    assert names == [
        "linear1", "norm1", "activation1", "dropout1",
        "linear2", "norm2", "activation2", "dropout2", "linear3",
    ]  # fmt: skip


def test_layer_sizes_are_those_of_the_linear_layers():
    recipe = Recipe(hidden=(33, 5))
    linear = [m for m in build(recipe) if isinstance(m, nn.Linear)]
    sizes = [(m.in_features, m.out_features) for m in linear]
    assert sizes == list(pairwise(recipe.layer_sizes)) == [(784, 33), (33, 5), (5, 10)]


def test_dropout_keeps_the_expectation():
    dropout = Dropout(0.3, torch.Generator().manual_seed(0))
    ones = torch.ones(1000, 1000)
    dropped = dropout(ones)
    assert dropped.unique().tolist() == pytest.approx([0, 1 / 0.7])
    assert float((dropped == 0).float().mean()) == pytest.approx(0.3, abs=0.002)
    assert float(dropped.mean()) == pytest.approx(1, abs=0.005)
    assert not torch.equal(dropped, dropout(ones))


def test_dropout_is_the_identity_in_evaluation_and_at_0():
    stream = torch.Generator().manual_seed(0)
    before = stream.get_state()
    values = torch.rand(10, 10)
    assert Dropout(0.5, stream).eval()(values) is values
    assert Dropout(0.0, stream)(values) is values
    assert torch.equal(stream.get_state(), before)


def test_dropout_passes_gradients_through_what_it_kept():
    dropout = Dropout(0.5, torch.Generator().manual_seed(0))
    values = torch.rand(50, 50, requires_grad=True)
    dropped = dropout(values)
    dropped.sum().backward()
    assert torch.equal(values.grad, torch.where(dropped == 0, 0.0, 2.0))


def test_dropout_has_a_stream_of_its_own():
    values = torch.rand(30, 30)

    def draw(advance: int) -> torch.Tensor:
        dropout = Dropout(0.5, torch.Generator().manual_seed(7))
        torch.rand(advance)
        return dropout(values)

    assert torch.equal(draw(0), draw(13))
    before = torch.get_rng_state()
    draw(0)
    assert torch.equal(torch.get_rng_state(), before)
