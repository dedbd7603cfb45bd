"""Sinks: they send frames to receivers."""
