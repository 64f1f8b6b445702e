"""The Training tab: part 3 of the homework, live."""
