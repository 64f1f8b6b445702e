"""Chalknet's window: shows what the engine computed, and computes nothing itself."""

import os

# NumPy's matrix products meet at the end of each on threads of their own, and spin until the last
# has come. Beside a training that wants the cores one is always late: the norm of a gradient was
# measured to take 4 ms instead of 0.1. What is large runs on the engine's own threads, one product
# on each. It must be set before NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
