"""Whether this machine passes multicast on over loopback; containers may not."""

from __future__ import annotations

import socket

import pytest

GROUP = "224.0.0.251"
"""mDNS's own."""
LOOPBACK = ["127.0.0.1"]


def need_multicast() -> None:
    """Skip the test that asks where a multicast datagram does not come back."""
    here = socket.inet_aton(LOOPBACK[0])
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind(("", 0))
        receiver.settimeout(5.0)
        try:
            joined = socket.inet_aton(GROUP) + here
            receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
            sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
            sender.sendto(b"test", (GROUP, receiver.getsockname()[1]))
            receiver.recv(16)
        except OSError as error:
            pytest.skip(f"no multicast over loopback here: {error}")
