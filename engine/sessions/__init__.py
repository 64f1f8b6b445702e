"""Session files: the specs of all tabs, pinned runs, and the place in a lesson."""
