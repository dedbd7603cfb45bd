"""The daemon: capture, solve, shape, sinks and the command line."""
