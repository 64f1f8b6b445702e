"""The headless commands. Each is a spec from a preset and flags, and the engine's generator."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.errors import ChalknetError
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


def _read_recipe(path: Path) -> Recipe:
    try:
        return from_json(Recipe, path.read_bytes())
    except OSError as error:
        raise click.UsageError(
            f"The recipe {path} cannot be read ({error.strerror}); name another file."
        ) from error
