"""Every byte layout, on a wire or on disk. No I/O, clock, thread or logger."""
