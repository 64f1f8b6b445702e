"""The headless commands. Each is a spec from a preset and flags, and the engine's generator."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from engine.backprop.presets import PRESETS as BACKPROP_PRESETS
from engine.backprop.presets import find_preset as find_backprop_preset
from engine.errors import ChalknetError
from engine.expressivity.csv_points import read_csv_file
from engine.expressivity.presets import PRESETS as PRESET_TARGETS
from engine.expressivity.spec import FunctionSpec, Heights, PieceActivation
from engine.initialization.presets import PRESETS as PROBE_PRESETS
from engine.initialization.presets import find_preset as find_probe_preset
from engine.initialization.schemes import split_schemes
from engine.initialization.spec import Activation, Input, Loss, Precision, ProbeSpec, Scaling
from engine.spec import from_json, with_assignments
from engine.training.presets import PRESETS, find_preset
from engine.training.recipe import Recipe

BAD_INPUT, INTERRUPTED = 2, 130

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def run(argv: list[str]) -> int:
    """Run one headless command; returns the exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    try:
        code = commands.main(argv, prog_name="chalknet", standalone_mode=False)
    except click.ClickException as error:
        print(f"chalknet: {error.format_message()}", file=sys.stderr)
        return BAD_INPUT
    except ChalknetError as error:
        print(f"chalknet: {error}", file=sys.stderr)
        return BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        print("chalknet: interrupted.", file=sys.stderr)
        return INTERRUPTED
    return code if isinstance(code, int) else 0


@click.group(no_args_is_help=False)
def commands() -> None:
    """Chalknet without a window."""


