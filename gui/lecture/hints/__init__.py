"""One sentence when something noteworthy has happened in a tab."""
