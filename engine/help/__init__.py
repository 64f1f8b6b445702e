"""What every control, curve and number is, as the window says it when asked."""
