"""What can be predicted in the Training tab at any time."""

from __future__ import annotations

import math

from engine.data.catalogue import find_dataset
from engine.lessons.standing import Standing, choice, order, sketch
from engine.training.tab_spec import Follow, Page, TrainingSpec
from engine.words import say

#: Four classes of which some are easy and some are not.
ORDERED = (1, 5, 0, 6)
#: A curve is known at the end; what the network says, once it has learned anything.
OVER, BEGUN = 'ending != "running"', "tested_step > 0"


def standing(spec: TrainingSpec, _: object) -> tuple[Standing, ...]:
    """The test curves, the class of the first image, and which classes are hard."""
    recipe = spec.recipe
    names = find_dataset(recipe.data.value).class_names
    span = (0.0, float(recipe.epochs))
    at = {"page": Page.OVERVIEW}
    found = [
        Standing(
            say("The test loss"),
            sketch(
                say("Sketch the loss on the test images over {epochs} epochs.",
                    epochs=recipe.epochs),
                # Whoever knows nothing has a loss of ln 10.
                "test_loss", span, (0.0, round(math.log(len(names)) + 0.1, 1)),
                (say("epoch"), say("test loss")),
            ),
            {**at, "log_loss": False}, is_over=OVER,
        ),
        Standing(
            say("The test accuracy"),
            sketch(
                say("Sketch the share of right test images over {epochs} epochs.",
                    epochs=recipe.epochs),
                "test_accuracy", span, (0.0, 1.0), (say("epoch"), say("test accuracy")),
            ),
            at, is_over=OVER,
        ),
    ]
    if spec.follow is Follow.FIXED:
        found.append(Standing(
            say("What the network says"),
            choice(
                say("What does the network take test image no. {number} for, the first one "
                    "shown?", number=f"{spec.watched[0]:,}"),
                "predicted", names,
            ),
            at, is_over=BEGUN,
        ))
    found.append(Standing(
        say("The hardest classes"),
        order(
            say("Order these classes by the share that is recognised, the largest first."),
            "accuracy_by_class", tuple(names[k] for k in ORDERED),
        ),
        {"page": Page.INSIDE}, is_over=BEGUN,
    ))
    return tuple(found)
