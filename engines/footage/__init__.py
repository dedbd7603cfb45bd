"""Clips of faces, read as people see them: the same for the daemon and for training."""
