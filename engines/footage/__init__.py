"""Read clips of faces as players show them, the same for the daemon and for
training."""
