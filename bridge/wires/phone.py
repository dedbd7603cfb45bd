"""What the wires that imitate a phone have in common: settings and a port.

Has settings, so it imports pydantic.
"""

from __future__ import annotations

import errno
import os
import socket
from typing import Annotated

from pydantic import Field, field_validator

from bridge.binding import Address, listen_on
from bridge.errors import ConfigError, SinkError
from bridge.sinks.udp import resolve

from .settings import UdpTarget, split_host_port


class PhoneTarget(UdpTarget):
    """The settings of every sink that imitates a phone."""

    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: a phone has one."""
    listen: str = ""
    """Also answer programs that ask a phone for its stream: the address to listen at,
    as in 0.0.0.0 or 192.168.1.20:49983. Empty: answer nobody."""

    @field_validator("listen")
    @classmethod
    def _is_address(cls, text: str) -> str:
        try:
            split_host_port(text, "listen")
        except ConfigError:
            raise ValueError(
                "expected HOST or HOST:PORT, as in 0.0.0.0 or 0.0.0.0:49983"
            ) from None
        return text


def phone_port(
    target: PhoneTarget, default: int
) -> tuple[socket.socket, Address, list[str]]:
    """Bind the port of an imitated phone.

    Without `listen` it is a port that the system chooses, at the address from which
    datagrams reach the receiver, and only the receiver is heard.

    Args:
        target: the sink's settings.
        default: the port to listen at, if `listen` names none.

    Returns:
        The socket, the receiver's address, and the hosts that are heard; no host means
        all of them.

    Raises:
        SinkError: a host is unknown, or the port cannot be bound.
    """
    name = f"{target.kind}={target.where}"
    family, receiver = resolve(target.host, target.port, name)
    if target.listen:
        host, port = split_host_port(target.listen, name)
        family, own = resolve(host, default if port is None else port, name)
        heard = []
    else:
        own, heard = own_address(family, receiver, name), [receiver[0]]
    try:
        return listen_on(family, own), receiver, heard
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = (
                "is in use, perhaps by the receiving program: on one machine only one "
                "program can have this port. Leave `listen` out and send to the "
                "program's address, or run the two on two machines"
            )
        else:
            told = f"cannot be opened ({error.strerror})"
        raise SinkError(f"{name}: UDP {own[0]}:{own[1]} {told}") from None


def phone_listener(target: PhoneTarget, port: int) -> socket.socket:
    """Listen for TCP connections at the address of `listen`; raise SinkError."""
    name = f"{target.kind}={target.where}"
    host, _ = split_host_port(target.listen, name)
    family, own = resolve(host, port, name)
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # Connections that were closed a minute ago must not keep the port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(own)
        listener.listen(4)
    except OSError as error:
        listener.close()
        raise SinkError(
            f"{name}: TCP {host}:{port} cannot be opened ({error.strerror}); choose "
            "another `tcp_port`"
        ) from None
    return listener


def own_address(family: socket.AddressFamily, receiver: Address, name: str) -> Address:
    """Return port 0 at the address of this machine that leads to a receiver."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            # This sends nothing: it asks the system for a route.
            probe.connect(receiver)
            own: Address = probe.getsockname()
        except OSError as error:
            raise SinkError(
                f"{name}: no network leads there ({error.strerror})"
            ) from None
    return (own[0], 0, *own[2:])
