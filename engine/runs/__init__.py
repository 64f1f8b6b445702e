"""Recorded runs: what happened when, independent of how it was computed."""
