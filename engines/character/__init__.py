"""Characters: what a file can do, and what drives it."""
