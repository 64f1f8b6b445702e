"""Measurements, not tests: `python -m tests.bench` and `python -m tests.bench.soak`.

Every measured side is a process of its own, and what is compared is measured in turns, so that
a busy moment of the computer meets both sides. See `sides` for what each of them does.
"""
