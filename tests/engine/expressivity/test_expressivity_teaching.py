"""What lessons are told of a neuron."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.expressivity.evaluation import activate
from engine.expressivity.spec import Activation, NeuronSpec
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.lessons.facts import Facts


@given(
    activation=st.sampled_from([a for a in Activation if a is not Activation.STEP]),
    weight=st.floats(0.1, 10).flatmap(lambda w: st.sampled_from([w, -w])),
    bias=st.floats(-5, 5), steepness=st.floats(0.1, 100),
)
def test_the_slope_at_the_edge_is_that_of_a_difference(activation, weight, bias, steepness):
    neuron = NeuronSpec(weight=weight, bias=bias, activation=activation, steepness=steepness)
    told = Facts("expressivity", ExpressivitySpec(neuron=neuron)).value("slope_at_edge")
    scale = 1.0 if activation is Activation.RELU else steepness
    z = np.array([-1e-6, 1e-6])  # on either side of the edge
    low, high = activate(activation, z, 0.5)
    assert told == pytest.approx((high - low) / 2e-6 * scale * weight, rel=1e-6)


def test_a_step_has_no_slope_beside_its_jump_and_a_flat_neuron_no_edge():
    for neuron, slope in ((NeuronSpec(), 0.0), (NeuronSpec(weight=0.0), None)):
        told = Facts("expressivity", ExpressivitySpec(neuron=neuron)).value("slope_at_edge")
        assert told == slope
