"""Chalknet's engine: everything that computes, and nothing that draws.

No module below this package imports Qt. A student can read any folder on its own.
"""

import os

# PyTorch's worker threads spin while they wait for each other. Where another program, or our own
# window, wants the same cores, they spin their time away: a training step then takes up to a
# hundred times as long. With this limit they fall asleep after a millisecond's fraction instead;
# on an idle computer the difference is a few per cent. It must be set before torch is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
