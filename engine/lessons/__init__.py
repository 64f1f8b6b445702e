"""Lessons: text files that set the tabs' specs step by step, ask, and compare with what happens."""
