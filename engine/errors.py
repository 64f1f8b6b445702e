"""Errors that the user can do something about.

`str(error)` is one sentence, ready for the screen: what is wrong, why, and what to do.
"""


class ChalknetError(Exception):
    """The base of every error whose text is meant for the user."""


class SpecError(ChalknetError):
    """A value that a spec does not accept.

    `field` names the offending field, or is empty where the fault is not in one field.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DataError(ChalknetError):
    """A data file that is missing, broken, mislabelled or of the wrong size."""


class CheckpointError(ChalknetError):
    """A checkpoint that cannot be read or written."""


class SessionError(ChalknetError):
    """A session that cannot be read or written."""


class LessonError(ChalknetError):
    """A mistake in a lesson file; `line` counts from 1, 0 is the file as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class FormulaError(SpecError):
    """A typed formula that cannot be read or evaluated.

    `position` is the character of the formula that the fault is at, counted from 1, or 0 where it
    is at no single place.
    """

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message, "formula")
        self.position = position
