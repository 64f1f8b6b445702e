"""Where the files of a data set may lie, in the order in which they are looked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from engine.data.catalogue import Dataset, samples_folder
from engine.words import later, say

ENVIRONMENT_VARIABLE = "CHALKNET_DATA"


@dataclass(frozen=True)
class Root:
    """A place to search. `requested` is true where the user named it, so that silence misleads.

    `origin` says in English, to be translated, how it came to be searched.
    """

    path: Path
    origin: str
    requested: bool = False


@dataclass(frozen=True)
class Source:
    """A folder that holds files of a data set; `kind` says which digests they must have."""

    kind: Literal["full", "sample"]
    folder: Path
    origin: str


def user_data_folder() -> Path:
    """Where downloads go: the data folder that the system gives each user."""
    return platformdirs.user_data_path("chalknet", appauthor=False) / "datasets"


def search_roots(data_dir: Path | None = None) -> tuple[Root, ...]:
    """The places to search: --data-dir, CHALKNET_DATA, your data folder, system packages."""
    roots = [Root(absolute(data_dir), "--data-dir", requested=True)] if data_dir else []
    if from_environment := os.environ.get(ENVIRONMENT_VARIABLE):
        path = absolute(Path(from_environment))
        roots.append(Root(path, ENVIRONMENT_VARIABLE, requested=True))
    roots.append(Root(user_data_folder(), later("your data folder")))
    shared = platformdirs.site_data_dir("datasets", appauthor=False, multipath=True)
    roots += [Root(Path(folder), later("system package")) for folder in shared.split(os.pathsep)]
    return tuple(roots)


def find_sources(
    dataset: Dataset, roots: tuple[Root, ...]
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """All folders that hold files of the data set, best first, and what to tell the user.

    The bundled sample is always the last source. The sentences are about roots that the user
    named and that hold nothing. Files are only looked for here, not read.
    """
    sources: list[Source] = []
    problems = []
    for root in roots:
        found = [folder for folder in _folders(root.path, dataset) if _holds_any(folder, dataset)]
        sources += [Source("full", folder, root.origin) for folder in found]
        if root.requested and not found:
            problems.append(_nothing_found(root, dataset))
    sample = samples_folder() / dataset.name / "raw"
    sources.append(Source("sample", sample, later("bundled sample")))
    return tuple(sources), tuple(problems)


def absolute(path: Path) -> Path:
    """The path without ~ and independent of the working folder."""
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # no such user: then the ~ belongs to the name
        return path.absolute()


def _folders(root: Path, dataset: Dataset) -> tuple[Path, ...]:
    """torchvision's layout first, then whatever else a person might point at."""
    return (
        root / dataset.name / "raw",
        root / dataset.name,
        root / dataset.package_folder,
        root / "raw",
        root,
    )


def _holds_any(folder: Path, dataset: Dataset) -> bool:
    names = [file.name + ending for file in dataset.files for ending in ("", ".gz")]
    try:
        return any((folder / name).exists() for name in names)
    except OSError:  # a folder that may not be entered; a requested one is reported as such
        return False


def _nothing_found(root: Root, dataset: Dataset) -> str:
    named = {"origin": root.origin, "path": root.path}
    try:
        next(root.path.iterdir(), None)
    except FileNotFoundError:
        return say("{origin} names {path}, which does not exist; correct it or leave it out.",
                   **named)
    except NotADirectoryError:
        return say("{origin} names {path}, which is not a folder; name the folder that the files "
                   "lie in.", **named)
    except OSError as error:
        return say("{origin} names {path}, which cannot be read ({why}); give yourself the right "
                   "to.", why=error.strerror, **named)
    return say(
        "{origin} names {path}, but no {dataset} was found there; put its files into {folder}, "
        "the first being {first}.gz.", dataset=dataset.name,
        folder=root.path / dataset.name / "raw", first=dataset.files.training_images.name, **named,
    )
