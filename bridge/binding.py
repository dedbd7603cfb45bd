"""Listening on a port of our own, and finding out whether somebody else does.

Windows is different. There a second socket of the same user may take 127.0.0.1:P while
another has 0.0.0.0:P, and gets its packets from then on; neither hears of it. With
SO_EXCLUSIVEADDRUSE nobody can do so to us; and a socket that asks for it and for every
address at once gets a port only where nobody has it at any address ("Using SO_REUSEADDR
and SO_EXCLUSIVEADDRUSE" in Microsoft's documentation).
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
"""Winsock's option; Python knows it on Windows alone."""

WILDCARD: Final = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}


def listen_on(
    family: socket.AddressFamily,
    address: Address,
    *,
    platform: str = sys.platform,
    make: Open = socket.socket,
) -> socket.socket:
    """Return a UDP socket that has the port for itself.

    Args:
        family: of the address.
        address: of this machine.
        platform: as `sys.platform` has it.
        make: makes a socket.

    Raises:
        OSError: EADDRINUSE where somebody else has the port, or what binding raises.
    """
    if platform == "win32" and is_taken(
        family, address, socket.SOCK_DGRAM, platform=platform, make=make
    ):
        raise OSError(errno.EADDRINUSE, "the port is taken")
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
        family: of the address.
        address: of this machine.
        kind: SOCK_DGRAM for UDP; SOCK_STREAM for TCP, where it is asked whether
            somebody who would listen, as ZeroMQ does, could not.
        platform: as `sys.platform` has it.
        make: makes a socket.
    """
    udp = kind == socket.SOCK_DGRAM
    with make(family, kind) as probe:
        if platform == "win32":
            probe.setsockopt(socket.SOL_SOCKET, EXCLUSIVE, 1)
            if udp:
                address = (WILDCARD[family], *address[1:])
        elif not udp:
            # Connections that have just ended keep nobody from listening anew.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno in (errno.EADDRINUSE, errno.EACCES)
    return False
