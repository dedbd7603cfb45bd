"""`facewire bench`: measures latency and accuracy on the bundled clip."""
