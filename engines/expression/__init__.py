"""What becomes of the eight probabilities of an expression."""
