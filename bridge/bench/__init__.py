"""`facewire bench`: how fast and how right, measured on the bundled clip."""
