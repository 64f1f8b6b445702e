"""What comes with Chalknet: data samples, icons, presets; read with importlib.resources."""
