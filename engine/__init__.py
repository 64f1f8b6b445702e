"""Chalknet's engine: everything that computes, and nothing that draws.

No module below this package imports Qt. A student can read any folder on its own.
"""
