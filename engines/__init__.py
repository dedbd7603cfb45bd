"""Graphs, and the one copy of alignment that training and the daemon share."""
