"""The headless commands, as a script would call them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors
import torch

from engine import cli
from engine.data.images import load_images
from engine.data.sources import ENVIRONMENT_VARIABLE, Root, search_roots
from engine.spec import from_builtins, from_json
from engine.training.checkpoint import load_checkpoint
from engine.training.events import Step
from engine.training.presets import PRESETS
from engine.training.recipe import Recipe
from engine.training.run import Training

ROOT = Path(__file__).resolve().parents[2]
FAST = ["--set", "training_images=200", "--set", "hidden=16-8", "--epochs", "3"]
EPOCH_FIELDS = [
    "event", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy",
    "test_correct", "test_total", "seconds",
]  # fmt: skip


@pytest.fixture(autouse=True)
def bundled_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample is what every computer has, and quick to evaluate."""
    torch.set_num_threads(1)
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)

    def requested(data_dir: Path | None = None) -> tuple[Root, ...]:
        return tuple(root for root in search_roots(data_dir) if root.requested)

    monkeypatch.setattr("engine.data.images.search_roots", requested)


def train(*arguments: str) -> int:
    return cli.run(["train", *FAST, *arguments])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Every line of stdout as a JSON object, strictly; nothing may be there beside them."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    captured = capsys.readouterr()
    assert captured.err == ""
    return [json.loads(line, parse_constant=refuse) for line in captured.out.splitlines()]


def without_seconds(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in event.items() if k != "seconds"} for event in events]


def refused(capsys: pytest.CaptureFixture[str], code: int) -> str:
    """The one sentence on stderr that goes with exit code 2."""
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.startswith("chalknet: ")
    return captured.err


# --- reports --------------------------------------------------------------------------------------


def test_json_lines(capsys: pytest.CaptureFixture[str]):
    assert train("--json") == 0
    *epochs, finished = lines(capsys)
    assert [event["epoch"] for event in epochs] == [1, 2, 3]
    for event in epochs:
        assert list(event) == EPOCH_FIELDS
        assert event["event"] == "epoch"
        assert 0 <= event["train_accuracy"] <= 1
        assert event["test_accuracy"] == event["test_correct"] / event["test_total"]
        assert event["test_total"] == 2000
        assert 0 < event["seconds"] < 60
    assert finished["event"] == "finished"
    assert finished["data_source"] == "FashionMNIST, bundled sample, 12,000 + 2,000"
    recipe = from_builtins(Recipe, finished["recipe"])
    assert recipe == Recipe(training_images=200, hidden=(16, 8), epochs=3)
    assert finished["steps"] == 6
    assert finished["test_accuracy"] == epochs[-1]["test_accuracy"]


def test_the_numbers_are_those_of_the_engine(capsys: pytest.CaptureFixture[str]):
    train("--json", "--seed", "7")
    *epochs, finished = lines(capsys)
    training = Training(from_builtins(Recipe, finished["recipe"]), load_images("fashion_mnist"))
    list(training.events())
    assert training.recipe.seed == 7
    assert [event["test_loss"] for event in epochs] == [
        evaluation.test.loss for evaluation in training.history.evaluations[1:]
    ]


def test_a_validation_split_is_reported_where_there_is_one(capsys: pytest.CaptureFixture[str]):
    assert train("--json", "--set", "validation_share=0.2") == 0
    for event in lines(capsys)[:-1]:
        assert {*EPOCH_FIELDS, "validation_loss", "validation_accuracy"} == set(event)


def test_evaluations_between_epochs_are_no_epochs(capsys: pytest.CaptureFixture[str]):
    assert train("--json", "--set", "evaluation_interval=0.5") == 0
    assert [event.get("epoch") for event in lines(capsys)] == [1, 2, 3, None]


def test_divergence_is_a_result(capsys: pytest.CaptureFixture[str]):
    arguments = ["optimizer=sgd", "learning_rate=10", "weight_decay=1", "initialization=he"]
    sets = [part for text in arguments for part in ("--set", text)]
    assert train("--json", *sets, "--epochs", "100") == 0
    last = lines(capsys)[-1]
    assert last["event"] == "diverged"
    assert last["steps"] < 200
    assert "Lower the learning rate" in last["explanation"]


