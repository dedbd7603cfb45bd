"""Where the daemons of this user listen: a file for each, and how to speak to one.

`daemon-<pid>.json` in facewire's folder, which only its user can read, has the address
and a token. It goes when its daemon does, and whoever looks for a daemon removes those
of processes that are no more.
"""

from __future__ import annotations

import json
import math
import os
import socket
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil
import zmq

from protocols.control import (
    LONGEST,
    Reply,
    Request,
    decode_reply,
    encode_request,
)
from protocols.errors import DecodeError

from .user_folder import home

ADDRESS: Final = "tcp://127.0.0.1"

WRONG_TOKEN: Final = "the token is not this daemon's"
"""What a daemon replies to it."""

KNOCK_S: Final = 1.0
"""A daemon of whose process one is not sure answers within this time."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Where a daemon listens."""

    pid: int
    started: float
    """When its process was made, by the system; tells a new one of that number."""
    address: str
    token: str


def ears() -> list[Ear]:
    """Return the daemons that are running, the newest last.

    The files of processes that are no more are removed, and no other.
    """
    found: list[tuple[float, Ear]] = []
    for path in home().glob("daemon-*.json"):
        try:
            with path.open("rb") as file:
                content = file.read(LONGEST)
        except OSError:
            # Just removed; or it cannot be read now, and who knows why.
            continue
        ear = _parse(content)
        made = None if ear is None else _made(ear.pid)
        if ear is None or made is None:
            path.unlink(missing_ok=True)
            continue
        # Where it does not fit, another process has the number now; or the clock was
        # set, by which Linux tells when a process was made.
        lives = abs(made - ear.started) < 1.0 or _listens(ear)
        if lives:
            found.append((made, ear))
        elif lives is not None:
            path.unlink(missing_ok=True)
    return [ear for _, ear in sorted(found, key=lambda one: one[0])]


def send(ear: Ear, request: Request, patience_ms: int) -> Reply:
    """Return the reply to a request; raises zmq.ZMQError or DecodeError."""
    context = zmq.Context()
    try:
        with context.socket(zmq.REQ) as asking:
            asking.setsockopt(zmq.LINGER, 0)
            asking.setsockopt(zmq.RCVTIMEO, patience_ms)
            asking.setsockopt(zmq.MAXMSGSIZE, 4 * LONGEST)
            asking.connect(ear.address)
            asking.send(encode_request(request))
            return decode_reply(asking.recv())
    finally:
        context.term()


def _made(pid: int) -> float | None:
    """Return when a process was made, by the system's clock; None if there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        made: float = process.create_time()
    except psutil.AccessDenied:
        # Somebody else's: the number has been given away.
        return -math.inf
    except (psutil.Error, OverflowError, ValueError):
        return None
    return made


def _listens(ear: Ear) -> bool | None:
    """Return whether a daemon of that token listens; None where that is not to be told.

    One that is too busy to answer still listens.
    """
    host, _, port = ear.address.removeprefix("tcp://").partition(":")
    try:
        # ZeroMQ would wait for somebody to listen.
        socket.create_connection((host, int(port)), KNOCK_S).close()
    except (ConnectionRefusedError, ValueError, OverflowError):
        return False
    except OSError:
        return None
    try:
        reply = send(ear, Request(ear.token, "status"), round(KNOCK_S * 1e3))
    except zmq.Again:
        return True
    except (zmq.ZMQError, DecodeError):
        return None
    return reply.told != WRONG_TOKEN


def write(ear: Ear) -> Path:
    """Write the file whole: whoever looks meanwhile would take a half one for stale."""
    path = home() / f"daemon-{ear.pid}.json"
    # Made for nobody else from the start (0600).
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".daemon-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(ear), file)
    Path(name).replace(path)
    return path


def _parse(content: bytes) -> Ear | None:
    """Return what a file says; None where it says nothing that makes sense."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    pid, started = found.get("pid"), found.get("started")
    address, token = found.get("address"), found.get("token")
    if (
        type(pid) is int
        and 0 < pid < 2**31
        and isinstance(started, int | float)
        and isinstance(address, str)
        and address.startswith(f"{ADDRESS}:")
        and isinstance(token, str)
        and 0 < len(token) <= 128
    ):
        return Ear(pid, started, address, token)
    return None
