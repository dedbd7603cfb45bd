"""One file per wire: its settings, how it is opened, and how `inspect` reads it."""
