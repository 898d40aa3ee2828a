"""Figures: how they look, a file for each figure under its full name, and a list of those of each kind of result."""
