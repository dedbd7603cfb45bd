"""Recorded performances: written while they happen, read back, played, traded."""
