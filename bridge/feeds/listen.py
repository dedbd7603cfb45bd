"""Binds the port of a source such as `livelink:PORT`, and rejects sinks that would
send to it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Iterable

from bridge.binding import Address, listen_on
from bridge.errors import CaptureError, ConfigError, SinkError
from bridge.sinks.udp import resolve

from .spec import Spec


def find(host: str, port: int, name: str) -> tuple[socket.AddressFamily, Address]:
    """Return family and address of a host; CaptureError if it cannot be found."""
    try:
        return resolve(host, port, name)
    except SinkError as error:
        raise CaptureError(str(error)) from None


def check(
    spec: Spec, sinks: Iterable[object], default: int | None = None
) -> tuple[str, str, int, socket.AddressFamily, Address]:
    """Check a source of packets; return name, host, port, family and address.

    Opens nothing.

    Args:
        spec: a name of the form KIND:PORT or KIND:HOST:PORT.
        sinks: the settings of all sinks; UDP sinks have `host` and `port`.
        default: the port if the name has none; None if it must be named.

    Raises:
        ConfigError: the spec is wrong, or a sink would send into this source.
        CaptureError: the host cannot be found.
    """
    host, port = spec.host_and_port(default)
    name = (
        f"{spec.word}:[{host}]:{port}" if ":" in host else f"{spec.word}:{host}:{port}"
    )
    family, address = find(host, port, f"source {name}")
    _refuse_loops(spec, port, address, sinks)
    return name, host, port, family, address


def listen(
    spec: Spec, sinks: Iterable[object], default: int | None = None
) -> tuple[str, socket.socket]:
    """Bind the port of a source of packets; return its name and the socket.

    Args:
        spec: see `check`.
        sinks: the settings of all sinks.
        default: see `check`.

    Raises:
        ConfigError: see `check`.
        CaptureError: see `check`, or the port cannot be bound.
    """
    name, host, port, family, address = check(spec, sinks, default)
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
                f"this machine, as in {spec.word}:{port} or {spec.word}:0.0.0.0:{port}"
            )
        raise CaptureError(f"source {spec.text}: UDP {host}:{port} {told}") from None


def _refuse_loops(
    spec: Spec, port: int, bound: Address, sinks: Iterable[object]
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
                f"source {spec.text}: the sink {kind}={host}:{port} would send back to "
                f"it; listen on another port, as in --source {spec.word}:{other}, or "
                f"send to another host, as in --sink {kind}=HOST:{port}"
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
