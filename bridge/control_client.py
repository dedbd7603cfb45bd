"""Sends requests to a running daemon, over its control socket."""

from __future__ import annotations

from typing import Final

import zmq

from protocols.control import NAMES_1, Reply
from protocols.errors import DecodeError

from .control_addresses import (
    ControlAddress,
    HandshakeRefused,
    request,
    running_daemons,
    send,
)
from .errors import BridgeError

PATIENCE_MS: Final = 10_000
"""How long to wait for a reply; the daemon may wait for a slow disk."""


def ask(do: str, arguments: dict[str, str], pid: int | None = None) -> Reply:
    """Send a request to a running daemon and return its reply.

    Args:
        do: one of `protocols.control.VERBS`.
        arguments: the verb's arguments, see `bridge.orders.reading`.
        pid: the daemon's process; None is the daemon that was started last.

    Raises:
        BridgeError: none is running, or it does not answer.
    """
    daemon = _choose(running_daemons(), pid)
    if daemon.version == 1 and do not in NAMES_1:
        raise BridgeError(
            f"facewire (process {daemon.pid}) is an older version, which supports only "
            f"`facewire take start`, `stop` and `status`; restart it for {do!r}"
        )
    if daemon.public_key and not zmq.has("curve"):
        raise BridgeError(
            f"facewire (process {daemon.pid}) requires CURVE, but the ZeroMQ of this "
            "facewire does not have it; run: pip install --force-reinstall pyzmq"
        )
    try:
        return send(daemon, request(daemon, do, arguments), PATIENCE_MS)
    except HandshakeRefused:
        raise BridgeError(
            f"facewire (process {daemon.pid}) does not answer: another program "
            "listens on its port; restart facewire"
        ) from None
    except zmq.Again:
        raise BridgeError(
            f"facewire (process {daemon.pid}) has not answered within "
            f"{PATIENCE_MS / 1e3:g} s; it may be ending, or waiting for a disk"
        ) from None
    except (zmq.ZMQError, DecodeError) as error:
        raise BridgeError(
            f"facewire (process {daemon.pid}) does not answer: {error}"
        ) from None
    except UnicodeEncodeError as error:
        told = f"{do}: {error.object!r} is not valid text ({error.reason})"
        raise BridgeError(told) from None


def _choose(running: list[ControlAddress], pid: int | None) -> ControlAddress:
    if not running:
        raise BridgeError(
            "no facewire is running here; start one with `facewire run`, or record "
            "from the start with `facewire record`"
        )
    if pid is None:
        return running[-1]
    for daemon in running:
        if daemon.pid == pid:
            return daemon
    known = ", ".join(str(daemon.pid) for daemon in running)
    raise BridgeError(f"--pid {pid}: no such facewire process is running; use {known}")
