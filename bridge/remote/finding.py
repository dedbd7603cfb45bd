"""Checks the port of the remote control, for `facewire doctor`."""

from __future__ import annotations

import socket

from bridge.binding import is_taken
from bridge.errors import BridgeError
from bridge.finding import Finding, State
from bridge.sinks.udp import resolve

from .settings import Remote


def remote(settings: Remote) -> Finding:
    """Return whether controllers are heard, and whether the port is free.

    Args:
        settings: of the remote control.
    """
    where = f"{settings.host}:{settings.port}"
    detail: dict[str, object] = {"enabled": settings.enabled, "port": settings.port}
    try:
        family, address = resolve(settings.host, settings.port, f"remote {where}")
        taken = is_taken(family, address, socket.SOCK_DGRAM)
    except (BridgeError, OSError) as error:
        return Finding("remote", "note", f"{error}; set remote.host.", detail)
    detail["taken"] = taken
    if taken:
        state: State = "note" if settings.enabled else "option"
        told = f"UDP {where} is in use (it may be facewire itself); set remote.port"
        return Finding("remote", state, f"{told}.", detail)
    if not settings.enabled:
        told = "controllers of the Live Link Face app are not heard"
        told += "; --set remote.enabled=true hears them"
        return Finding("remote", "option", f"{told}.", detail)
    heard = "this machine" if address[0].startswith(("127.", "::1")) else "the network"
    told = f"controllers of the Live Link Face app are heard on UDP {where}"
    return Finding("remote", "good", f"{told}, from {heard}.", detail)
