"""Commands to a running daemon: values, a mailbox, and what carries them out."""
