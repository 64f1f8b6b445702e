"""The oracle: backpropagation as the usual homework notebook has it.

One function per pass, lists of layers, fresh arrays. It knows nothing of the engine.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize(sizes, rng):
    weights, biases = [], []
    for n_in, n_out in pairwise(sizes):
        weights.append(rng.normal(scale=1 / np.sqrt(max(n_in, n_out)), size=(n_in, n_out)))
        biases.append(np.zeros(n_out))
    return weights, biases


def softmax(logits):
    exponentials = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def forward(x, weights, biases):
    activations = [x]
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(sigmoid(activations[-1] @ w + b))
    logits = activations[-1] @ weights[-1] + biases[-1]
    return activations, logits


def cross_entropy(logits, label):
    top = np.max(logits, axis=-1, keepdims=True)
    log_sum = np.squeeze(top, -1) + np.log(np.sum(np.exp(logits - top), axis=-1))
    return log_sum - np.take_along_axis(logits, np.expand_dims(label, -1), -1).squeeze(-1)


def backward(activations, logits, label, weights):
    target = np.zeros(len(logits))
    target[label] = 1
    delta = softmax(logits) - target
    gradients = []
    for layer in reversed(range(len(weights))):
        gradients.insert(0, (np.outer(activations[layer], delta), delta))
        if layer > 0:
            a = activations[layer]
            delta = (weights[layer] @ delta) * a * (1 - a)
    return gradients


def train_sample(x, label, weights, biases, learning_rate):
    """One sample, all gradients before any weight moves; its loss before the update."""
    activations, logits = forward(x, weights, biases)
    gradients = backward(activations, logits, label, weights)
    for layer, (grad_w, grad_b) in enumerate(gradients):
        weights[layer] = weights[layer] - learning_rate * grad_w
        biases[layer] = biases[layer] - learning_rate * grad_b
    return cross_entropy(logits, label)


def evaluate(images, labels, weights, biases):
    """Mean loss and number of hits on a whole set, images (n, n_in)."""
    _, logits = forward(images, weights, biases)
    return np.mean(cross_entropy(logits, labels)), int(np.sum(np.argmax(logits, -1) == labels))


def train_homework(train_x, train_y, test_x, test_y, *, seed=80085, epochs=3, rate=0.003):
    """The homework recipe; yields (epoch, test loss, test hits) before and after each epoch."""
    rng = np.random.default_rng(seed)
    weights, biases = initialize((784, 32, 32, 10), rng)
    yield 0, *evaluate(test_x, test_y, weights, biases)
    for epoch in range(1, epochs + 1):
        for i in rng.permutation(len(train_x)):
            train_sample(train_x[i], train_y[i], weights, biases, rate)
        yield epoch, *evaluate(test_x, test_y, weights, biases)
