"""Chalknet's window: shows what the engine computed, and computes nothing itself."""
