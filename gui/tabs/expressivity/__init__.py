"""The Expressivity tab: part 1 of the homework as something one can grab."""
