"""The witnesses: central differences, autograd, the V over ε; and one number's chain and nudge."""

from __future__ import annotations

import numpy as np
import pytest
from backprop_samples import Case, cases, make_case
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backprop.bugs import NETWORKS
from engine.backprop.chain import explain, nudge
from engine.backprop.check import (
    CheckProgress,
    CheckResult,
    Verdict,
    autograd_gradient,
    check,
    check_by_autograd,
    check_by_differences,
    epsilon_sweep,
    gradient,
)
from engine.backprop.flat import Place, count, groups, index_of, place_of
from engine.backprop.network import Network
from engine.backprop.spec import Bug
from engine.backprop.tab_spec import Chosen, Part
from engine.errors import SpecError


def test_all_entries_of_all_groups():
    case = make_case((9, 8, 7, 5))
    *progress, result = check_by_differences(case.network, case.x, case.y, most=None)
    assert isinstance(result, CheckResult)
    assert [group.name for group in result.groups] == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert sum(group.checked for group in result.groups) == count((9, 8, 7, 5))
    assert all(isinstance(event, CheckProgress) for event in progress)
    assert [event.done for event in progress] == [100, 200][: len(progress)]
    assert result.passed
    assert result.sentence.startswith("All gradients agree with central differences")


def test_autograd_is_the_second_witness():
    case = make_case((9, 8, 7, 5), "tanh", samples=4)
    result = check_by_autograd(case.network, case.x, case.y)
    assert result.passed
    assert max(group.relative_error for group in result.groups) < 1e-13


def test_a_chosen_entry_is_always_compared():
    case = make_case((40, 30, 3))
    grad = gradient(case.network, case.x, case.y)
    *_, few = check_by_differences(case.network, case.x, case.y, most=4)
    *_, with_it = check_by_differences(
        case.network, case.x, case.y, most=4, also=Place("W", 1, 17, 11)
    )
    assert with_it.groups[0].checked == few.groups[0].checked + 1
    assert grad.size == count((40, 30, 3))


def test_the_worst_entry_is_named(monkeypatch: pytest.MonkeyPatch):
    case = make_case((5, 4, 3))

    class OneWrong(Network):
        def gradients(self, k: int) -> None:
            super().gradients(k)
            if k == 1:
                self.grad_w[1][2, 3] += 0.25

    monkeypatch.setitem(NETWORKS, Bug.NONE, OneWrong)
    worst = check(case.network, case.x, case.y).worst
    assert worst.verdict is Verdict.FAILED
    assert worst.worst == Place("W", 1, 2, 3)
    assert worst.analytic - worst.witness == pytest.approx(0.25, abs=1e-8)


@pytest.mark.parametrize("epsilon", [1e-12, 0.3])
def test_a_bad_epsilon_condemns_nobody(epsilon: float):
    case = make_case((6, 5, 4))
    result = check(case.network, case.x, case.y, epsilon)
    assert not result.failed
    assert not result.passed
    assert "choose an ε near 1e-5" in result.sentence


def test_a_kink_is_left_out_and_counted():
    case = make_case((2, 2, 2), "relu")
    network = case.network
    network.b[1][0, 0] = -(case.x @ network.w[1])[0, 0] + 1e-7  # z is 1e-7: within ±ε
    result = check(network, case.x, case.y)
    assert not result.failed
    assert sum(group.kinks for group in result.groups) == 3  # two weights and a bias


def test_the_curve_is_a_v():
    case = make_case((12, 8, 8, 5))
    sweep = epsilon_sweep(case.network, case.x, case.y)
    assert 1e-7 < sweep.best < 1e-3
    bottom = sweep.central.min()
    assert bottom < 1e-9
    assert sweep.central[0] > 1e3 * bottom  # rounding
    assert sweep.central[-1] > 1e3 * bottom  # truncation
    middle = (sweep.epsilons > 1e-4) & (sweep.epsilons < 1e-2)
    slope = np.polyfit(np.log(sweep.epsilons[middle]), np.log(sweep.central[middle]), 1)[0]
    assert slope == pytest.approx(2, abs=0.1)
    slope = np.polyfit(np.log(sweep.epsilons[middle]), np.log(sweep.one_sided[middle]), 1)[0]
    assert slope == pytest.approx(1, abs=0.1)


