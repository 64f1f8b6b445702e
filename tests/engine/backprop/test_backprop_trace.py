"""One sample in steps, forwards and backwards again."""

from __future__ import annotations

import numpy as np
import pytest
from backprop_samples import make_case
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backprop.building import build_network, copy_of, one_hot
from engine.backprop.spec import BackpropSpec, Bug
from engine.backprop.step_numbers import numbers_of
from engine.backprop.trace import Stepper
from engine.errors import SpecError

RATE = 0.05


def stepper_of(sizes=(6, 4, 3, 2), activation="sigmoid", bug=Bug.NONE) -> Stepper:
    case = make_case(sizes, activation, bug=bug)
    return Stepper(case.network, case.x[0], case.y[0], RATE)


def state(stepper: Stepper) -> dict[str, bytes | None]:
    arrays = {name: stepper.array(name) for name in stepper.names}
    return {name: None if a is None else a.tobytes() for name, a in arrays.items()}


@pytest.mark.parametrize("bug", Bug)
@settings(deadline=None, max_examples=10)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=5),
    activation=st.sampled_from(["sigmoid", "tanh", "relu"]),
)
def test_back_restores_every_array_bit_for_bit(bug: Bug, sizes: list[int], activation: str):
    stepper = stepper_of(sizes, activation, bug)
    states = [state(stepper)]
    while stepper.forward():
        states.append(state(stepper))
    assert len(states) == len(stepper.steps) + 1
    assert not stepper.forward()
    for expected in reversed(states[:-1]):
        assert stepper.back()
        assert state(stepper) == expected
    assert not stepper.back()


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(-3, 25), min_size=1, max_size=12))
def test_jumping_about_ends_where_walking_does(positions: list[int]):
    stepper, walker = stepper_of(), stepper_of()
    for position in positions:
        stepper.jump(position)
    for _ in range(min(max(positions[-1], 0), len(walker.steps))):
        walker.forward()
    assert stepper.position == walker.position
    assert state(stepper) == state(walker)


@pytest.mark.parametrize("bug", Bug)
def test_all_steps_are_one_pass_of_the_page(bug: Bug):
    case = make_case((6, 4, 3, 2), bug=bug)
    stepper = Stepper(case.network, case.x[0], case.y[0], RATE)
    stepper.jump(len(stepper.steps))
    own = copy_of(case.network)
    own.forward(case.x)
    assert stepper.loss == own.loss(case.y)
    own.backward(case.y)
    own.update(RATE)
    np.testing.assert_array_equal(stepper.array("p"), own.p[0])
    for k in own.layers:
        np.testing.assert_array_equal(stepper.array(f"delta{k}"), own.delta[k][0])
        np.testing.assert_array_equal(stepper.array(f"grad_W{k}"), own.grad_w[k])
        np.testing.assert_allclose(stepper.array(f"W{k}"), own.w[k], rtol=0, atol=1e-15)
        np.testing.assert_allclose(stepper.array(f"b{k}"), own.b[k][0], rtol=0, atol=1e-15)


def test_steps_of_the_homework():
    network, rng = build_network(BackpropSpec())
    before = rng.bit_generator.state, network.theta.copy()
    stepper = Stepper(network, np.zeros(784), one_hot(7)[0], 0.003)
    assert [step.key for step in stepper.steps] == [
        "input", "z1", "a1", "z2", "a2", "z3", "shift", "exp", "normalise", "loss",
        "delta3", "grad3", "delta2", "grad2", "delta1", "grad1", "update",
    ]
    assert stepper.steps[12].name == "δ² = (W³δ³) ⊙ σ′(z²)"
    assert stepper.steps[11].writes == ("grad_W3", "grad_b3")
    assert stepper.shape("W1") == (784, 32)
    stepper.jump(17)
    assert rng.bit_generator.state == before[0]
    np.testing.assert_array_equal(network.theta, before[1])