def test_text_has_one_line_an_epoch(capsys: pytest.CaptureFixture[str]):
    assert train("--set", "validation_share=0.1") == 0
    captured = capsys.readouterr()
    out = captured.out.splitlines()
    assert captured.err == ""
    assert out[0] == "784-16-8-10 on FashionMNIST, bundled sample, 12,000 + 2,000, cpu"
    epochs = [line for line in out if line.startswith("epoch ") and "train" in line]
    assert len(epochs) == 3
    assert all("validation" in line and "test" in line and " %" in line for line in epochs)
    assert out[-1] == "Finished after 6 steps."


def test_help_names_presets_and_options(capsys: pytest.CaptureFixture[str]):
    assert cli.run(["train", "--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"--{option}" in text for option in ("preset", "set", "out", "json", "resume"))
    assert all(key in "".join(text.split()) for key in PRESETS)


# --- what is kept ---------------------------------------------------------------------------------


def test_out(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    out = tmp_path / "new" / "folder"
    assert train("--json", "--out", str(out)) == 0
    *epochs, finished = lines(capsys)
    assert sorted(p.name for p in out.iterdir()) == [
        "history.csv", "recipe.json", "run.safetensors"
    ]  # fmt: skip
    recipe = from_json(Recipe, (out / "recipe.json").read_bytes())
    assert recipe == from_builtins(Recipe, finished["recipe"])
    with (out / "history.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    assert [float(row["test_loss"]) for row in rows[1:]] == [e["test_loss"] for e in epochs]
    assert load_checkpoint(out / "run.safetensors").step == 6


def test_a_recipe_file_repeats_a_run(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    train("--json", "--seed", "3", "--out", str(tmp_path))
    first = lines(capsys)
    recipe = str(tmp_path / "recipe.json")
    assert cli.run(["train", "--recipe", recipe, "--json"]) == 0
    assert without_seconds(lines(capsys)) == without_seconds(first)
    assert cli.run(["train", "--recipe", recipe, "--epochs", "1", "--json"]) == 0
    assert lines(capsys)[-1]["recipe"]["epochs"] == 1


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def crash() -> None:
    raise KeyboardInterrupt


def stop_in_step(monkeypatch: pytest.MonkeyPatch, number: int, how: Callable[[], None]) -> None:
    """Ctrl-C where it hurts: the weights have moved, and the step is not counted yet."""
    update = Training._update

    def interrupted(training: Training, rate: float) -> None:
        update(training, rate)
        if training.step == number - 1:
            how()

    monkeypatch.setattr(Training, "_update", interrupted)


@pytest.mark.parametrize(("how", "kept"), [(press_ctrl_c, 4), (crash, 2)])
@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_ctrl_c_keeps_the_run_and_resume_goes_on_to_the_same_numbers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    how: Callable[[], None], kept: int, optimizer: str,
):  # fmt: skip
    arguments = ["--json", "--set", f"optimizer={optimizer}", "--set", "dropout=0.2"]
    assert train(*arguments, "--out", str(tmp_path / "whole")) == 0
    whole = lines(capsys)

    out = tmp_path / "cut"
    with monkeypatch.context() as patch:
        stop_in_step(patch, 4, how)
        assert train(*arguments, "--out", str(out)) == 130
    *epochs, interrupted = lines(capsys)
    assert without_seconds(epochs) == without_seconds(whole[:1])
    assert interrupted["event"] == "interrupted"
    assert (out / "history.csv").read_text().count("\n") == 3
    checkpoint = out / "run.safetensors"
    assert load_checkpoint(checkpoint).step == kept

    assert cli.run(["train", "--resume", str(checkpoint), "--json", "--out", str(out)]) == 0
    assert without_seconds(lines(capsys)) == without_seconds(whole[1:])
    recipes = [folder / "recipe.json" for folder in (out, tmp_path / "whole")]
    assert recipes[0].read_bytes() == recipes[1].read_bytes()
    ours, theirs = (load_checkpoint(f / "run.safetensors") for f in (out, tmp_path / "whole"))
    for mine, other in zip(
        ours.network.parameters(), theirs.network.parameters(), strict=True
    ):
        assert torch.equal(mine, other)
    assert ours.history.step_losses == theirs.history.step_losses


def test_a_second_ctrl_c_does_not_wait(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def twice() -> None:
        press_ctrl_c()
        press_ctrl_c()

    stop_in_step(monkeypatch, 3, twice)
    assert train("--json", "--out", str(tmp_path)) == 130
    assert load_checkpoint(tmp_path / "run.safetensors").step == 2


def test_ctrl_c_works_as_before_afterwards():
    before = signal.getsignal(signal.SIGINT)
    train("--json")
    assert signal.getsignal(signal.SIGINT) is before


def test_text_mode_says_that_it_was_interrupted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    stop_in_step(monkeypatch, 3, press_ctrl_c)
    assert train() == 130
    assert capsys.readouterr().out.splitlines()[-1] == "Interrupted after 3 steps."


def test_ctrl_c_while_the_images_are_loaded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("engine.training.headless.load_images", lambda *_: crash())
    assert train("--json") == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == "chalknet: interrupted."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_from_outside(tmp_path: Path):
    command = [
        sys.executable, "main.py", "train", *FAST[:4], "--epochs", "500", "--json",
        "--out", str(tmp_path),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    last = json.loads(out.splitlines()[-1])
    assert (first["epoch"], process.returncode, errors) == (1, 130, "")
    assert last["event"] == "interrupted"
    with safetensors.safe_open(tmp_path / "run.safetensors", framework="pt") as file:
        position = json.loads(file.metadata()["position"])
    assert position["step"] == last["steps"] < 1000
    assert (tmp_path / "history.csv").exists()


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "homwork"], "no preset “homwork”; choose from homework"),
        (["--epochs", "0"], "Epochs must be a whole number from 1 to 500"),
        (["--epochs", "many"], "'many' is not a valid integer"),
        (["--seed", "-1"], "Seed must be a whole number from 0 to 2,147,483,647"),
        (["--set", "learning_rate=fast"], "Learning rate must be a number from 1e-06 to 10"),
        (["--set", "lr=1"], "no setting “lr”; choose from data, training_images"),
        (["--set", "epochs"], "write it as key=value"),
        (["--set", "training_images=5"], "at least 10, one for each class"),
        (["--set", "training_images=60000"], "has only 12,000; ask for fewer"),
        (["--set", "batch_norm=true", "--set", "batch_size=199"], "Batch norm cannot normalise"),
        (["--data", "x"], "--data"),
        (["surplus"], "unexpected extra argument"),
        (["--recipe", "absent.json"], "The recipe absent.json cannot be read"),
        (["--recipe", "a.json", "--preset", "homework"], "leave one of them out"),
        (["--resume", "absent.safetensors"], "leave the other settings out"),
        (["--out", "main.py"], "is a file"),
    ],
)
def test_bad_input(capsys, monkeypatch, arguments: list[str], words: str):
    monkeypatch.chdir(ROOT)
    assert words in refused(capsys, train("--json", *arguments))


@pytest.mark.parametrize("setting", [["--preset", "homework"], ["--epochs", "30"], ["--seed", "0"]])
def test_resume_takes_no_settings_not_even_the_default_ones(capsys, setting: list[str]):
    code = cli.run(["train", "--resume", "absent.safetensors", *setting])
    assert "leave the other settings out" in refused(capsys, code)


def test_resume_of_nothing(capsys, tmp_path: Path):
    code = cli.run(["train", "--resume", str(tmp_path / "absent.safetensors")])
    assert "There is no file" in refused(capsys, code)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This is no recipe, because it is no JSON"),
        (b"\xff", "This is no recipe, because it is no JSON"),
        (b"[1]", "This is no recipe, because it holds no fields"),
        (b'{"epochs": "ten"}', "Epochs must be a whole number from 1 to 500"),
        (b'{"epoch": 10}', "unknown field “epoch”"),
    ],
)
def test_bad_recipe_files(capsys, tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "recipe.json"
    path.write_bytes(content)
    assert words in refused(capsys, cli.run(["train", "--recipe", str(path), "--json"]))


def test_a_missing_or_unknown_command(capsys):
    assert "Missing command" in refused(capsys, cli.run([]))
    assert "No such command 'trian'" in refused(capsys, cli.run(["trian"]))


@pytest.mark.parametrize("place", ["file/below", "taken"])
def test_an_out_that_cannot_be_written_is_noticed_before_the_training(
    capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
):
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "recipe.json").mkdir(parents=True)
    steps: list[Step] = []
    monkeypatch.setattr(Training, "_step", lambda *_: steps.append(_))
    text = refused(capsys, train("--json", "--out", str(tmp_path / place)))
    assert "cannot be written" in text
    assert "name another folder for --out" in text
    assert steps == []


def test_problems_with_the_data_go_to_stderr(capsys, tmp_path: Path):
    assert train("--json", "--data-dir", str(tmp_path / "nowhere")) == 0
    captured = capsys.readouterr()
    assert "which does not exist" in captured.err
    assert [json.loads(line)["event"] for line in captured.out.splitlines()][-1] == "finished"
