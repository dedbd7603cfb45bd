"""Learned motion: signals, their filter bank, the network's state, and the body."""
