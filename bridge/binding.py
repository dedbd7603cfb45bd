"""Binds UDP ports exclusively, and checks whether a port is in use.

Windows needs special care. There, a second socket of the same user may bind
127.0.0.1:P while another has 0.0.0.0:P. It then gets the packets of the first one, and
neither gets an error. SO_EXCLUSIVEADDRUSE prevents this for our sockets. Also, a socket
with SO_EXCLUSIVEADDRUSE and the wildcard address can bind a port only if no program has
the port at any address (see "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE" in Microsoft's
documentation).
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from typing import Final

Address = tuple[str, int] | tuple[str, int, int, int]

Open = Callable[[socket.AddressFamily, socket.SocketKind], socket.socket]

EXCLUSIVE: Final[int] = getattr(socket, "SO_EXCLUSIVEADDRUSE", ~socket.SO_REUSEADDR)
"""Winsock's option; Python defines it only on Windows."""

WILDCARD: Final = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}


def listen_on(
    family: socket.AddressFamily,
    address: Address,
    *,
    platform: str = sys.platform,
    make: Open = socket.socket,
) -> socket.socket:
    """Return a UDP socket with exclusive use of the port.

    Args:
        family: family of the address.
        address: an address of this machine.
        platform: a value of `sys.platform`.
        make: creates a socket.

    Raises:
        OSError: EADDRINUSE if another program has the port, or another error of `bind`.
    """
    if platform == "win32" and is_taken(
        family, address, socket.SOCK_DGRAM, platform=platform, make=make
    ):
        raise OSError(errno.EADDRINUSE, "another program uses the port")
    opened = make(family, socket.SOCK_DGRAM)
    try:
        if platform == "win32":
            opened.setsockopt(socket.SOL_SOCKET, EXCLUSIVE, 1)
        opened.bind(address)
    except BaseException:
        opened.close()
        raise
    return opened


def is_taken(
    family: socket.AddressFamily,
    address: Address,
    kind: socket.SocketKind,
    *,
    platform: str = sys.platform,
    make: Open = socket.socket,
) -> bool:
    """Return True if another program has bound the port.

    Args:
        family: family of the address.
        address: an address of this machine.
        kind: SOCK_DGRAM for UDP; SOCK_STREAM for TCP, which checks whether a listening
            socket, such as ZeroMQ's, could be bound.
        platform: a value of `sys.platform`.
        make: creates a socket.
    """
    udp = kind == socket.SOCK_DGRAM
    with make(family, kind) as probe:
        if platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, EXCLUSIVE, 1)
            if udp:
                address = (WILDCARD[family], *address[1:])
        elif not udp:
            # Recently closed connections (TIME_WAIT) must not count as in use.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno in (errno.EADDRINUSE, errno.EACCES)
    return False
