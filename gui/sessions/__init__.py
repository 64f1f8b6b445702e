"""Opening and saving what the whole window shows."""
