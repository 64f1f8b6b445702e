"""The images that networks learn from: their files, where they lie, and whether they are intact."""
