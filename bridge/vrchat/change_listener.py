"""Receives from VRChat which avatar is worn, where VRChat sends by default.

Only with `listen`, and on 127.0.0.1. Anybody on this machine may send there; what they
can do is to name an avatar, whose file is then read.
"""

from __future__ import annotations

import errno
import socket
from typing import Final

from bridge.binding import listen_on
from bridge.errors import SinkError
from protocols.errors import DecodeError
from protocols.osc_reader import decode
from protocols.oscquery import CHANGE, is_id

HOST: Final = "127.0.0.1"
MOST: Final = 256
"""Datagrams that are read at a time; VRChat sends each parameter that moves."""
LARGEST: Final = 65_536

_CHANGE: Final = CHANGE.encode()


class ChangeListener:
    """A UDP port. For one thread."""

    def __init__(self, port: int) -> None:
        """Listen on 127.0.0.1, or raise SinkError."""
        try:
            self._socket = listen_on(socket.AF_INET, (HOST, port))
        except OSError as error:
            told = f"cannot be opened ({error.strerror})"
            if error.errno == errno.EADDRINUSE:
                told = "is in use by another program for VRChat"
            raise SinkError(
                f"vrchat: UDP {HOST}:{port} {told}; leave out listen={port}, because "
                "OSCQuery finds the avatar too"
            ) from None
        self.port: int = self._socket.getsockname()[1]

    def receive(self, timeout_s: float) -> str | None:
        """Wait for datagrams; return the id of the avatar that was put on last.

        Returns None after `timeout_s` without any, or if none names an avatar.
        """
        found = None
        self._socket.settimeout(timeout_s)
        for _ in range(MOST):
            try:
                data = self._socket.recv(LARGEST)
            except (TimeoutError, BlockingIOError):
                break
            except ConnectionResetError:
                continue  # Windows, about another program's closed port.
            self._socket.settimeout(0.0)
            found = changed_avatar(data) or found
        return found

    def close(self) -> None:
        """Close the port. Safe to call twice."""
        self._socket.close()


def changed_avatar(data: bytes) -> str | None:
    """Return the id in a datagram with /avatar/change; None for any other."""
    if _CHANGE not in data:
        return None
    try:
        messages = decode(data)
    except DecodeError:
        return None
    found = None
    for message in messages:
        value = message.args[0] if message.args else None
        if message.address == CHANGE and isinstance(value, str) and is_id(value):
            found = value
    return found
