"""Predict, freeze, reveal: questions whose answer is given before the truth is shown."""
