"""The control socket of a running daemon: it answers `facewire control` and `take`.

It listens on a loopback port that the system chooses, which any process of this machine
can reach. So the socket is a CURVE server with a key pair of its own: libzmq reads no
message from a client that does not know the public key. The key is written beside the
port and a token where only this user can read it (`control_addresses.py`). Otherwise a
message of endlessly many parts would fill the memory before we see any of it.
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
"""Milliseconds between two checks whether the daemon ends."""

JOIN_S: Final = 0.15
"""The end waits so long for a request that is being answered, as by a slow disk."""

Answer = Callable[[Request], Reply]


class Control:
    """Answers requests in a thread until it is closed."""

    def __init__(self, answer: Answer) -> None:
        """Listen.

        Args:
            answer: gets every request that carries the token; its BridgeError becomes
                the reply.

        Raises:
            BridgeError: no port is free, or facewire's folder cannot be written.
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
        """Stop listening, without waiting for a request that hangs.

        Safe to call twice.
        """
        self._stop.set()
        self._path.unlink(missing_ok=True)
        self._thread.join(JOIN_S)

    def _encrypt(self) -> str:
        """Admit only clients that know the key that is returned, in Z85.

        Empty where this libzmq was built without CURVE: the token alone protects then.
        """
        if not zmq.has("curve"):
            logger.warning("- control: this ZeroMQ has no CURVE; only a token protects")
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
                    # What arrived was not a whole message.
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
        """Answer what came, whatever it is: until then nothing else is received."""
        parts = self._socket.recv_multipart(zmq.DONTWAIT)
        try:
            reply = self._reply(parts)
        except Exception as error:
            logger.exception("x control: a request failed")
            told = f"it failed: {error or type(error).__name__}"
            # Every version of a client reads version 1.
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
