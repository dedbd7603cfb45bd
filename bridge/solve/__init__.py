"""From an image to ARKit weights and bones."""
