"""Whether spec, widgets and plots agree after edits, undos and redos at random.

    python -m tests.bench.agreement [--sequences 1000] [--seed 0] [--tab KEY]

The exit code is 1 where they do not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.agreement", description=__doc__)
    parser.add_argument("--sequences", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tab", action="append", default=[])
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["CHALKNET_HOME"] = home
        return run(options)


def say_unless_size(_kind: object, _context: object, text: str) -> None:
    """What Qt has to say, but that there is no screen to propagate a size to."""
    if "propagateSizeHints" not in text:
        print(text, file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    """Share the sequences among the tabs."""
    import torch
    from PySide6.QtCore import qInstallMessageHandler

    from gui.app import make_application

    torch.set_num_threads(1)
    qInstallMessageHandler(say_unless_size)
    _application = make_application(["chalknet"])
    from agreement import agree
    from restless_tabs import HANDS

    keys = options.tab or list(HANDS)
    sequences = edits = disagreements = 0
    for place, key in enumerate(keys):
        share = options.sequences // len(keys) + (place < options.sequences % len(keys))
        began = time.monotonic()
        report = agree(key, share, options.seed)
        sequences, edits = sequences + report.sequences, edits + report.edits
        disagreements += len(report.disagreements)
        print(f"{key}: {report.sequences} sequences of {report.edits} changes in "
              f"{time.monotonic() - began:.0f} s", flush=True)
        for line in report.disagreements:
            print(f"    {line}")
    print(f"{sequences:,} random sequences of {edits:,} changes: {disagreements} disagreements")
    return int(disagreements > 0)


if __name__ == "__main__":
    sys.exit(main())
