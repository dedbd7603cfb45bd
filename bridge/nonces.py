"""Random numbers that identify a conversation."""

from __future__ import annotations

import secrets


def number() -> int:
    """Return a random number from 1 to 2^64 - 1."""
    return secrets.randbits(64) or 1
