"""Handouts: what a lesson said and showed while it was played, as pages to read, print and show."""
