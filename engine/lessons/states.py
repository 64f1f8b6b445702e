"""What a lesson's place sets: patches and commands from the first step on, nothing else.

Because a state is computed from the file alone, it is the same however one comes to a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints

import msgspec

from engine.errors import LessonError, SpecError
from engine.lessons.facts import part_class, unknown_name
from engine.lessons.lesson import Action, Assignment, Lesson, Part, Place, State
from engine.spec import Knob, Spec, from_builtins, knobs, parse_text, to_builtins
from engine.tabs import spec_class
from engine.words import say


def state_at(lesson: Lesson, place: Place) -> State:
    """The complete state at a place. Raises `LessonError` with a line."""
    state = State("", {}, {})
    for number in range(place.step + 1):
        step = lesson.steps[number]
        state = advanced(state, step.tab, step.before)
        if step.after is not None and (number < place.step or place.is_revealed):
            state = advanced(state, step.tab, step.after)
    return state


def advanced(state: State, tab: str, part: Part) -> State:
    """The state after a part of a step. Raises `LessonError` with a line."""
    before = state.specs.get(tab)
    start = spec_class(tab)() if before is None or part.is_fresh else before
    spec = patched(tab, start, part.patch)
    actions = dict(state.actions)
    action = actions.get(tab)
    is_other = before is not None and action is not None and any(
        getattr(before, name) != getattr(spec, name) for name in action.command.bound_to
    )
    if part.is_fresh or is_other:
        actions.pop(tab, None)
    if part.action is not None:
        spec = finished(spec, part.action)
        if part.action.command.runs:
            actions[tab] = part.action
    return State(tab, {**state.specs, tab: spec}, actions)


def finished(spec: Spec, action: Action) -> Spec:
    """The spec once a command is done; one that runs does not move it."""
    if action.command.finish is None:
        return spec
    try:
        return action.command.finish(spec, action.argument)
    except SpecError as error:
        raise LessonError(str(error), action.line) from None


def patched(tab: str, spec: Spec, patch: Sequence[Assignment]) -> Spec:
    """A spec with the assignments made, all at once. Raises `LessonError` with a line."""
    if not patch:
        return spec
    values = to_builtins(spec)
    for assignment in patch:
        _assign(tab, spec, values, assignment)
    try:
        return from_builtins(type(spec), values)
    except SpecError as error:
        raise LessonError(str(error), _line_of(error.field, patch)) from None


def _assign(tab: str, spec: Spec, values: dict[str, Any], assignment: Assignment) -> None:
    *parts, name = assignment.path.split(".")
    target: Any = values
    for part in parts:
        target = target.get(part) if isinstance(target, Mapping) else None
    if not isinstance(target, dict):
        raise LessonError(
            say("“{path}” is empty so far; set “{whole}” as a whole, in JSON.",
                path=assignment.path, whole='.'.join(parts)),
            assignment.line,
        )
    if name not in target:
        error = unknown_name(tab, spec, assignment.path, only_fields=True)
        raise LessonError(str(error), assignment.line)
    target[name] = assignment.value


def _line_of(field: str, patch: Sequence[Assignment]) -> int:
    """The line that the field of an error was set in; the first of the patch where none was."""
    for assignment in reversed(patch):
        if field and field in assignment.path.split("."):
            return assignment.line
    return patch[0].line


def value_of(tab: str, path: str, text: str) -> Any:
    """What a lesson wrote for a field, as a plain value. Raises `SpecError` for unknown fields."""
    cls: type[msgspec.Struct] = spec_class(tab)
    *parts, name = path.split(".")
    for part in parts:
        inner = part_class(get_type_hints(cls).get(part))
        if inner is None:
            raise unknown_name(tab, spec_class(tab)(), path, only_fields=True)
        cls = inner
    if name not in cls.__struct_fields__:
        raise unknown_name(tab, spec_class(tab)(), path, only_fields=True)
    knob = knobs(cls).get(name) if issubclass(cls, Spec) else None
    return _plain(knob, text)


def _plain(knob: Knob | None, text: str) -> Any:
    is_text = knob is not None and issubclass(knob.kind, str)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return parse_text(knob, text) if knob is not None else text
    # A name such as 0 or true may be meant as one.
    return text if is_text and not isinstance(value, str) else value
