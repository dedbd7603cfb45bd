"""Recorded takes, refined: `facewire refine`."""
