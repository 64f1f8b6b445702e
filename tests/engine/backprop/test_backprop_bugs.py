"""Every bug is found by the gradient check, wherever it is not hidden by the network itself."""

from __future__ import annotations

import numpy as np
import pytest
from backprop_samples import Case, cases, make_case
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.backprop.bugs import BUGS, LOG_EPSILON, NETWORKS, bug_of
from engine.backprop.building import copy_of
from engine.backprop.check import autograd_gradient, check, check_by_autograd, gradient
from engine.backprop.spec import Bug

REAL = [bug for bug in Bug if bug is not Bug.NONE]
#: In these a hidden layer is needed for the bug to sit in.
BELOW_THE_LAST = (Bug.MISSING_SLOPE, Bug.WRONG_TRANSPOSE, Bug.EARLY_UPDATE)


@pytest.mark.parametrize("bug", REAL)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_check_finds_the_bug(bug: Bug, data: st.DataObject):
    # ReLUs that are all on, or all off, hide what happens to slopes and errors.
    case: Case = data.draw(cases(
        bug, least_hidden=1 if bug in BELOW_THE_LAST else 0, narrowest=2,
        activations=["sigmoid", "tanh"],
    ))
    right = autograd_gradient(case.network, case.x, case.y)
    wrong = gradient(case.network, case.x, case.y)
    if bug is not Bug.LOG_EPSILON:
        # What the bug changes by less than the check can tell is no bug to find.
        assume(np.abs(wrong - right).max() > 1e-4 * np.abs(right).max())
    assert check(case.network, case.x, case.y).failed
    assert check_by_autograd(case.network, case.x, case.y).failed is (bug is not Bug.LOG_EPSILON)


@pytest.mark.parametrize("bug", REAL)
def test_bug_is_found_in_the_homeworks_kind_of_network(bug: Bug):
    case = make_case((9, 6, 6, 4), bug=bug)
    result = check(case.network, case.x, case.y)
    assert result.failed
    assert "wrong in" in result.sentence
    groups = {group.name for group in result.groups if group.verdict == "failed"}
    expected = {
        Bug.MISSING_SLOPE: {"W1", "b1", "W2", "b2"},
        Bug.WRONG_TRANSPOSE: {"W1", "b1", "W2", "b2"},
        Bug.EARLY_UPDATE: {"W1", "b1", "W2", "b2"},
        Bug.FORGOTTEN_BIAS: {"b1", "b2", "b3"},
        Bug.DOUBLE_SOFTMAX: {"W1", "b1", "W2", "b2", "W3", "b3"},
        Bug.LOG_EPSILON: {"W1", "b1", "W2", "b2", "W3", "b3"},
    }[bug]
    assert groups == expected


@pytest.mark.parametrize("bug", BELOW_THE_LAST)
def test_without_hidden_layer_these_bugs_have_no_place(bug: Bug):
    case = make_case((5, 4), bug=bug, samples=3)
    assert check(case.network, case.x, case.y).passed
    assert "hidden layer" in BUGS[bug].hidden_by


def test_transpose_of_a_symmetric_matrix_is_itself():
    case = make_case((3, 4, 4, 4), bug=Bug.WRONG_TRANSPOSE)
    for k in (2, 3):
        case.network.w[k][:] = case.network.w[k] + case.network.w[k].T
    assert check(case.network, case.x, case.y).passed


def test_wrong_transpose_fits_where_layers_differ_in_size():
    case = make_case((3, 5, 2), bug=Bug.WRONG_TRANSPOSE)
    case.network.forward(case.x)
    case.network.backward(case.y)
    scrambled = case.network.w[2].reshape(2, 5)
    a = case.network.a[1]
    expected = (case.network.delta[2] @ scrambled) * a * (1 - a)
    np.testing.assert_allclose(case.network.delta[1], expected, rtol=1e-14)


def test_log_epsilon_shows_another_loss():
    right, wrong = make_case((3, 2)), make_case((3, 2), bug=Bug.LOG_EPSILON)
    for case in (right, wrong):
        case.network.forward(case.x)
    p = float(right.network.p[right.y > 0][0])
    difference = right.network.loss(right.y) - wrong.network.loss(wrong.y)
    assert difference == pytest.approx(np.log((p + LOG_EPSILON) / p), rel=1e-9)


def test_double_softmax_floors_the_loss():
    case = make_case((3, 10), bug=Bug.DOUBLE_SOFTMAX)
    case.network.w[1][:] = 0
    case.network.b[1][:] = 1000 * np.eye(10)[3]
    case.network.forward(case.x)
    assert case.network.loss(np.eye(10)[3:4]) == pytest.approx(1.4612, abs=1e-4)


def test_early_update_leaves_the_weights_to_update():
    case = make_case((4, 3, 2), bug=Bug.EARLY_UPDATE)
    before = case.network.theta.copy()
    case.network.forward(case.x)
    case.network.backward(case.y)
    np.testing.assert_array_equal(case.network.theta, before)


def test_every_bug_is_described_and_told_apart():
    assert set(BUGS) == set(REAL)
    assert set(NETWORKS) == set(Bug)
    for bug, info in BUGS.items():
        assert info.wrong != info.right
        assert info.symptom.endswith(".")
        assert info.hidden_by.endswith(".")
        assert bug_of(make_case((2, 2), bug=bug).network) is bug
        assert bug_of(copy_of(make_case((2, 2), bug=bug).network, bug=Bug.NONE)) is Bug.NONE
