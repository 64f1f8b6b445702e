"""The look inside, against numbers worked out here."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from toys import BUSY, SMALL, finish

from engine.data.images import ImageSet
from engine.training.events import Step
from engine.training.recipe import Activation, Initialization, Output
from engine.training.run import Training

WATCHED = np.array([3, 0, 119])


def stopped_after(training: Training, steps: int) -> Training:
    for event in training.events():
        if isinstance(event, Step) and event.step == steps:
            break
    return training


def mean_square_root(values: torch.Tensor) -> float:
    return float((values.detach().double() ** 2).mean().sqrt())


def test_probabilities_are_the_softmax_in_evaluation_mode(images: ImageSet):
    training = stopped_after(Training(BUSY, images), 5)
    inside = training.inspect(WATCHED, 5)
    training.network.eval()
    pixels = torch.from_numpy(images.test_images[WATCHED].reshape(3, 784))
    logits = training.network(training.pixels.inputs(pixels)).detach().double()
    shares = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    assert inside.probabilities == pytest.approx(shares.numpy(), abs=1e-6)
    assert inside.step == 5


def test_a_network_that_ends_in_a_softmax_gives_its_outputs(images: ImageSet):
    training = Training(SMALL.replaced(output=Output.SOFTMAX), images)
    inputs = training.pixels.inputs(training.test.images[:3])
    outputs = training.network.eval()(inputs).detach().numpy()
    assert training.inspect(np.arange(3), 5).probabilities == pytest.approx(outputs)


def test_layer_reports_by_hand(images: ImageSet):
    recipe = SMALL.replaced(optimizer="sgd", learning_rate=0.1)
    training = stopped_after(Training(recipe, images), 2)
    training.inspect(WATCHED, 5)
    before = [p.detach().clone() for p in training.network.parameters()]
    stopped_after(training, 3)
    inside = training.inspect(WATCHED, 5)
    after = list(training.network.parameters())
    values = training.pixels.inputs(training.test.images)  # fewer than the probe would take
    for number, layer in enumerate(inside.layers):
        weight, bias = after[2 * number].detach(), after[2 * number + 1].detach()
        values = values @ weight.T + bias
        if number < 2:
            values = values.clamp(min=0)
            assert layer.dead_share == pytest.approx(float((values == 0).all(0).float().mean()))
        else:
            assert layer.dead_share is None
        assert layer.weight_rms == pytest.approx(mean_square_root(weight), rel=1e-5)
        assert layer.gradient_rms == pytest.approx(
            mean_square_root(after[2 * number].grad), rel=1e-5
        )
        update = mean_square_root(weight - before[2 * number])
        assert layer.update_rms == pytest.approx(update, rel=1e-5)
        assert layer.update_rms == pytest.approx(0.1 * layer.gradient_rms, rel=1e-3)
        assert layer.update_ratio == pytest.approx(update / mean_square_root(weight), rel=1e-5)
        assert layer.activation_mean == pytest.approx(float(values.mean()), abs=1e-6)
        assert layer.activation_rms == pytest.approx(mean_square_root(values), rel=1e-5)
    sizes = [(layer.fan_in, layer.fan_out) for layer in inside.layers]
    assert sizes == list(pairwise(SMALL.layer_sizes))
    assert [layer.name for layer in inside.layers] == ["linear1", "linear2", "linear3"]


def test_before_the_first_step_there_is_no_gradient(images: ImageSet):
    for layer in Training(SMALL, images).inspect(WATCHED, 5).layers:
        assert np.isnan([layer.gradient_rms, layer.update_rms, layer.update_ratio]).all()
        assert layer.weight_rms > 0


def test_all_zero_weights_are_all_dead(images: ImageSet):
    training = Training(SMALL.replaced(initialization=Initialization.ZEROS), images)
    finish(training)
    first, second, _ = training.inspect(WATCHED, 5).layers
    assert first.dead_share == second.dead_share == 1.0
    assert first.gradient_rms == 0.0
    assert np.isnan(first.update_ratio)


def test_a_sigmoid_is_never_dead(images: ImageSet):
    training = Training(SMALL.replaced(activation=Activation.SIGMOID), images)
    assert [layer.dead_share for layer in training.inspect(WATCHED, 5).layers] == [0.0, 0.0, None]


@pytest.mark.parametrize(("units", "shown"), [(0, 0), (5, 5), (16, 16), (99, 16)])
def test_first_layer_images_are_copies_of_its_weights(images: ImageSet, units: int, shown: int):
    training = Training(SMALL, images)
    first_layer = training.inspect(WATCHED, units).first_layer
    assert first_layer.shape == (shown, 28, 28)
    weight = training.network[0].weight.detach().numpy()
    assert np.array_equal(first_layer, weight[:units].reshape(-1, 28, 28))
    first_layer[:] = 0
    assert training.network[0].weight.any()


def test_without_hidden_layers(images: ImageSet):
    training = Training(SMALL.replaced(hidden=()), images)
    finish(training)
    inside = training.inspect(WATCHED, 99)
    assert inside.first_layer.shape == (10, 28, 28)
    assert [layer.dead_share for layer in inside.layers] == [None]
