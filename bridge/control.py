"""A running daemon's ear: `facewire take start | stop | status` speak to it.

It listens on a loopback port that the system chooses. Where that is, and a token that
every request has to bring, stand in `daemon-<pid>.json` in facewire's folder, which
only its user can read; the file goes when the daemon does, and whoever looks for a
daemon removes those of processes that are no more.
"""

from __future__ import annotations

import hmac
import json
import logging
import os
import secrets
import tempfile
import threading
from collections.abc import Callable
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
    decode_request,
    encode_reply,
    encode_request,
)
from protocols.errors import DecodeError

from .errors import BridgeError
from .home import home

logger = logging.getLogger(__name__)

ADDRESS: Final = "tcp://127.0.0.1"

LOOK_MS: Final = 100
"""Between two looks whether the daemon ends."""

PATIENCE_MS: Final = 10_000
"""A daemon answers within this time: it may wait for a slow disk."""

Answer = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True)
class Ear:
    """Where a daemon listens."""

    pid: int
    started: float
    """When its process was made, by the system; tells a new one of that number."""
    address: str
    token: str


class Control:
    """Answers requests in a thread until it is closed."""

    def __init__(self, answer: Answer) -> None:
        """Listen.

        Args:
            answer: is given every request that brings the token; may raise
                BridgeError, whose sentence is the reply.

        Raises:
            BridgeError: no port is to be had, or facewire's folder cannot be written.
        """
        self._answer = answer
        self._stop = threading.Event()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.REP)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.MAXMSGSIZE, LONGEST)
        try:
            port = self._socket.bind_to_random_port(ADDRESS)
            pid = os.getpid()
            self._ear = Ear(
                pid,
                psutil.Process(pid).create_time(),
                f"{ADDRESS}:{port}",
                secrets.token_urlsafe(32),
            )
            self._path = _write(self._ear)
        except (zmq.ZMQError, OSError) as error:
            self._release()
            raise BridgeError(
                f"control: cannot listen for commands ({error.strerror or error})"
            ) from None
        except BaseException:
            self._release()
            raise
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Safe to call twice."""
        self._stop.set()
        self._thread.join()
        self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if self._socket.poll(LOOK_MS):
                    self._socket.send(encode_reply(self._reply(self._socket.recv())))
        finally:
            self._release()

    def _reply(self, data: bytes) -> Reply:
        try:
            request = decode_request(data)
            if not hmac.compare_digest(
                request.token.encode("utf-8", "replace"), self._ear.token.encode()
            ):
                return Reply(False, "the token is not this daemon's")
            return self._answer(request)
        except (DecodeError, BridgeError) as error:
            return Reply(False, str(error) or type(error).__name__)

    def _release(self) -> None:
        self._socket.close(0)
        self._context.term()


def ask(do: str, arguments: dict[str, str], pid: int | None = None) -> Reply:
    """Have a running daemon do something, and return its reply.

    Args:
        do: one of `protocols.control.DO`.
        arguments: as told there.
        pid: which daemon; None takes the one that was started last.

    Raises:
        BridgeError: none is running, or it does not answer.
    """
    ear = _choose(ears(), pid)
    context = zmq.Context()
    try:
        with context.socket(zmq.REQ) as socket:
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
            socket.setsockopt(zmq.MAXMSGSIZE, 4 * LONGEST)
            socket.connect(ear.address)
            socket.send(encode_request(Request(ear.token, do, arguments)))
            return decode_reply(socket.recv())
    except (zmq.ZMQError, DecodeError) as error:
        raise BridgeError(
            f"facewire (process {ear.pid}) does not answer: {error}; it may be ending"
        ) from None
    finally:
        context.term()


def ears() -> list[Ear]:
    """Return the daemons that are running, the newest last; forget the others."""
    found = []
    for path in home().glob("daemon-*.json"):
        ear = _read(path)
        if ear is not None and _lives(ear):
            found.append(ear)
        else:
            path.unlink(missing_ok=True)
    return sorted(found, key=lambda ear: ear.started)


def _choose(running: list[Ear], pid: int | None) -> Ear:
    if not running:
        raise BridgeError(
            "no facewire is running here; start one with `facewire run`, or record "
            "from the start with `facewire record`"
        )
    if pid is None:
        return running[-1]
    for ear in running:
        if ear.pid == pid:
            return ear
    known = ", ".join(str(ear.pid) for ear in running)
    raise BridgeError(f"--pid {pid}: no facewire of that number runs; there is {known}")


def _lives(ear: Ear) -> bool:
    try:
        made: float = psutil.Process(ear.pid).create_time()
    except (psutil.Error, OverflowError, ValueError):
        return False
    # A second: the system's clock is set while programs run.
    return abs(made - ear.started) < 1.0


def _write(ear: Ear) -> Path:
    """Write the file whole: whoever looks meanwhile would take a half one for stale."""
    path = home() / f"daemon-{ear.pid}.json"
    # Made for nobody else from the start (0600).
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".daemon-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(ear), file)
    Path(name).replace(path)
    return path


def _read(path: Path) -> Ear | None:
    """Return what a file says; None where it says nothing that makes sense."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(LONGEST))
    except (OSError, ValueError, RecursionError):
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
