"""Serves the page, its files and its stream on one TCP port.

    browser ── GET / ── files.py
            ── /ws ──── one Client a page: a thread that hears, a thread that sends

`websockets` speaks HTTP and the stream; each connection has a thread there. What a
stranger may do is in `gate.py`, and how many connections there are in `door.py`.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from http import HTTPStatus
from typing import Final, Protocol

from websockets import http11
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bridge.clock import ClockNs, monotonic_ns
from bridge.threads import ended
from protocols.page import LONGEST

from .client import Client
from .door import Door
from .files import Character, Found, find, safe_headers
from .gate import STREAM, Gate, Refused, query
from .hearing import Desk, Unheard, hear
from .pace import Pace
from .sight import may_see

MOST_PAGES: Final = 16
"""Pages that are open at a time."""
OPEN_S: Final = 5.0
"""A request must be complete within this time."""
CLOSE_S: Final = 0.3
"""How long a page may take to agree to the end."""
WAITING: Final = 4
"""Messages of a page that are read ahead; then its browser waits."""


class Hears(Protocol):
    """Gets to know of pages. Implemented by `bridge.page.hub.Hub`."""

    def join(self, client: Client) -> None:
        """A page was opened: tell it what it needs first."""

    def leave(self, client: Client) -> None:
        """A page was closed."""


class PageServer:
    """Serves one daemon's page until it is closed."""

    def __init__(
        self,
        door: Door,
        gate: Gate,
        hub: Hears,
        desk: Desk,
        character: Character,
        *,
        picture: str,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Start to serve in threads.

        Args:
            door: listens; closed by `close`.
            gate: the rules of this server.
            hub: gets to know of every page.
            desk: does what pages ask.
            character: the character on stage.
            picture: who sees camera pictures, as in the settings.
            clock_ns: monotonic nanoseconds.
        """
        self._door, self._gate = door, gate
        self._hub, self._desk = hub, desk
        self._character, self._picture = character, picture
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._clients: set[Client] = set()
        self._stop = threading.Event()
        logger = logging.getLogger(f"{__name__}.websockets")
        # It would log every port scan as an error with a trace.
        logger.setLevel(logging.CRITICAL)
        self._server = serve(
            self._visit,
            sock=door,
            process_request=self._request,
            compression=None,
            server_header=None,
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
            ping_interval=None,
            max_size=LONGEST,
            max_queue=WAITING,
            logger=logger,
        )
        # Its connections' threads are daemon threads like this one.
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="page server", daemon=True
        )
        self._thread.start()

    def check(self) -> None:
        """End connections that have stalled. Call it about twice a second."""
        self._door.expire()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.check()

    def close(self) -> None:
        """Close all pages and stop listening, within a second. Safe to call twice."""
        if self._stop.is_set():
            return
        self._stop.set()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.close(1001, "facewire has ended")
        end_ns = self._clock_ns() + round(CLOSE_S * 1e9)
        for client in clients:
            client.wait((end_ns - self._clock_ns()) / 1e9)
        self._door.cut_all()
        closing = threading.Thread(
            target=self._server.shutdown, name="page closing", daemon=True
        )
        closing.start()
        ended(closing, CLOSE_S)
        ended(self._thread, CLOSE_S)

    def _request(
        self, connection: ServerConnection, request: http11.Request
    ) -> http11.Response | None:
        """Answer a GET; return None for the stream."""
        try:
            path = request.path
            if path.partition("?")[0] == STREAM:
                self._gate.enter(request.headers)
                self._gate.stream(request.headers, path)
                return None
            found = find(path, request.headers, self._gate, self._character)
        except Refused as refused:
            found = Found(f"{refused}\n".encode(), safe_headers())
            found.headers["Content-Type"] = "text/plain; charset=utf-8"
            return _response(refused.status, found)
        return _response(200, found)

    def _visit(self, connection: ServerConnection) -> None:
        """Hear one page until it is closed. In its own thread."""
        self._door.admit(connection.socket)
        request = connection.request
        path = "" if request is None else request.path
        wanted = query(path, "picture") != "0"
        seen = wanted and may_see(self._picture, connection.remote_address)
        client = Client(connection, self._clock_ns, pictures=seen)
        with self._lock:
            room = len(self._clients) < MOST_PAGES and not self._stop.is_set()
            if room:
                self._clients.add(client)
        if not room:
            client.close(1013, f"{MOST_PAGES} pages are open already")
            client.wait(CLOSE_S)
            return
        try:
            self._hub.join(client)
            self._hear(connection, client)
        finally:
            client.close()
            self._hub.leave(client)
            with self._lock:
                self._clients.discard(client)
            self._desk.left(client)
            client.wait(CLOSE_S)

    def _hear(self, connection: ServerConnection, client: Client) -> None:
        pace = Pace(self._clock_ns)
        with contextlib.suppress(ConnectionClosed, OSError):
            while not self._stop.is_set():
                message = connection.recv()
                # The browser waits too, because no more than `WAITING` are read ahead.
                if (pause_s := pace.next_s()) and self._stop.wait(pause_s):
                    return
                try:
                    hear(message, client, self._desk, self._clock_ns)
                except Unheard as unheard:
                    client.close(unheard.code, str(unheard))
                    return


def _response(status: int, found: Found) -> http11.Response:
    headers = Headers(found.headers)
    headers["Content-Length"] = str(len(found.body))
    headers["Connection"] = "close"
    return http11.Response(status, HTTPStatus(status).phrase, headers, found.body)
