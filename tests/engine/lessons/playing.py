"""Plays lessons without a window: what the tabs would have as results, made by the engine alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.data.images import load_images
from engine.lessons.conditions import holds
from engine.lessons.facts import Facts
from engine.lessons.lesson import Action, Lesson, Place
from engine.spec import Spec


def played(lesson: Lesson, data_dir: Path | None = None) -> Iterator[tuple[Place, Facts]]:
    """Every place of a lesson with the facts that hold there once its command is done."""
    player = Player(data_dir)
    for place in lesson.places:
        state = lesson.at(place)
        spec = state.specs[state.tab]
        yield place, Facts(state.tab, spec, player.results(state.tab, spec, state.actions))


class Player:
    """Makes results, and keeps the last of each kind: a run goes on where it stands."""

    def __init__(self, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir
        self._kept: dict[str, tuple[object, object]] = {}

    def results(self, tab: str, spec: Spec, actions: dict[str, Action]) -> object | None:
        """What the tab would hand over."""
        make = getattr(self, f"_{tab}", None)
        return None if make is None else make(spec, actions.get(tab))

    def _training(self, spec: Spec, action: Action | None) -> object:
        from engine.runs.history import History
        from engine.training.events import TestResult
        from engine.training.run import Training
        from engine.training.teaching import TrainingResults

        recipe = spec.recipe
        known = self._kept.get("training", (None, None))
        if known[0] != recipe or action is None:
            images = load_images(recipe.data, self.data_dir)
            training = Training(recipe, images)
            state = [training, training.events(), History(recipe), None]
            self._kept["training"] = recipe, state
        _, state = self._kept["training"]
        _, events, history, _ = state
        wanted = "epoch >= 0" if action is None else action.command.reached(action.argument)
        epoch = 0.0 if action is None else action.argument
        for event in events if self._is_open(state, epoch, wanted, spec) else ():
            history.add(event)
            if isinstance(event, TestResult):
                state[3] = event
                if not self._is_open(state, epoch, wanted, spec):
                    break
        return TrainingResults(history, state[3])

    @staticmethod
    def _is_open(state: list, epoch: float, wanted: str, spec: Spec) -> bool:
        from engine.training.teaching import TrainingResults

        history, last = state[2], state[2].last
        if history.ending is not None:
            return False
        facts = Facts("training", spec, TrainingResults(history, state[3]))
        is_measured = last is not None and last.epoch >= epoch - 1e-9 and state[3] is not None
        return not (is_measured and holds(wanted, facts))

    def _backprop(self, spec: Spec, action: Action | None) -> object:
        from engine.backprop.building import as_inputs, build_network, one_hot
        from engine.backprop.teaching import BackpropResults
        from engine.backprop.training import Evaluation, Training

        images = load_images(spec.backprop.data.value, self.data_dir)
        pixels = getattr(images, f"{spec.split.key}_images")
        labels = getattr(images, f"{spec.split.key}_labels")
        at = spec.index % len(labels)
        network, _ = build_network(spec.backprop)
        x, y = as_inputs(pixels[at : at + 1])[0], one_hot(labels[at : at + 1])[0]
        known = self._kept.get("backprop", (None, None))
        if action is not None and known[0] != (spec.backprop, action):
            events = Training(spec.backprop, images).events()
            evaluations = []
            for event in events:
                if isinstance(event, Evaluation):
                    evaluations.append(event)
                    if event.epoch >= action.argument - 1e-9:
                        break
            known = self._kept["backprop"] = (spec.backprop, action), tuple(evaluations)
        if action is None:
            return BackpropResults(network, x, y)
        return BackpropResults(network, x, y, known[1], known[1][-1].epoch)

    def _initialization(self, spec: Spec, _: Action | None) -> object:
        from engine.initialization.probe import probe
        from engine.initialization.results import Snapshot

        images = None
        if spec.probe.input.is_pixels:
            images = load_images(spec.probe.input.value, self.data_dir)
        last = None
        for event in probe(spec.probe, images):
            if isinstance(event, Snapshot):
                last = event
        return last
