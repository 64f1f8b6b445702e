"""The Backprop tab: part 4 of the homework, one number at a time."""
