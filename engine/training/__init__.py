"""Part 3 of the homework: train a dense network on images, with every number on record.

Importing this package, `recipe`, `presets`, `schedule` or `history` does not import torch; the
modules that compute (`network`, `run`, `evaluation`, `statistics`, `checkpoint`) do.
"""
