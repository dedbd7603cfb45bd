"""Ports for programs that a test starts."""

from __future__ import annotations

import random
import socket
from typing import Final

RANGE: Final = range(20_000, 32_000)
"""Below those that systems give to outgoing connections, of other tests for example."""


def free_port() -> int:
    """Return a port that nobody on this machine uses now, neither TCP nor UDP."""
    return free_ports()[0]


def free_ports() -> tuple[int, int]:
    """Return two different ones."""
    found = []
    for port in random.SystemRandom().sample(RANGE, 200):
        if all(
            _is_free(port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
        ):
            found.append(port)
        if len(found) == 2:
            return found[0], found[1]
    raise OSError(f"no two free ports among 200 of {RANGE.start} to {RANGE.stop - 1}")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
