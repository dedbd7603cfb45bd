"""A WebSocket to VTube Studio: requests and their answers, with limits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Final

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from bridge.clock import monotonic_ns
from bridge.errors import SinkError
from protocols import vtube_studio as api
from protocols.errors import DecodeError

OPEN_S: Final = 2.0
ANSWER_S: Final = 5.0
"""VTube Studio answers once per picture; longer than this, it has stopped."""
CLOSE_S: Final = 0.3
SLICE_S: Final = 0.05
"""How often a wait looks whether the sink is being closed."""
MOST_EVENTS: Final = 256
"""Unrelated messages that are read while answers are awaited."""

GONE: Final = "VTube Studio closed the connection"


class Line:
    """An open connection. For one thread; another may set `stop`."""

    def __init__(
        self, opened: ClientConnection, stop: threading.Event, closing: ExitStack
    ) -> None:
        """Use an open WebSocket.

        Args:
            opened: the WebSocket.
            stop: ends every wait.
            closing: closes the WebSocket; closed by `close`.
        """
        self._socket = opened
        self._stop = stop
        self._closing = closing

    def send(self, text: str) -> None:
        """Send a request without waiting for its answer; raise SinkError if closed."""
        try:
            self._socket.send(text)
        except ConnectionClosed:
            raise SinkError(GONE) from None

    def receive(self, limit_s: float) -> api.Answer:
        """Return the next message.

        Raises:
            SinkError: none came in time, the connection ended, or the message cannot
                be read.
        """
        end_ns = monotonic_ns() + round(limit_s * 1e9)
        while not self._stop.is_set():
            try:
                return api.read(self._socket.recv(timeout=SLICE_S))
            except TimeoutError:
                if monotonic_ns() >= end_ns:
                    raise SinkError(
                        f"VTube Studio did not answer within {limit_s:g} s"
                    ) from None
            except ConnectionClosed:
                raise SinkError(GONE) from None
            except DecodeError as error:
                raise SinkError(f"{error}; is it VTube Studio that listens?") from None
        raise SinkError("the sink is being closed")

    def answers(self, waiting: set[str], limit_s: float) -> dict[str, api.Answer]:
        """Return the answers to some requests, each of which may be an error.

        Args:
            waiting: their ids.
            limit_s: longest wait for the next message.

        Raises:
            SinkError: see `receive`, or there are too many other messages.
        """
        found: dict[str, api.Answer] = {}
        for _ in range(len(waiting) + MOST_EVENTS):
            if len(found) == len(waiting):
                return found
            answer = self.receive(limit_s)
            if answer.request in waiting:
                found[answer.request] = answer
        raise SinkError(f"VTube Studio sends {MOST_EVENTS} messages but no answer")

    def ask(
        self, kind: str, data: Mapping[str, object], limit_s: float = ANSWER_S
    ) -> api.Answer:
        """Send one request and return its answer, which may be an error."""
        self.send(api.request(kind, kind, data))
        return self.answers({kind}, limit_s)[kind]

    def close(self) -> None:
        """Close the connection. Never raises."""
        with suppress(OSError, WebSocketException):
            self._closing.close()


def open_line(host: str, port: int, stop: threading.Event) -> Line:
    """Connect, or raise SinkError.

    Args:
        host: address or name.
        port: of the API.
        stop: see `Line`.
    """
    where = f"{host}:{port}"
    # Our own socket: `connect` would otherwise ask the system for a proxy.
    try:
        opened = socket.create_connection((host, port), OPEN_S)
    except (OSError, UnicodeError):
        raise SinkError(
            f"VTube Studio does not answer at {where}; start it, and switch on "
            '"Start API (allow plugins)" in its settings'
        ) from None
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(None)
        closing = ExitStack()
        line = closing.enter_context(
            connect(
                f"ws://[{host}]:{port}" if ":" in host else f"ws://{where}",
                sock=opened,
                compression=None,
                open_timeout=OPEN_S,
                close_timeout=CLOSE_S,
                ping_interval=None,
                max_size=api.LONGEST,
            )
        )
    except (OSError, WebSocketException, ValueError, EOFError):
        opened.close()
        raise SinkError(
            f"a program that is not VTube Studio listens at {where}; VTube Studio's "
            "settings show the port of its API"
        ) from None
    return Line(line, stop, closing)
