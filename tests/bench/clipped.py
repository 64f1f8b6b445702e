"""Whether anything is clipped or overlaps: every page in every language, size, theme and mode,
and every list, sheet, card and panel that comes and goes over or beside them.

    python -m tests.bench.clipped [--language en --language de]

The exit code is 1 where something is.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.agreement import say_unless_size

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clipped", description=__doc__)
    parser.add_argument("--language", action="append", default=[])
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHALKNET_HOME"] = home
        return run(options.language)


def run(languages: list[str]) -> int:
    """Walk everything, and say what has no room."""
    import torch
    from PySide6.QtCore import qInstallMessageHandler

    from gui.app import make_application

    torch.set_num_threads(1)
    qInstallMessageHandler(say_unless_size)
    _application = make_application(["chalknet"])
    from guests import GUESTS, receive
    from rounds import LANGUAGES, LOOKS_OF_ALL, Round, all_pages

    visits, found = 0, []
    for language in languages or LANGUAGES:
        round_ = Round(language)
        pages = list(all_pages(round_.window))
        for wanted in LOOKS_OF_ALL:
            lines = [line for page in pages for line in round_.visit(page, wanted)]
            lines += [line for name in GUESTS for line in receive(round_, name, wanted)]
            count = len(pages) + len(GUESTS)
            visits, found = visits + count, found + lines
            print(f"{language}, {wanted}: {count} visits, {len(lines)} complaints", flush=True)
            for line in lines:
                print(f"    {line}")
        round_.close()
    print(f"{visits:,} visits: {len(found)} complaints")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
