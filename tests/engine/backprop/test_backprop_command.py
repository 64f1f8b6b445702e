"""`python main.py backprop`, and the homework on all of MNIST where that is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine import cli
from engine.backprop import headless
from engine.backprop.training import Training

ROOT = Path(__file__).resolve().parents[3]
FEW = ["--set", "training_images=200", "--set", "hidden=8"]
#: What any faithful implementation of the homework finds; the textbook beside this test does.
HOMEWORK = [1028, 8718, 9118, 9292]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict], str]:
    code = cli.run(["backprop", *arguments, "--json"])
    out, errors = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], errors


def full_mnist() -> Path | None:
    places = [os.environ.get("CHALKNET_DATA", ""), ROOT.parent / "shared" / "datasets"]
    for place in filter(None, places):
        if (Path(place) / "MNIST" / "raw").is_dir():
            return Path(place)
    return None


def test_evaluations_begin_before_training(capsys: pytest.CaptureFixture[str]):
    code, events, _ = run(capsys, "--preset", "homework", "--epochs", "2", *FEW)
    assert code == 0
    assert [event["event"] for event in events] == ["evaluation"] * 3 + ["finished"]
    assert [event["epoch"] for event in events[:-1]] == [0, 1, 2]
    for event in events[:-1]:
        assert set(event) == {"event", "epoch", "test_loss", "test_correct", "test_total"}
        assert 0 <= event["test_correct"] <= event["test_total"]
    assert events[-1]["data_source"].startswith("MNIST")
    assert events[-1]["updates"] == 400
    assert events[-1]["spec"]["hidden"] == [8]


def test_the_same_again_and_another_seed(capsys: pytest.CaptureFixture[str]):
    first = run(capsys, "--epochs", "1", *FEW)
    assert run(capsys, "--epochs", "1", *FEW) == first
    assert run(capsys, "--epochs", "1", "--seed", "1", *FEW) != first


def test_evaluating_more_often_prints_whole_epochs_only(capsys: pytest.CaptureFixture[str]):
    plain = run(capsys, "--epochs", "1", *FEW)[1]
    often = run(capsys, "--epochs", "1", *FEW, "--set", "evaluation_interval=0.25")[1]
    assert often[:-1] == plain[:-1]


def test_text_for_people(capsys: pytest.CaptureFixture[str]):
    assert cli.run(["backprop", "--epochs", "1", *FEW]) == 0
    out = capsys.readouterr().out
    assert "784-8-10 on MNIST" in out
    assert "epoch   1   test" in out
    assert "Finished after 200 updates." in out


@pytest.mark.parametrize("as_json", [True, False])
def test_divergence_is_told(as_json: bool, capsys: pytest.CaptureFixture[str]):
    arguments = ["backprop", "--preset", "rate_too_large", *FEW]
    assert cli.run(arguments + ["--json"] * as_json) == 0
    out = capsys.readouterr().out
    assert "Lower the learning rate." in out
    if as_json:
        assert json.loads(out.splitlines()[-1])["event"] == "diverged"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "nonsense"], "no preset “nonsense”"),
        (["--set", "hidden=0"], "0 units"),
        (["--set", "nonsense=1"], "no setting “nonsense”"),
        (["--epochs", "0"], "Epochs must be"),
        (["--epochs", "many"], "not a valid integer"),
    ],
)
def test_bad_input_is_exit_code_2(arguments, words, capsys: pytest.CaptureFixture[str]):
    code, events, errors = run(capsys, *arguments)
    assert (code, events) == (2, [])
    assert words in errors
    assert errors.count("\n") == 1


def test_ctrl_c_is_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def pressed(self: headless.JsonReport, training: Training) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(headless.JsonReport, "progress", pressed)
    code, events, _ = run(capsys, *FEW)
    assert code == 130
    assert [event["event"] for event in events] == ["evaluation", "interrupted"]


@pytest.mark.skipif(full_mnist() is None, reason="the full MNIST is not here")
@pytest.mark.timeout(300)
def test_the_homework_on_all_of_mnist(capsys: pytest.CaptureFixture[str]):
    code, events, _ = run(capsys, "--preset", "homework", "--data-dir", str(full_mnist()))
    assert code == 0
    assert events[-1]["data_source"] == "MNIST, 60,000 + 10,000"
    assert [event["test_correct"] for event in events[:-1]] == HOMEWORK
    assert events[-2]["test_loss"] == pytest.approx(0.252648110453, abs=1e-9)
