"""Binds the port of `livelink:PORT`, and rejects sinks that would send to it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Final

from bridge.binding import Address, listen_on
from bridge.errors import CaptureError, ConfigError, SinkError
from bridge.sinks.udp import resolve

KIND: Final = "livelink"
"""The only supported kind of packets."""

LOOPBACK: Final = "127.0.0.1"


def is_packets(spec: str) -> bool:
    """Return True for a source of packets, False for a source of images."""
    return spec.strip().partition(":")[0].lower() == KIND


def parse(spec: str) -> tuple[str, int]:
    """Return host and port of `livelink:PORT` or `livelink:HOST:PORT`.

    The default host is loopback: only programs on this machine can send.

    Raises:
        ConfigError: the text has another form.
    """
    host, _, port = spec.strip().partition(":")[2].rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or LOOPBACK
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigError(
            f"source {spec!r}: expected {KIND}:PORT or {KIND}:HOST:PORT with a port "
            f"from 1 to 65535, as in {KIND}:11112 or {KIND}:0.0.0.0:11112"
        )
    return host, int(port)


def check(
    spec: str, sinks: Iterable[object]
) -> tuple[str, str, int, socket.AddressFamily, Address]:
    """Check a source of packets; return name, host, port, family and address.

    Opens nothing.

    Args:
        spec: see `parse`.
        sinks: the settings of all sinks; UDP sinks have `host` and `port`.

    Raises:
        ConfigError: the spec is wrong, or a sink would send into this source.
        CaptureError: the host cannot be found.
    """
    host, port = parse(spec)
    name = f"{KIND}:[{host}]:{port}" if ":" in host else f"{KIND}:{host}:{port}"
    try:
        family, address = resolve(host, port, f"source {name}")
    except SinkError as error:
        raise CaptureError(str(error)) from None
    _refuse_loops(spec, port, address, sinks)
    return name, host, port, family, address


def listen(spec: str, sinks: Iterable[object]) -> tuple[str, socket.socket]:
    """Bind the port of a source of packets; return its name and the socket.

    Args:
        spec: see `parse`.
        sinks: the settings of all sinks.

    Raises:
        ConfigError: see `check`.
        CaptureError: see `check`, or the port cannot be bound.
    """
    name, host, port, family, address = check(spec, sinks)
    try:
        return name, listen_on(family, address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            told = (
                "is in use; close the program that listens there, or use another port "
                "here and in the sender"
            )
        else:
            told = (
                f"cannot be opened ({error.strerror}); expected an address of "
                f"this machine, as in {KIND}:{port} or {KIND}:0.0.0.0:{port}"
            )
        raise CaptureError(f"source {spec}: UDP {host}:{port} {told}") from None


def _refuse_loops(
    spec: str, port: int, bound: Address, sinks: Iterable[object]
) -> None:
    """Raise ConfigError if a sink would send to the source's own port."""
    for sink in sinks:
        host = getattr(sink, "host", None)
        if host is None or getattr(sink, "port", None) != port:
            continue
        kind = getattr(sink, "kind", "")
        _, address = resolve(host, port, f"{kind}={host}:{port}")
        if reaches(address[0], bound[0]):
            other = port + 1 if port < 65535 else port - 1
            raise ConfigError(
                f"source {spec}: the sink {kind}={host}:{port} would send back to "
                f"it; listen on another port, as in --source {KIND}:{other}, or send "
                f"to another host, as in --sink {kind}=HOST:{port}"
            )


def is_own(host: str) -> bool:
    """Return True for an IP address of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


def reaches(sent: str, bound: str, own: Callable[[str], bool] = is_own) -> bool:
    """Return True if a packet to one address reaches a socket bound to another.

    Args:
        sent: the IP address that the packet is sent to.
        bound: the IP address that the socket is bound to, with the same port.
        own: returns True for an IP address of this machine.
    """
    to, at = ipaddress.ip_address(sent), ipaddress.ip_address(bound)
    if to.is_unspecified:
        # A packet to the unspecified address goes to this machine.
        return at.is_unspecified or at.is_loopback
    if at.is_unspecified:
        return to.is_loopback or own(sent)
    return to == at
