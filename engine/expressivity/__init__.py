"""Part 1 of the homework: step neurons that fit a function, built and not trained.

Only `trained` and `torch_export` import torch; everything else needs NumPy alone.
"""
