"""What a lesson lets run: as far as the place says, from the start where one comes back to it."""

from __future__ import annotations

import pytest
from driving import RECIPE

from engine.lessons.lesson import Place
from engine.places import own_lessons_folder
from gui.tabs.training.run import RunState

LESSON = """---
title: Short training
part: own
summary: Two epochs.
---

## Before

```set training fresh
recipe.training_images = 400
recipe.hidden = [16]
recipe.batch_size = 50
recipe.epochs = 4
```

Nothing is trained: {{test_loss:.6f}}.

```ask number
prompt: The loss after two epochs?
of: test_loss
```

---

```do
play until epoch 2
```

Now it is {{test_loss:.6f}}.

## Still trained

It stays {{test_loss:.6f}}.

## Another network

```set training
recipe.hidden = [8]
```

Nothing is trained: {{test_loss:.6f}}.
"""


@pytest.fixture
def lecturer(open_lab):
    folder = own_lessons_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "short.md").write_text(LESSON, encoding="utf-8")
    lab = open_lab(RECIPE)
    lab.until(lambda: lab.window.lecture is not None)
    made = lab.window.lecture.lecturer
    lab.until(lambda: made.library is not None)
    made.lab = lab
    return made


def settle(lecturer) -> str:
    """Until the place has said its last word; its last paragraph."""
    tab = lecturer.window.tab("training")

    def is_told() -> bool:
        told = lecturer.teller.last
        if lecturer.is_busy or not tab.is_at_rest or told is None:
            return False
        waits = lecturer.step.question is not None and lecturer.place.is_revealed
        return "…" not in told.blocks[-1] and not (waits and told.truth is None)

    lecturer.lab.until(is_told, timeout_s=30)
    return lecturer.teller.last.blocks[-1]


def epoch(lecturer) -> float:
    return lecturer.lab.history.epoch


def test_it_trains_as_far_as_the_place_says_and_the_truth_is_that_of_the_end(lecturer):
    lecturer.open("short")
    before = settle(lecturer)
    assert epoch(lecturer) == 0
    lecturer.predict(2.0)
    lecturer.next()
    # Or the loss before the first step would be taken for the answer.
    assert not lecturer.window.tab("training").is_at_rest
    settle(lecturer)
    assert epoch(lecturer) == 2
    assert lecturer.lab.state is RunState.PAUSED
    loss = lecturer.lab.history.last.test.loss
    told = lecturer.teller.last
    assert told.truth.number == loss
    assert told.score is not None
    assert f"{loss:.6f}" in told.blocks[-1]
    assert told.blocks[-1] != before


def test_forward_it_goes_on_and_back_it_begins_anew(lecturer):
    lecturer.open("short", Place(0, True))
    trained = settle(lecturer)
    run = lecturer.lab.run
    lecturer.next()
    after = settle(lecturer)
    assert lecturer.lab.run is run
    assert after.split()[-1] == trained.split()[-1]
    lecturer.go_to(Place(0))
    settle(lecturer)
    assert epoch(lecturer) == 0
    assert lecturer.lab.run is not run
    # What comes next is not to be seen before it is predicted.
    assert lecturer.lab.control.ghost is None
    lecturer.go_to(Place(1))
    assert settle(lecturer) == after


def test_whoever_trains_on_is_led_back_to_the_epoch_of_the_place(lecturer):
    lecturer.open("short", Place(1))
    there = settle(lecturer)
    lecturer.lab.control.until_epoch(4)
    lecturer.lab.until(lambda: epoch(lecturer) >= 4)
    lecturer.restore()
    lecturer.lab.until(lambda: epoch(lecturer) <= 2)
    assert settle(lecturer) == there
    assert epoch(lecturer) == 2


def test_numbers_are_never_those_of_the_recipe_before(lecturer):
    lecturer.open("short", Place(1))
    trained = settle(lecturer)
    lecturer.next()
    fresh = settle(lecturer)
    assert epoch(lecturer) == 0
    assert trained.split()[-1] != fresh.split()[-1]
    assert f"{lecturer.lab.history.last.test.loss:.6f}" in fresh.replace("\ue000", "").replace(
        "\ue001", ""
    )
