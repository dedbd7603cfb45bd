"""The control socket of a running daemon: it answers `facewire control` and `take`.

It listens on a loopback port that the system chooses. Any process of this machine can
reach that port, so the socket is a CURVE server with its own key pair: libzmq reads no
message from a client that does not know the public key. Without CURVE, a message with
an endless number of parts could fill the memory before this module sees it. A file that
only this user can read has the port, the key and a token (`control_addresses.py`).
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
    VERSION,
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
"""Milliseconds between two checks for the daemon's end."""

JOIN_S: Final = 0.15
"""How long `close` waits for a request in progress, which may wait for a slow disk."""

Answer = Callable[[Request], Reply]


class Control:
    """Answers requests in a thread until it is closed."""

    def __init__(self, answer: Answer) -> None:
        """Open the socket and start the thread.

        Args:
            answer: gets every request with a valid token; if it raises BridgeError,
                that is the reply.

        Raises:
            BridgeError: no port is free, or facewire's folder is not writable.
        """
        self._answer = answer
        self._stop = threading.Event()
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.REP)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.MAXMSGSIZE, LONGEST)
        try:
            public_key = self._encrypt()
            port = self._socket.bind_to_random_port(ADDRESS)
            pid = os.getpid()
            self._where = ControlAddress(
                pid,
                psutil.Process(pid).create_time(),
                f"{ADDRESS}:{port}",
                secrets.token_urlsafe(32),
                public_key,
                VERSION,
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
        """Stop listening, but do not wait long for a blocked request.

        Safe to call twice.
        """
        self._stop.set()
        self._path.unlink(missing_ok=True)
        self._thread.join(JOIN_S)

    def _encrypt(self) -> str:
        """Accept only clients that know the returned public key, Z85.

        Return "" if this libzmq has no CURVE; then only the token protects the socket.
        """
        if not zmq.has("curve"):
            logger.warning(
                "- control: this ZeroMQ has no CURVE; only a token protects the socket"
            )
            return ""
        public, secret = zmq.curve_keypair()
        self._socket.curve_secretkey = secret
        self._socket.curve_server = True
        return public.decode("ascii")

    def _run(self) -> None:
        told = ""
        try:
            while not self._stop.is_set():
                try:
                    if self._socket.poll(LOOK_MS):
                        self._serve()
                except zmq.Again:
                    # No complete message has arrived.
                    continue
                except Exception as error:
                    # If it repeats, log it once and do not keep a core busy.
                    if str(error) != told:
                        told = str(error)
                        logger.warning("x control: a request is lost: %s", told)
                    self._stop.wait(LOOK_MS / 1e3)
        finally:
            self._release()

    def _serve(self) -> None:
        """Answer a message, even an invalid one: else the socket receives no more."""
        parts = self._socket.recv_multipart(zmq.DONTWAIT)
        try:
            reply = self._reply(parts)
        except Exception as error:
            logger.exception("x control: a request failed")
            told = f"it failed: {error or type(error).__name__}"
            # Clients of every version can read version 1.
            reply = encode_reply(Reply(False, told), 1)
        self._socket.send(reply, zmq.DONTWAIT)

    def _reply(self, parts: list[bytes]) -> bytes:
        if len(parts) != 1:
            told = f"request: {len(parts)} parts, expected 1"
            return encode_reply(Reply(False, told), 1)
        try:
            request = decode_request(parts[0])
        except DecodeError as error:
            return encode_reply(Reply(False, str(error)), 1)
        return encode_reply(self._answered(request), request.version)

    def _answered(self, request: Request) -> Reply:
        if not hmac.compare_digest(
            request.token.encode("utf-8", "replace"), self._where.token.encode()
        ):
            return Reply(False, WRONG_TOKEN)
        try:
            return self._answer(request)
        except BridgeError as error:
            return Reply(False, str(error) or type(error).__name__)

    def _release(self) -> None:
        self._socket.close(0)
        self._context.term()
