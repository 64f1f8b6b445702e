"""A property that is computed when it is first asked for, without a lock.

Python 3.11's `functools.cached_property` holds one lock for all instances of a class: the window
would wait for a worker that computes the same property of another object. Here two threads may both
compute a value; what is kept is the later one, and as the objects are frozen, both are equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

V = TypeVar("V")


class lazy(Generic[V]):
    """Decorates a method that takes nothing; its value takes the method's place."""

    def __init__(self, compute: Callable[[Any], V]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> V: ...

    def __get__(self, instance: object | None, owner: type) -> Self | V:
        if instance is None:
            return self
        value = self._compute(instance)
        # An instance's own dictionary comes before this descriptor, and lets a frozen object keep.
        vars(instance)[self._name] = value
        return value
