"""Spec, widgets and plots agree after any edits, undone and redone; a soak runs 1,000 of these."""

from __future__ import annotations

import pytest
from agreement import Pair, agree, impatient
from restless_tabs import HANDS
from showing import differences

SEQUENCES = 15


@pytest.mark.parametrize("key", HANDS)
def test_random_sequences_leave_everything_in_agreement(qapp, torch_is_there, key):
    report = agree(key, SEQUENCES)
    assert report.sequences == SEQUENCES
    assert report.edits > 3 * SEQUENCES
    assert report.disagreements == []


@pytest.mark.parametrize(
    ("key", "view", "spoil"),
    [
        ("expressivity", "FitPlot", lambda tab: tab.function.plot.remove_curve("network")),
        ("expressivity", "QLineEdit", lambda tab: tab.forms.width_edit.setText("7")),
        ("training", "QPushButton", lambda tab: tab.file_button.setEnabled(False)),
    ],
)
def test_a_view_that_lags_behind_is_found(qapp, torch_is_there, key, view, spoil):
    """The comparison does see curves, texts and buttons."""
    with impatient():
        pair = Pair(key, None)
        try:
            before = pair.picture(pair.driven)
            assert differences(before, pair.picture(pair.told)) == []
            spoil(pair.driven.tab)
            found = differences(before, pair.picture(pair.driven))
            assert found
            assert all(view in line for line in found)
        finally:
            pair.close()
