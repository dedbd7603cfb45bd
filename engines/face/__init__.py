"""The face, shared by training and daemon: tracker, measures, neutral, solvers."""
