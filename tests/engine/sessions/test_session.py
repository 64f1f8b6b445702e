"""Session files: what goes in comes out; anything else is refused with one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SessionError
from engine.expressivity.tab_spec import ExpressivitySpec
from engine.runs.history import History
from engine.runs.pinned import difference_text, history_of, pinned
from engine.sessions.session import (
    LARGEST_BYTES,
    VERSION,
    LessonPlace,
    Session,
    from_text,
    open_session,
    save_session,
    to_text,
)
from engine.spec import knobs
from engine.tabs import TAB_SPECS, spec_class
from engine.training.events import Evaluation, Score
from engine.training.recipe import Optimizer, Recipe

RUN = History(Recipe(epochs=2, learning_rate=0.01))
RUN.add(Evaluation(0, 0.0, Score(2.3, 6, 60), Score(2.31, 1, 10), None))
RUN.add(Evaluation(8, 1.0, Score(0.9, 42, 60), Score(1.0, 6, 10), None, 1.5))
SPECS = {key: spec_class(key)() for key in TAB_SPECS}
FULL = Session(
    specs=SPECS, tab="training", lesson=LessonPlace("1b", 3, True),
    pinned=(pinned(RUN),),
)


def test_everything_comes_back_and_is_small(tmp_path):
    path = tmp_path / "deep" / "a.chalknet"
    save_session(FULL, path)
    assert open_session(path) == FULL
    assert path.stat().st_size < 40_000
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == VERSION


def test_a_pinned_run_has_its_curves():
    run = history_of(from_text(to_text(FULL)).pinned[0])
    assert run.recipe == RUN.recipe
    assert run.evaluations == RUN.evaluations
    assert run.curve("test", "accuracy")[1].tolist() == [0.1, 0.6]


@pytest.mark.parametrize(("changes", "text"), [
    ({}, "the same recipe"),
    ({"learning_rate": 0.01}, "η 0.01"),
    ({"learning_rate": 0.01, "batch_size": 32}, "η 0.01, B 32"),
    ({"hidden": (64, 32)}, "Hidden layers 64-32"),
    ({"optimizer": Optimizer.SGD}, f"Optimizer {Optimizer.SGD.label}"),
    ({"seed": 4, "learning_rate": 0.01, "dropout": 0.1}, "…"),
])  # fmt: skip
def test_runs_are_told_apart_by_their_recipes(changes, text):
    told = difference_text(Recipe(**changes), Recipe())
    assert set(text.split(", ")) <= set(told.split(", "))


def test_an_empty_session_is_one():
    assert from_text(to_text(Session())) == Session()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_valid_spec_survives(data):
    pieces = knobs(type(ExpressivitySpec().function))["pieces"]
    spec = ExpressivitySpec()
    function = spec.function.replaced(
        pieces=data.draw(st.integers(int(pieces.minimum), int(pieces.maximum))),
        half_width=data.draw(st.floats(1e-3, 1e3)), preset=data.draw(st.sampled_from(
            [value.value for value in type(spec.function.preset)])),
        target="drawn", drawn=data.draw(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=20)),
    )
    session = Session(specs={"expressivity": spec.with_function(function)}, tab="expressivity")
    assert from_text(to_text(session)) == session


def damaged(**changes) -> str:
    return json.dumps({**json.loads(to_text(FULL)), **changes})


A_RUN = json.loads(to_text(FULL))["pinned"][0]


@pytest.mark.parametrize(("text", "words"), [
    ("", "not written as one"),
    ("[]", "not written as one"),
    ("{}", "no session"),
    ("[" * 100_000, "not written as one"),
    (damaged(format="else"), "no session"),
    (damaged(version=VERSION + 1), "newer Chalknet"),
    (damaged(version=0), "no version"),
    (damaged(version="1"), "not written as one"),
    (damaged(colour="red"), "damaged"),
    (damaged(tab=3), "damaged"),
    (damaged(tab="poetry"), "“poetry”"),
    (damaged(lesson={"lesson": "1a", "step": -1}), "damaged at “lesson.step”"),
    (damaged(pinned=[A_RUN] * 100), "damaged at “pinned”"),
    (damaged(pinned=[{**A_RUN, "tab": "backprop"}]), "“backprop”, which pins none"),
    (damaged(pinned=[{**A_RUN, "recipe": {"epochs": 0}}]), "Epochs must be"),
    (damaged(pinned=[{**A_RUN, "evaluations": [{"step": "two"}]}]), "pinned run"),
    (damaged(specs={"poetry": {}}), "There is no tab “poetry”"),
    (damaged(specs={"training": {"recipe": {"epochs": 0}}}), "Epochs must be"),
    (damaged(specs={"training": {"joy": 1}}), "joy"),
    (damaged(specs={"training": [1]}), "damaged"),
    (damaged(specs={"expressivity": {"function": {"formula": "sin("}}}), "expressivity"),
])  # fmt: skip
def test_rubbish_and_newer_versions_are_refused_with_a_sentence(text, words):
    with pytest.raises(SessionError) as caught:
        from_text(text)
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.endswith((".", "?"))
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_a_newer_version_is_told_even_where_it_looks_different():
    with pytest.raises(SessionError, match="newer"):
        from_text(json.dumps({"format": "chalknet session", "version": 7, "what": {"else": []}}))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_still_a_session(data):
    text = to_text(Session(specs={"expressivity": SPECS["expressivity"]}, tab="expressivity"))
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(start + 30, len(text))))
    rubbish = data.draw(st.one_of(st.text(max_size=8), st.sampled_from(
        ["null", "1e999", "-1", "[]", "{}", "\"", "true", "0.5", "NaN"])))
    try:
        session = from_text(text[:start] + rubbish + text[stop:])
    except SessionError as error:
        assert str(error)[-1] in ".?"  # noqa: PT017
    else:
        assert from_text(to_text(session)) == session


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data):
    with pytest.raises(SessionError):
        from_text(data)


def test_files_that_cannot_be_read_or_written(tmp_path):
    with pytest.raises(SessionError, match="cannot be read"):
        open_session(tmp_path / "none.chalknet")
    with pytest.raises(SessionError, match="cannot be read"):
        open_session(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError, match=r"cannot be saved as a\.chalknet"):
        save_session(FULL, tmp_path / "file" / "a.chalknet")
    huge = tmp_path / "huge.chalknet"
    with huge.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    with pytest.raises(SessionError, match="far too large"):
        open_session(huge)


def test_a_failed_save_leaves_the_file_before(tmp_path, monkeypatch):
    path = tmp_path / "a.chalknet"
    save_session(FULL, path)
    before = path.read_bytes()

    def fail(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("engine.files.os.fsync", fail)
    with pytest.raises(SessionError, match="No space left"):
        save_session(Session(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