@commands.command()
@click.option("--preset", help=f"{', '.join(PRESETS)}.", show_default="homework")
@click.option("--recipe", "recipe_file", type=FILE, help="A recipe file instead of a preset.")
@click.option("--epochs", type=int, help="Epochs, instead of the preset's.")
@click.option("--seed", type=int, help="Seed, instead of the preset's.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE",
    help="Any setting of the recipe, e.g. --set batch_size=64; may be repeated.",
)
@click.option("--resume", "checkpoint", type=FILE, help="A checkpoint to go on from.")
@click.option("--data-dir", type=FOLDER, help="The data sets, in torchvision's layout.")
@click.option("--out", type=FOLDER, help="A folder for checkpoint, recipe and history.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, nothing else.")
def train(
    preset: str | None,
    recipe_file: Path | None,
    epochs: int | None,
    seed: int | None,
    assignments: tuple[str, ...],
    checkpoint: Path | None,
    data_dir: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Train the network of part 3; report loss and accuracy after every epoch."""
    given = {k: v for k, v in {"epochs": epochs, "seed": seed}.items() if v is not None}
    if preset and recipe_file:
        raise click.UsageError("A preset and a recipe file are two recipes; leave one of them out.")
    if checkpoint and (preset or recipe_file or given or assignments):
        raise click.UsageError(
            "--resume goes on with the checkpoint's own recipe; leave the other settings out."
        )
    recipe = _read_recipe(recipe_file) if recipe_file else find_preset(preset or "homework").recipe
    recipe = with_assignments(recipe.replaced(**given), list(assignments))
    # Only now, because it imports torch: bad input is answered at once.
    from engine.training import headless

    if checkpoint:
        training = headless.resume(checkpoint, data_dir)
    else:
        training = headless.start(recipe, data_dir)
    report = headless.JsonReport() if as_json else headless.TextReport()
    return 0 if headless.follow(training, report, out) else INTERRUPTED


@commands.command()
@click.option("--preset", help=f"{', '.join(BACKPROP_PRESETS)}.", default="homework",
              show_default=True)
@click.option("--epochs", type=int, help="Epochs, instead of the preset's.")
@click.option("--seed", type=int, help="Seed, instead of the preset's.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE",
    help="Any setting, e.g. --set learning_rate=0.01 or --set hidden=64; may be repeated.",
)
@click.option("--data-dir", type=FOLDER, help="The data sets, in torchvision's layout.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, nothing else.")
def backprop(
    preset: str,
    epochs: int | None,
    seed: int | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    as_json: bool,
) -> int:
    """Train the NumPy network of part 4; report the test set before and after every epoch."""
    from engine.backprop import headless

    given = {k: v for k, v in {"epochs": epochs, "seed": seed}.items() if v is not None}
    spec = find_backprop_preset(preset).spec.replaced(**given)
    spec = with_assignments(spec, list(assignments))
    report = headless.JsonReport() if as_json else headless.TextReport()
    return 0 if headless.run(spec, data_dir, report) else INTERRUPTED


@commands.command()
@click.option("--target", help="The function, e.g. \"sin(3*x)\"; with --dims 2 of x and y.")
@click.option("--preset-target", metavar="NAME", help=f"{', '.join(PRESET_TARGETS)}.")
@click.option("--csv", "csv_file", type=FILE, help="Two columns, x and y, instead of a formula.")
@click.option("--interval", type=float, help="B of the interval [-B, B].")
@click.option("--pieces", type=int, help="Into how many pieces it is cut, along each axis.")
@click.option("--heights", help=f"{', '.join(Heights)}.")
@click.option("--shared/--naive", "is_shared", default=None, help="n + 1 neurons, or 2n.")
@click.option("--adaptive", is_flag=True, help="Breakpoints where the target needs them.")
@click.option("--activation", help=f"{', '.join(PieceActivation)}.")
@click.option("--steepness", type=float, help="Of the sigmoids, in units of a piece.")
@click.option("--u0", help="The step's value at zero: 0, 0.5 or 1.")
@click.option("--dims", type=click.IntRange(1, 2), default=1, help="1 or 2.")
@click.option("--weights", type=FILE, help="A file to write every weight and bias to, as JSON.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, nothing else.")
def fit(dims: int, weights: Path | None, as_json: bool, **options: Any) -> int:
    """Build a network of step neurons for a function (part 1); nothing is trained."""
    from engine.expressivity import grid_headless, headless

    if dims == 1:
        result = headless.run_fit(_function_spec(**options), weights)
    else:
        result = grid_headless.run_grid_fit(weights=weights, **_grid_options(**options))
    print(json.dumps(result, allow_nan=False) if as_json else headless.as_text(result))
    return 0


def _function_spec(
    *, target: str | None, preset_target: str | None, csv_file: Path | None, is_shared: bool | None,
    adaptive: bool, interval: float | None, u0: str | None, **plain: Any,
) -> FunctionSpec:  # fmt: skip
    """The spec of a fit in one dimension."""
    if sum(source is not None for source in (target, preset_target, csv_file)) > 1:
        raise click.UsageError(
            "--target, --preset-target and --csv are three targets; leave all but one out."
        )
    changes = {**plain, "half_width": interval, "at_zero": u0, "formula": target}
    if adaptive:
        changes["breakpoints"] = "adaptive"
    if is_shared is not None:
        changes["edges"] = "shared" if is_shared else "naive"
    if preset_target is not None:
        changes |= {"target": "preset", "preset": preset_target}
    if csv_file is not None:
        read = read_csv_file(csv_file)
        for note in read.notes:
            print(f"chalknet: {note}", file=sys.stderr)
        changes |= {"target": "csv", "points": read.points}
        changes["half_width"] = read.half_width if interval is None else interval
    given = {name: value for name, value in changes.items() if value is not None}
    return FunctionSpec().replaced(**given)


def _grid_options(
    *, target: str | None, preset_target: str | None, interval: float | None, pieces: int | None,
    heights: str | None, adaptive: bool, **others: Any,
) -> dict[str, Any]:  # fmt: skip
    """What a fit in two dimensions takes, with its defaults; the other options mean nothing there.
    """
    if adaptive or any(value is not None for value in others.values()):
        names = "--target, --preset-target, --interval, --pieces, --heights and --weights"
        raise click.UsageError(f"With --dims 2 only {names} mean something; leave others out.")
    if target is not None and preset_target is not None:
        raise click.UsageError("--target and --preset-target are two targets; leave one out.")
    return {
        "target": preset_target or target or "sin(x)*cos(y)",
        "interval": 2.0 if interval is None else interval,
        "pieces": 16 if pieces is None else pieces,
        "heights": heights or "midpoint",
    }


@commands.command()
@click.option("--preset", help=f"A network: {', '.join(PROBE_PRESETS)}.")
@click.option("--widths", help="Input, hidden layers and output, e.g. 784,256x20,10.")
@click.option("--activation", help=f"{', '.join(Activation)}.")
@click.option(
    "--schemes", metavar="LIST",
    help="With commas between: constant:0.05, 1/n_in, he (2/n_in), 1/n_out, xavier_normal, "
         "xavier_uniform, he_uniform, pytorch, orthogonal, all_equal, or a formula for σ² in n_in "
         "and n_out.",
)
@click.option("--input", "input", help=f"{', '.join(Input)}.")
@click.option("--v", type=float, help="Standard deviation of Gaussian inputs.")
@click.option("--rho", "correlation", type=float, help="Correlation of the inputs of a pair.")
@click.option("--pixels", "scaling", help=f"{', '.join(Scaling)}.")
@click.option("--loss", help=f"What the backward pass starts from: {', '.join(Loss)}.")
@click.option("--bias-variance", type=float, help="Variance of the biases.")
@click.option("--batch", "batch_size", type=int, help="Inputs sent through at once.")
@click.option("--seeds", type=int, help="Independent draws of weights and inputs.")
@click.option("--seed", type=int, help="The first of them.")
@click.option("--dtype", "precision", help=f"{', '.join(Precision)}.")
@click.option("--data-dir", type=FOLDER, help="The data sets, in torchvision's layout.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object for each scheme and layer.")
def probe(
    preset: str | None, schemes: str | None, data_dir: Path | None, as_json: bool, **options: Any
) -> int:
    """Measure signals and gradients of fresh networks, layer by layer, beside theory (part 2)."""
    from engine.initialization import headless

    spec = find_probe_preset(preset).spec if preset else ProbeSpec()
    given = {name: value for name, value in options.items() if value is not None}
    if schemes is not None:
        given["schemes"] = split_schemes(schemes)
    snapshot = headless.measure(spec.replaced(**given), data_dir)
    if as_json:
        for line in headless.as_json_lines(snapshot):
            print(line)
    else:
        print(headless.as_text(snapshot))
    return 0


def _read_recipe(path: Path) -> Recipe:
    try:
        return from_json(Recipe, path.read_bytes())
    except OSError as error:
        raise click.UsageError(
            f"The recipe {path} cannot be read ({error.strerror}); name another file."
        ) from error


@commands.group(no_args_is_help=False)
def lesson() -> None:
    """Write lessons: check a file, list what there is, begin a new one."""


@lesson.command()
@click.argument("file", type=FILE)
def check(file: Path) -> int:
    """Read a lesson, and enter every step of it; tell the first mistake with its line."""
    from engine.lessons.check import check

    print(check(file))
    return 0


@lesson.command(name="list")
def list_lessons() -> int:
    """List the bundled lessons and your own."""
    from engine.lessons.check import listed

    print(listed())
    return 0


@lesson.command()
@click.argument("file", type=FILE)
def new(file: Path) -> int:
    """Write the template to a new file, to be changed into a lesson."""
    from engine.lessons.check import begin

    print(begin(file))
    return 0
