"""Presets as changes of a tab's whole spec."""

from __future__ import annotations

import pytest

from engine.errors import SpecError
from engine.starts import starts
from engine.tabs import TAB_SPECS, spec_class

KEYS = sorted(TAB_SPECS)


@pytest.mark.parametrize("key", KEYS)
def test_no_preset_is_refused_by_the_spec_that_it_changes(key: str):
    spec = spec_class(key)()
    found = starts(key)
    assert len(found) >= 6
    assert len({start.key for start in found}) == len(found)
    for start in found:
        changed = start.change(spec)
        changed.check()
        assert start.watch.endswith(".")
        # Whatever was there before, a preset leads to the same: choosing it again changes nothing.
        assert start.change(changed) == changed


def test_a_tab_that_there_is_not():
    with pytest.raises(SpecError):
        starts("attic")
