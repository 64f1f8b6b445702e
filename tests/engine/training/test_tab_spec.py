"""What the Training tab shows, as a spec: which images are watched, pinned, counted, drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SpecError
from engine.spec import from_json, to_json
from engine.training.events import TestResult
from engine.training.recipe import Recipe
from engine.training.tab_spec import (
    MOST_WATCHED,
    Follow,
    Page,
    Speed,
    Split,
    Statistic,
    TrainingSpec,
)

TESTS = 2000
indices = st.integers(0, TESTS - 1)


@st.composite
def specs(draw) -> TrainingSpec:
    watched = draw(st.lists(indices, min_size=1, max_size=MOST_WATCHED, unique=True))
    pinned = draw(st.lists(st.sampled_from(watched), unique=True))
    return TrainingSpec().replaced(
        watched=tuple(watched), pinned=tuple(pinned), follow=draw(st.sampled_from(Follow))
    )


def result(seed: int = 0) -> TestResult:
    losses = np.random.default_rng(seed).random(TESTS).astype(np.float32)
    return TestResult(
        8, np.zeros(TESTS, np.uint8), losses, np.zeros((10, 10), dtype=np.int64)
    )


def assert_valid(spec: TrainingSpec) -> None:
    """Whatever leads to a spec, a file may hold it."""
    assert from_json(TrainingSpec, to_json(spec)) == spec


@given(specs(), indices)
def test_a_pinned_image_is_watched(spec, index):
    after = spec.with_pinned(index)
    assert_valid(after)
    assert index in after.pinned
    assert len(after.watched) >= len(spec.watched)
    if len(spec.pinned) < MOST_WATCHED or index in spec.pinned:
        assert set(spec.pinned) <= set(after.pinned)
    assert after.with_pinned(index) == after


@given(specs(), indices)
def test_what_is_unpinned_stays_watched(spec, index):
    after = spec.without_pin(index)
    assert_valid(after)
    assert after.watched == spec.watched
    assert index not in after.pinned


@given(specs(), indices)
def test_one_image_less_down_to_the_last(spec, index):
    after = spec.without(index)
    assert_valid(after)
    assert len(after.watched) == max(len(spec.watched) - 1, 1)
    if index not in spec.watched and len(spec.pinned) < len(spec.watched):
        assert after.pinned == spec.pinned


@given(specs(), st.integers(1, MOST_WATCHED))
def test_as_many_images_as_asked_for_and_pinned_ones_leave_last(spec, count):
    after = spec.with_count(count, TESTS)
    assert_valid(after)
    assert len(after.watched) == count
    assert len(after.pinned) == min(len(spec.pinned), count)
    kept = [i for i in spec.watched if i in after.watched]
    assert list(after.watched[: len(kept)]) == kept  # nobody changes places


def test_no_more_images_than_there_are():
    assert len(TrainingSpec().with_count(12, 5).watched) == 5


@given(specs(), st.integers(0, 100))
def test_random_images_leave_the_pinned_ones_in_place(spec, seed):
    after = spec.with_random(TESTS, np.random.default_rng(seed))
    assert_valid(after)
    assert after.follow is Follow.FIXED
    assert after.pinned == spec.pinned
    for before, now in zip(spec.watched, after.watched, strict=True):
        assert (before == now) or (before not in spec.pinned)


@given(specs())
def test_fixed_images_are_shown_as_they_are(spec):
    fixed = spec.replaced(follow=Follow.FIXED)
    assert fixed.images_to_show(result(), TESTS).tolist() == list(spec.watched)


@given(specs(), st.integers(0, 20))
def test_the_most_wrong_are_those_with_the_greatest_losses(spec, seed):
    follow = spec.replaced(follow=Follow.MOST_WRONG)
    found = result(seed)
    shown = follow.images_to_show(found, TESTS).tolist()
    free = [i for i in shown if i not in spec.pinned]
    others = sorted(set(range(TESTS)) - set(spec.pinned), key=lambda i: -found.losses[i])
    assert free == others[: len(free)]
    for before, now in zip(spec.watched, shown, strict=True):
        assert (before == now) or (before not in spec.pinned)
    assert len(set(shown)) == len(shown)
    assert follow.images_to_show(None, TESTS).tolist() == list(spec.watched)


@pytest.mark.parametrize("follow", Follow)
def test_indices_beyond_a_smaller_test_set_are_wrapped_into_it(follow):
    spec = TrainingSpec().replaced(watched=(9000, 5), pinned=(9000,), follow=follow)
    shown = spec.images_to_show(result(), TESTS)
    assert shown[0] == 1000
    assert shown.dtype == np.int64


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"watched": (1, 1)}, "watched twice"),
        ({"watched": (1, 2), "pinned": (3,)}, "pinned"),
        ({"watched": ()}, "watched"),
        ({"watched": tuple(range(13))}, "watched"),
        ({"watched": (-1,)}, "watched"),
        ({"confusion_cell": (0, 10)}, "confusion_cell"),
        ({"page": "attic"}, "page"),
    ],
)
def test_what_does_not_go_together_is_refused_in_one_sentence(changes, words):
    with pytest.raises(SpecError) as refused:
        TrainingSpec().replaced(**changes)
    assert words in str(refused.value)
    assert str(refused.value).endswith(".")


def test_a_recipe_out_of_bounds_is_named_by_its_label():
    with pytest.raises(SpecError, match="Epochs must be a whole number from 1 to 500"):
        from_json(TrainingSpec, '{"recipe": {"epochs": 0}}')


def test_a_full_spec_survives_its_file():
    spec = TrainingSpec().replaced(
        recipe=Recipe(epochs=2), watched=(1, 2), pinned=(2,), follow=Follow.MOST_WRONG,
        speed=Speed.TEN, page=Page.INSIDE, log_loss=True, confusion_cell=(6, 0),
        statistic=Statistic.DEAD, browsed_split=Split.TEST,
    )
    assert_valid(spec)


def test_speeds_are_batches_a_second():
    assert [speed.delay_s for speed in Speed] == [0.0, 0.02, 0.1, 0.5]


def test_splits_have_the_names_of_the_image_set():
    assert [split.key for split in Split] == ["training", "test"]
