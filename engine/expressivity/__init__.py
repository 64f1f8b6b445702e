"""Part 1 of the homework: step neurons that fit a function, built and not trained.

Only `torch_export` imports torch; everything else needs NumPy alone.
"""
