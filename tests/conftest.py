"""Tests open no window unless they are told to, as `make test` does under Xvfb."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
