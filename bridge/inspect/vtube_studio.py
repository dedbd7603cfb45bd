"""The receiver of `inspect vts`: stands in for VTube Studio and passes on what arrives.

Listens where the user says, 127.0.0.1 by default. It admits every plugin, keeps nothing
of them, and has a few bounded connections. A browser is not admitted: a page of a
stranger could open this port too.
"""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress
from http import HTTPStatus
from typing import Final

from websockets import http11
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bridge.errors import SinkError
from bridge.threads import ended
from bridge.wires.heard import Parts
from protocols import vtube_studio as api
from protocols.errors import DecodeError
from protocols.vtube_stand_in import StandIn

MOST: Final = 4
"""Plugins at a time."""
WAITING: Final = 64
"""Requests that wait for the screen; more are dropped."""
CLOSE_S: Final = 0.3


class VtubeReceiver:
    """A WebSocket server on one port. Implements `bridge.wires.heard.Receiver`."""

    def __init__(self, host: str, port: int) -> None:
        """Listen, or raise SinkError."""
        self.where = f"{host}:{port}"
        self._arrived: queue.Queue[bytes] = queue.Queue(WAITING)
        self._open = threading.Semaphore(MOST)
        quiet = logging.getLogger(f"{__name__}.websockets")
        # It would log every port scan as an error with a trace.
        quiet.setLevel(logging.CRITICAL)
        try:
            self._server = serve(
                self._visit,
                host,
                port,
                process_request=_refuse_browsers,
                compression=None,
                server_header=None,
                open_timeout=2.0,
                close_timeout=CLOSE_S,
                ping_interval=None,
                max_size=api.LONGEST,
                logger=quiet,
            )
        except (OSError, UnicodeError) as error:
            raise SinkError(
                f"inspect: TCP {self.where} cannot be opened ({error}); close VTube "
                "Studio if it runs here, or send to another port"
            ) from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="inspect vts", daemon=True
        )
        self._thread.start()

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next request that moves parameters, or None after `timeout_s`."""
        try:
            return (self._arrived.get(timeout=max(timeout_s, 1e-4)),)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Close the port and all connections. Safe to call twice."""
        self._server.shutdown()
        ended(self._thread, 1.0)

    def _visit(self, visitor: ServerConnection) -> None:
        """Answer one plugin. Runs in a thread of its own."""
        if not self._open.acquire(blocking=False):
            return
        plugin = StandIn()
        try:
            for message in visitor:
                data = message.encode() if isinstance(message, str) else message
                # What cannot be read is counted too, by the reader.
                if b'"InjectParameterDataRequest"' in data:
                    with suppress(queue.Full):
                        self._arrived.put_nowait(data)
                with suppress(DecodeError):
                    visitor.send(plugin.answer(data))
        except ConnectionClosed:
            pass
        finally:
            self._open.release()


def _refuse_browsers(
    visitor: ServerConnection, request: http11.Request
) -> http11.Response | None:
    if "Origin" in request.headers:
        return visitor.respond(HTTPStatus.FORBIDDEN, "This is no page.\n")
    return None
