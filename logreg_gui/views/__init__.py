"""Widgets that draw. They know `Frame` and the style, nothing else."""
