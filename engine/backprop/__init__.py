"""Backpropagation (homework part 4).

The network on one page, one pass in named steps, the proof that its gradients are right, bugs to
find, training per sample, networks for paper, and digits drawn by hand.
"""
