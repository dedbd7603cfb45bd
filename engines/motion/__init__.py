"""The generator's side of motion: signals, their filter bank, the network's state."""
