"""Run the networks, and hold the alignment code that training and the daemon share."""