def test_without_hidden_layers_there_is_one_delta():
    keys = [step.key for step in stepper_of((4, 3)).steps]
    assert keys == [
        "input", "z1", "shift", "exp", "normalise", "loss", "delta1", "grad1", "update",
    ]


def test_what_a_step_writes_is_what_changes():
    stepper = stepper_of()
    before = state(stepper)
    while stepper.forward():
        after = state(stepper)
        changed = {name for name in after if after[name] != before[name]}
        assert changed <= set(stepper.changed), stepper.current
        before = after


def test_nothing_is_there_before_it_is_computed():
    stepper = stepper_of()
    assert stepper.array("z1") is None
    assert stepper.loss is None
    assert stepper.current is None
    stepper.jump(2)
    assert stepper.array("z1") is not None
    assert stepper.array("a1") is None
    assert stepper.before("z1") is None
    with pytest.raises(ValueError, match="read-only"):
        stepper.array("z1")[0] = 1


def test_the_state_before_an_update_stays_visible():
    stepper = stepper_of()
    first = stepper.array("W1").copy()
    stepper.jump(99)
    np.testing.assert_array_equal(stepper.before("W1"), first)
    np.testing.assert_array_equal(stepper.array_after("W1", 0), first)
    assert (stepper.array("W1") != first).any()


@pytest.mark.parametrize(
    ("bug", "wrong"),
    [
        (Bug.MISSING_SLOPE, {"delta2", "delta1"}),
        (Bug.WRONG_TRANSPOSE, {"delta2", "delta1"}),
        (Bug.FORGOTTEN_BIAS, {"grad3", "grad2", "grad1"}),
        (Bug.DOUBLE_SOFTMAX, {"shift_again"}),
        (Bug.EARLY_UPDATE, {"update3", "update2"}),
        (Bug.LOG_EPSILON, {"loss"}),
        (Bug.NONE, set()),
    ],
)
def test_a_bug_shows_in_the_formula_where_it_sits(bug: Bug, wrong: set[str]):
    right = {step.formula for step in stepper_of().steps}
    steps = stepper_of(bug=bug).steps
    assert {step.key for step in steps if step.has_bug} == wrong
    assert all(step.formula not in right for step in steps if step.has_bug)


@pytest.mark.parametrize("bug", Bug)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_every_step_has_its_numbers_once_it_is_done(bug: Bug, activation: str):
    stepper = stepper_of(activation=activation, bug=bug)
    assert numbers_of(stepper, 0) == ""
    while stepper.forward():
        done = [numbers_of(stepper, i) for i in range(stepper.position)]
        assert all(done)
        assert all(text.count("{") == text.count("}") for text in done)


def test_numbers_are_those_of_the_step_not_of_later():
    stepper = stepper_of()
    stepper.jump(2)
    early = numbers_of(stepper, 1)
    stepper.jump(99)
    assert numbers_of(stepper, 1) == early


def test_numbers_of_a_unit():
    stepper = stepper_of()
    stepper.jump(3)
    z, a = stepper.array("z1")[2], stepper.array("a1")[2]
    assert numbers_of(stepper, 2, unit=2) == rf"a^{{1}}_{{2}} = \sigma({z:.4g}) = {a:.4g}"


def test_a_sample_of_another_size_is_refused():
    case = make_case((6, 4, 3, 2))
    with pytest.raises(SpecError, match=r"does not fit a network 6-4-3-2"):
        Stepper(case.network, np.zeros(5), case.y[0], RATE)


def test_a_huge_learning_rate_can_be_walked():
    case = make_case((4, 3, 2), "relu")
    stepper = Stepper(case.network, case.x[0], case.y[0], 1000.0)
    stepper.jump(99)
    assert np.abs(stepper.array("W1")).max() > 1
    stepper.jump(0)
    np.testing.assert_array_equal(stepper.array("W1"), case.network.w[1])
