"""The Initialization tab: part 2 of the homework, theory beside measurement."""
