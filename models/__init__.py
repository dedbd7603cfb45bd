"""Data sets, training and evaluation. The daemon never imports this."""
