"""Learns whether a program listens at a UDP address, where the system tells it.

A machine on which nobody listens answers a datagram with ICMP "port unreachable". Linux
reports that to a socket that asks for it (`man 7 ip`, IP_RECVERR); the next `sendto`
then fails once, with an error that is not its own.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import socket
import sys
from typing import Final

from bridge.binding import Address

REMEMBERED: Final = 60
"""Sends after a refusal for which the address counts as refused. A machine that is not
this one may answer only some datagrams."""
DRAIN_EVERY: Final = 16
"""Sends between two times that the system's list of refusals is emptied."""

REPORTED: Final = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH}
"""Errors that may be about an earlier datagram."""

_OPTION: Final = {
    # Linux's own numbers, which Python 3.11 does not name: IP_RECVERR, IPV6_RECVERR.
    socket.AF_INET: (socket.IPPROTO_IP, 11),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 25),
}


class Refusals:
    """Sends datagrams and counts refusals. For one thread; others may ask."""

    def __init__(
        self, opened: socket.socket, address: Address, platform: str = sys.platform
    ) -> None:
        """Send from an unconnected socket.

        Args:
            opened: does not block.
            address: where everything is sent.
            platform: a value of `sys.platform`.
        """
        self._socket, self._address = opened, address
        self._local = _is_loopback(address)
        self._sends = 0
        self._refused_at: int | None = None
        self._told = False
        if platform == "linux":
            with contextlib.suppress(OSError):
                opened.setsockopt(*_OPTION[opened.family], 1)
                self._told = True

    @property
    def answered(self) -> bool | None:
        """False if nobody listens; True only on this machine; None if unknown."""
        refused_at = self._refused_at
        if not self._told or not self._sends:
            return None
        if refused_at is not None and self._sends - refused_at < REMEMBERED:
            return False
        # This machine always answers; others may be silent.
        return True if self._local and self._sends > 1 else None

    def send(self, data: bytes | bytearray) -> None:
        """Send a datagram, or raise OSError if that fails for itself."""
        self._sends += 1
        try:
            self._socket.sendto(data, self._address)
        except OSError as error:
            if not self._told or error.errno not in REPORTED:
                raise
            if error.errno == errno.ECONNREFUSED:
                self._refused_at = self._sends
            # The error was an earlier datagram's; this one was not sent yet.
            self._socket.sendto(data, self._address)
        if self._refused_at is not None and self._sends % DRAIN_EVERY == 0:
            self._drain()

    def _drain(self) -> None:
        """Empty the list of refusals, which would fill the socket's memory."""
        with contextlib.suppress(OSError):
            for _ in range(4 * DRAIN_EVERY):
                self._socket.recvmsg(1, 0, socket.MSG_ERRQUEUE)


def _is_loopback(address: Address) -> bool:
    try:
        return ipaddress.ip_address(address[0].partition("%")[0]).is_loopback
    except ValueError:
        return False