def test_looking_changes_nothing():
    case = make_case((6, 5, 4), samples=2)
    theta, grad = case.network.theta.tobytes(), case.network.grad.tobytes()
    check(case.network, case.x, case.y)
    check_by_autograd(case.network, case.x, case.y)
    epsilon_sweep(case.network, case.x, case.y, Place("b", 2, 0, 1))
    nudge(case.network, case.x[0], case.y[0], Chosen(Part.WEIGHT, 1, 2, 3), 1e-5)
    explain(case.network, case.x[0], case.y[0], Chosen(Part.WEIGHT, 1, 2, 3), 0.1)
    assert case.network.theta.tobytes() == theta
    assert case.network.grad.tobytes() == grad


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.data())
def test_places_and_indices_are_the_same(sizes: list[int], data: st.DataObject):
    index = data.draw(st.integers(0, count(sizes) - 1))
    place = place_of(sizes, index)
    assert index_of(sizes, place) == index
    part = groups(sizes)[f"{place.kind}{place.layer}"]
    assert part.start <= index < part.stop
    case = make_case(sizes)
    arrays = case.network.w if place.kind == "W" else case.network.b
    assert arrays[place.layer][place.row, place.column] == case.network.theta[index]


def numbers(sizes: tuple[int, ...]) -> list[Chosen]:
    """One of every kind in every layer."""
    last = len(sizes) - 1
    return [
        Chosen(part, k, sizes[k - 1] - 1, sizes[k] - 1)
        for part in (Part.WEIGHT, Part.BIAS, Part.UNIT)
        for k in range(1, last + 1)
    ] + [Chosen(Part.INPUT, 0, 0, sizes[0] - 1)]


@settings(deadline=None, max_examples=25)
@given(cases(activations=["sigmoid", "tanh"]))
def test_a_nudge_agrees_with_the_gradient(case: Case):
    x, y = case.x[0], case.y[0]
    flat = autograd_gradient(case.network, x, y)
    for chosen in numbers(case.network.sizes):
        found = nudge(case.network, x, y, chosen, 1e-5)
        assert found.quotient == pytest.approx(found.gradient, rel=1e-5, abs=1e-9)
        chain = explain(case.network, x, y, chosen, 0.1)
        assert chain.gradient == found.gradient
        assert chain.value == found.value
        if chosen.part in (Part.WEIGHT, Part.BIAS):
            kind = "W" if chosen.part is Part.WEIGHT else "b"
            row = chosen.row if kind == "W" else 0
            place = Place(kind, chosen.layer, row, chosen.column)
            expected = flat[index_of(case.network.sizes, place)]
            assert chain.gradient == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_the_chain_is_told_from_the_gradient_to_the_output():
    case = make_case((5, 4, 3, 2))
    chain = explain(case.network, case.x[0], case.y[0], Chosen(Part.WEIGHT, 1, 0, 2), 0.5)
    assert chain.title == "weight W1[0, 2]"
    labels = [line.label for line in chain.lines]
    assert labels == ["gradient", "error", "error", "error", "forward", "forward", "update"]
    after = chain.value - 0.5 * chain.gradient
    assert chain.lines[-1].numbers.endswith(f"= {after:.7g}")


@pytest.mark.parametrize("bug", Bug)
def test_numbers_in_a_chain_add_up(bug: Bug):
    """δ of the first hidden layer is written as a sum times a slope: that is the δ used."""
    case = make_case((5, 4, 3, 2), bug=bug)
    case.network.forward(case.x)
    case.network.backward(case.y)
    chain = explain(case.network, case.x[0], case.y[0], Chosen(Part.UNIT, 1, 0, 2), 0.05)
    delta = case.network.delta[1][0, 2]
    assert chain.gradient == pytest.approx(delta, rel=1e-12)
    line = next(line for line in chain.lines if line.label == "error")
    assert line.numbers.endswith(f"= {delta:.4g}")
    if bug is not Bug.MISSING_SLOPE:
        *_, product, _ = line.numbers.split(" = ")
        total, slope = (float(part.strip("()")) for part in product.split(r"\cdot "))
        assert total * slope == pytest.approx(delta, rel=1e-3)


def test_a_black_pixel_has_no_influence():
    case = make_case((5, 4, 3))
    x = case.x[0].copy()
    x[1] = 0
    found = nudge(case.network, x, case.y[0], Chosen(Part.WEIGHT, 1, 1, 2), 1e-3)
    assert found.gradient == found.quotient == found.relative_error == 0
    assert "no influence" in found.sentence


@pytest.mark.parametrize(
    "chosen",
    [Chosen(Part.WEIGHT, 1, 5, 0), Chosen(Part.WEIGHT, 3, 0, 0), Chosen(Part.BIAS, 0, 0, 0),
     Chosen(Part.UNIT, 2, 0, 3), Chosen(Part.INPUT, 0, 0, 5)],
)
def test_what_is_not_there_cannot_be_chosen(chosen: Chosen):
    case = make_case((5, 4, 3))
    with pytest.raises(SpecError, match="5-4-3 has no such"):
        explain(case.network, case.x[0], case.y[0], chosen, 0.1)
    with pytest.raises(SpecError, match="choose another"):
        nudge(case.network, case.x[0], case.y[0], chosen, 1e-5)
