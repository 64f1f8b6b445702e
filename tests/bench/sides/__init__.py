"""The measured sides: each is run as a module and prints one JSON object as its last line."""
