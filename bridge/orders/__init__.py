"""Commands to a running daemon: their values, a mailbox, and their execution."""
