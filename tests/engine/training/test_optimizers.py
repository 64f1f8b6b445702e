"""What the optimisers avoid; what they do is tested in test_run.py, against torch's classes."""

from __future__ import annotations

import subprocess
import sys

RUN = """
import sys
from engine.data.images import load_images
from engine.training.events import Step
from engine.training.recipe import Optimizer, Recipe
from engine.training.run import Training

images = load_images("fashion_mnist")
for optimizer in Optimizer:
    recipe = Recipe(optimizer=optimizer, training_images=200, hidden=(8,))
    events = Training(recipe, images).events()
    assert any(isinstance(event, Step) for event in events)
print("torch" in sys.modules, "torch._dynamo" in sys.modules, "sympy" in sys.modules)
"""


def test_no_run_imports_the_compiler():
    done = subprocess.run(
        [sys.executable, "-c", RUN], capture_output=True, text=True, timeout=300
    )
    assert done.stdout.split() == ["True", "False", "False"], done.stderr
