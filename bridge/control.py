"""The control socket of a running daemon: it answers `facewire control` and `take`.

It listens on a loopback port that the system chooses, and every request must carry a
token: `control_addresses.py` says where both are written. Any process of this machine
can reach the port and send anything.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import threading
from collections.abc import Callable
from typing import Final

import psutil
import zmq

from protocols.control import (
    LONGEST,
    Reply,
    Request,
    decode_request,
    encode_reply,
)
from protocols.errors import DecodeError

from .control_addresses import (
    ADDRESS,
    WRONG_TOKEN,
    ControlAddress,
    write,
)
from .errors import BridgeError

logger = logging.getLogger(__name__)

LOOK_MS: Final = 100
"""Between two looks whether the daemon ends."""

JOIN_S: Final = 0.15
"""A request that takes longer, for a disk that hangs, is left behind at the end."""

Answer = Callable[[Request], Reply]


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
            self._where = ControlAddress(
                pid,
                psutil.Process(pid).create_time(),
                f"{ADDRESS}:{port}",
                secrets.token_urlsafe(32),
            )
            self._path = write(self._where)
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
        """Stop listening, without waiting for a request that hangs.

        Safe to call twice.
        """
        self._stop.set()
        self._path.unlink(missing_ok=True)
        self._thread.join(JOIN_S)

    def _run(self) -> None:
        told = ""
        try:
            while not self._stop.is_set():
                try:
                    if self._socket.poll(LOOK_MS):
                        self._serve()
                except zmq.Again:
                    # What came was no message after all.
                    continue
                except Exception as error:
                    # Again and again, it is told once and keeps no core busy.
                    if str(error) != told:
                        told = str(error)
                        logger.warning("x control: a request is lost: %s", told)
                    self._stop.wait(LOOK_MS / 1e3)
        finally:
            self._release()

    def _serve(self) -> None:
        """Answer what came, whatever it is: before that, no other is received."""
        parts = self._socket.recv_multipart(zmq.DONTWAIT)
        try:
            reply = encode_reply(self._reply(parts))
        except Exception as error:
            logger.exception("x control: a request failed")
            told = f"it failed: {error or type(error).__name__}"
            reply = encode_reply(Reply(False, told))
        self._socket.send(reply, zmq.DONTWAIT)

    def _reply(self, parts: list[bytes]) -> Reply:
        if len(parts) != 1:
            return Reply(False, f"request: {len(parts)} parts, expected 1")
        try:
            request = decode_request(parts[0])
            if not hmac.compare_digest(
                request.token.encode("utf-8", "replace"), self._where.token.encode()
            ):
                return Reply(False, WRONG_TOKEN)
            return self._answer(request)
        except (DecodeError, BridgeError) as error:
            return Reply(False, str(error) or type(error).__name__)

    def _release(self) -> None:
        self._socket.close(0)
        self._context.term()
