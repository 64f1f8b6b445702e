"""Where Chalknet keeps what is the user's: settings, an unfinished run, the log.

`CHALKNET_HOME` puts all of it into one folder, for tests and for a lecturer's memory stick.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def settings_file() -> Path:
    """The file of the remembered settings."""
    return _home("config", platformdirs.user_config_path("chalknet", appauthor=False)) / (
        "settings.ini"
    )


def state_folder() -> Path:
    """Where an unfinished run and the log lie."""
    return _home("state", platformdirs.user_state_path("chalknet", appauthor=False))


def own_lessons_folder() -> Path:
    """Where a lecturer's own lessons lie; it may not be there yet."""
    return _home("lessons", platformdirs.user_documents_path() / "Chalknet lessons")


def _home(name: str, default: Path) -> Path:
    home = os.environ.get("CHALKNET_HOME")
    return Path(home) / name if home else default
