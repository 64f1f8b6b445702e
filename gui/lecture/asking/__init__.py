"""Ask anything: what a control, curve or number is."""
