"""The session file: everything that a window shows, as specs. JSON, versioned, small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from engine.errors import SessionError, SpecError
from engine.files import write_atomically
from engine.spec import Spec, from_builtins, to_builtins
from engine.tabs import TAB_SPECS, spec_class
from engine.words import say

SUFFIX = ".chalknet"
FORMAT, VERSION = "chalknet session", 1
#: Drawings and CSV points can make a spec long, never that long.
LARGEST_BYTES = 20_000_000
MOST_PINNED = 50

Text = Annotated[str, msgspec.Meta(max_length=1000)]


class LessonPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a lesson was left: its key, the step from 0, and whether its answer was revealed."""

    lesson: Text
    step: Annotated[int, msgspec.Meta(ge=0)] = 0
    is_revealed: bool = False


class PinnedRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A run kept for comparison: its recipe and its evaluations, as `engine.runs.pinned` has them.
    """

    tab: Text
    recipe: dict[str, Any]
    evaluations: list[dict[str, Any]]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """The specs of the tabs that were opened, the tab in front, pinned runs, the lesson's place."""

    specs: dict[str, Spec] = {}
    tab: str = ""
    lesson: LessonPlace | None = None
    pinned: tuple[PinnedRun, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in the file."""

    format: str
    version: int
    tab: Text = ""
    specs: dict[str, dict[str, Any]] = {}
    lesson: LessonPlace | None = None
    pinned: Annotated[tuple[PinnedRun, ...], msgspec.Meta(max_length=MOST_PINNED)] = ()


class _Head(msgspec.Struct):
    """As much as every version has."""

    format: str = ""
    version: int = 0


def to_text(session: Session) -> str:
    """The session as JSON, for a file."""
    file = _File(
        FORMAT, VERSION, session.tab,
        {key: to_builtins(spec) for key, spec in session.specs.items()},
        session.lesson, session.pinned,
    )
    return msgspec.json.format(msgspec.json.encode(file), indent=1).decode() + "\n"


def from_text(text: str | bytes) -> Session:
    """Read a session, whole or not at all. Raises `SessionError` with one sentence."""
    try:
        head = msgspec.json.decode(text, type=_Head)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise SessionError(
            say("This is no session: it is not written as one; open a file that ends in {suffix}.",
                suffix=SUFFIX)
        ) from None
    if head.format != FORMAT:
        raise SessionError(
            say("This is JSON, but no session; open a file that ends in {suffix}.", suffix=SUFFIX)
        )
    if head.version > VERSION:
        raise SessionError(
            say("This session was saved by a newer Chalknet (its format is {version}, this one "
                "reads up to {newest}); update Chalknet to open it.",
                version=head.version, newest=VERSION)
        )
    try:
        file = msgspec.json.decode(text, type=_File)
    except (msgspec.MsgspecError, RecursionError) as error:
        where = str(error).partition(" - at `$.")[2].rstrip("`")
        raise SessionError(
            say("This session is damaged at “{where}”; open an older copy, or start afresh.",
                where=where)
            if where
            else say("This session is damaged; open an older copy, or start afresh.")
        ) from None
    if head.version < 1:
        raise SessionError(
            say("This session has no version; open an older copy, or start afresh.")
        )
    specs = {key: _spec(key, values) for key, values in file.specs.items()}
    if file.tab and file.tab not in TAB_SPECS:
        raise SessionError(
            say("This session was left in a tab “{tab}”, which is not there.", tab=file.tab)
        )
    for run in file.pinned:
        _check_pinned(run)
    return Session(specs=specs, tab=file.tab, lesson=file.lesson, pinned=file.pinned)


def _check_pinned(run: PinnedRun) -> None:
    """Only part 3 has runs to pin; what reads them is needed where there are some."""
    from engine.runs.pinned import history_of

    if run.tab != "training":
        raise SessionError(
            say("This session has a run pinned in a tab “{tab}”, which pins none.", tab=run.tab)
        )
    history_of(run)


def _spec(key: str, values: dict[str, Any]) -> Spec:
    try:
        return from_builtins(spec_class(key), values)
    except SpecError as error:
        raise SessionError(
            say("This session cannot be opened, because of its tab “{tab}”: {error}",
                tab=key, error=error)
        ) from None


def save_session(session: Session, path: Path) -> None:
    """Write a session so that the old file or the whole new one is there. Raises `SessionError`."""
    text = to_text(session)
    try:
        write_atomically(path, lambda target: target.write_text(text, encoding="utf-8"))
    except OSError as error:
        raise SessionError(
            say("The session cannot be saved as {file} ({why}); choose another place.",
                file=path.name, why=error.strerror)
        ) from None


def open_session(path: Path) -> Session:
    """Read a session file. Raises `SessionError` with one sentence."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SessionError(
                say("{file} is far too large for a session; open another file.", file=path.name)
            )
        data = path.read_bytes()
    except OSError as error:
        raise SessionError(
            say("{file} cannot be read ({why}); open another file.",
                file=path.name, why=error.strerror)
        ) from None
    return from_text(data)
