"""The addresses of this user's daemons: one file each, and requests to one of them.

`daemon-<pid>.json` in facewire's folder, which only its user can read, has the address,
a token, the socket's public CURVE key and the newest protocol version of the daemon.
Files of version 1 have no key and no version. A daemon removes its file when it ends; a
search for daemons removes the files of processes that no longer run.
"""

from __future__ import annotations

import json
import math
import os
import socket
import struct
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psutil
import zmq
from zmq.utils import z85

from protocols.control import (
    LONGEST,
    LONGEST_REPLY,
    VERSION,
    Reply,
    Request,
    decode_reply,
    encode_request,
)
from protocols.errors import DecodeError

from .user_folder import KEY_LENGTH, user_folder

ADDRESS: Final = "tcp://127.0.0.1"

WRONG_TOKEN: Final = "the token is not this daemon's"
"""A daemon's reply to a wrong token."""

KNOCK_S: Final = 1.0
"""How long to wait for a reply from a process that may not be a daemon."""


HANDSHAKE_FAILED: Final = (
    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
    | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
    | zmq.EVENT_HANDSHAKE_FAILED_AUTH
)
"""The events of libzmq if the other side has a different key, or no key."""


class HandshakeRefused(Exception):
    """The program at an address has a different key than expected."""


@dataclass(frozen=True, slots=True)
class ControlAddress:
    """The address of one daemon."""

    pid: int
    started: float
    """Start of its process, Unix seconds. A later process with the same pid has another
    start."""
    address: str
    token: str = field(repr=False)
    public_key: str = field(default="", repr=False)
    """The socket's CURVE key, Z85; empty if it has no key."""
    version: int = 1
    """The newest protocol version of the daemon, see `protocols.control`."""


def running_daemons() -> list[ControlAddress]:
    """Return the running daemons, the newest last.

    This removes the files of processes that no longer run, and no other files.
    """
    found: list[tuple[float, ControlAddress]] = []
    for path in user_folder().glob("daemon-*.json"):
        try:
            with path.open("rb") as file:
                content = file.read(LONGEST)
        except OSError:
            # The file was just removed, or there is a temporary read error.
            continue
        daemon = _parse(content)
        made = None if daemon is None else _made(daemon.pid)
        if daemon is None or made is None:
            path.unlink(missing_ok=True)
            continue
        # If the times differ, another process has the pid now, or the clock was set:
        # Linux computes a process's start from the clock.
        lives = abs(made - daemon.started) < 1.0 or _listens(daemon)
        if lives:
            found.append((made, daemon))
        elif lives is not None:
            path.unlink(missing_ok=True)
    return [daemon for _, daemon in sorted(found, key=lambda one: one[0])]


def send(daemon: ControlAddress, question: Request, patience_ms: int) -> Reply:
    """Return the reply to a request.

    Raises:
        HandshakeRefused: the program at the address is not this daemon.
        zmq.Again: no reply within `patience_ms` milliseconds.
        zmq.ZMQError: the request cannot be sent, or this ZeroMQ has no CURVE.
        DecodeError: the reply is not valid.
        UnicodeEncodeError, ValueError: as `encode_request`.
    """
    context = zmq.Context()
    try:
        with (
            context.socket(zmq.REQ) as asking,
            asking.get_monitor_socket(HANDSHAKE_FAILED) as failures,
        ):
            asking.setsockopt(zmq.LINGER, 0)
            asking.setsockopt(zmq.MAXMSGSIZE, LONGEST_REPLY)
            if daemon.public_key:
                public, secret = zmq.curve_keypair()
                asking.curve_publickey, asking.curve_secretkey = public, secret
                asking.curve_serverkey = daemon.public_key.encode("ascii")
            asking.connect(daemon.address)
            asking.send(encode_request(question))
            poller = zmq.Poller()
            poller.register(asking, zmq.POLLIN)
            poller.register(failures, zmq.POLLIN)
            came = dict(poller.poll(patience_ms))
            if failures in came:
                raise HandshakeRefused
            return decode_reply(asking.recv(zmq.DONTWAIT))
    finally:
        context.term()


def request(
    daemon: ControlAddress, do: str, arguments: dict[str, str] | None = None
) -> Request:
    """Return a request in the newest version that both sides support."""
    version = min(daemon.version, VERSION)
    return Request(daemon.token, do, arguments or {}, version)


def _made(pid: int) -> float | None:
    """Return a process's start by the system's clock; None if it no longer runs."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        made: float = process.create_time()
    except psutil.AccessDenied:
        # The process is another user's, so the pid belongs to a new process.
        return -math.inf
    except (psutil.Error, OverflowError, ValueError):
        return None
    return made


def _listens(daemon: ControlAddress) -> bool | None:
    """Return whether a daemon with this token listens; None if that is unknown.

    A daemon that is too busy to answer still counts as listening.
    """
    host, _, port = daemon.address.removeprefix("tcp://").partition(":")
    try:
        # ZeroMQ itself would wait until a program listens.
        socket.create_connection((host, int(port)), KNOCK_S).close()
    except (ConnectionRefusedError, ValueError, OverflowError):
        return False
    except OSError:
        return None
    try:
        reply = send(daemon, request(daemon, "take status"), round(KNOCK_S * 1e3))
    except HandshakeRefused:
        return False
    except zmq.Again:
        return True
    except (zmq.ZMQError, DecodeError):
        return None
    return reply.told != WRONG_TOKEN


def write(daemon: ControlAddress) -> Path:
    """Write the file in one step: a reader would remove an incomplete file."""
    path = user_folder() / f"daemon-{daemon.pid}.json"
    # mkstemp creates a file that only this user can read (0600).
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".daemon-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(daemon), file)
    Path(name).replace(path)
    return path


def _parse(content: bytes) -> ControlAddress | None:
    """Parse a file's contents; return None if they are not a valid address."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    pid, started = found.get("pid"), found.get("started")
    address, token = found.get("address"), found.get("token")
    public_key, version = found.get("public_key", ""), found.get("version", 1)
    if (
        type(pid) is int
        and 0 < pid < 2**31
        and isinstance(started, int | float)
        and isinstance(address, str)
        and address.startswith(f"{ADDRESS}:")
        and isinstance(token, str)
        and 0 < len(token) <= 128
        and isinstance(public_key, str)
        and (not public_key or _is_key(public_key))
        and type(version) is int
        and version > 0
    ):
        return ControlAddress(pid, started, address, token, public_key, version)
    return None


def _is_key(text: str) -> bool:
    """Return True for 32 bytes in Z85, which libzmq accepts as a key."""
    try:
        return len(text) == KEY_LENGTH and len(z85.decode(text)) == 32
    except (KeyError, ValueError, UnicodeEncodeError, struct.error):
        return False
