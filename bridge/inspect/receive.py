"""The receivers of `inspect`: a UDP port, or a ZeroMQ subscription."""

from __future__ import annotations

import contextlib
import errno
from typing import Final

import zmq

from bridge.binding import Address, listen_on
from bridge.errors import SinkError
from bridge.sinks.udp import resolve
from bridge.user_folder import curve_keys
from bridge.wires.heard import Parts

BUFFER: Final = 65_536
"""Size of the largest possible datagram, bytes."""


class UdpReceiver:
    """A bound UDP port."""

    def __init__(self, host: str, port: int) -> None:
        self.where = f"{host}:{port}"
        family, address = resolve(host, port, f"inspect {self.where}")
        try:
            self._socket = listen_on(family, address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                told = (
                    "is in use: close the program that listens there, or send to "
                    "another port"
                )
            else:
                told = f"cannot be opened ({error.strerror})"
            raise SinkError(f"inspect: UDP {self.where} {told}") from None

    @property
    def number(self) -> int:
        """The port's number."""
        found: int = self._socket.getsockname()[1]
        return found

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next datagram, or None after `timeout_s`."""
        came = self.receive_from(timeout_s)
        return None if came is None else (came[0],)

    def receive_from(self, timeout_s: float) -> tuple[bytes, Address] | None:
        """Return the next datagram and its sender, or None after `timeout_s`."""
        self._socket.settimeout(max(timeout_s, 1e-4))
        try:
            return self._socket.recvfrom(BUFFER)
        except (TimeoutError, BlockingIOError):
            return None
        except ConnectionResetError:
            # Windows raises this if another program's port was closed; ignore it.
            return None

    def answer(self, data: bytes, peer: Address) -> None:
        """Send a datagram to a sender; drop it if that fails."""
        with contextlib.suppress(OSError):
            self._socket.sendto(data, peer)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


class ZmqReceiver:
    """A subscription to all messages of one publisher."""

    def __init__(self, address: str, server_key: str | None = None) -> None:
        self.where = address
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RCVHWM, 64)
        self._socket.setsockopt(zmq.MAXMSGSIZE, BUFFER)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1000)
        self._socket.setsockopt(zmq.SUBSCRIBE, b"")
        try:
            if server_key is not None:
                public, secret = curve_keys()
                self._socket.curve_publickey = public.encode()
                self._socket.curve_secretkey = secret.encode()
                self._socket.curve_serverkey = server_key.encode()
            self._socket.connect(address)
        except zmq.ZMQError as error:
            self.close()
            why = str(error.strerror).partition(" (addr=")[0]
            raise SinkError(
                f"inspect: cannot subscribe to {address} ({why}); expected "
                "tcp://HOST:PORT, and a --key of 40 characters if the stream is "
                "encrypted"
            ) from None

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next message's parts, or None after `timeout_s`."""
        if not self._socket.poll(max(round(timeout_s * 1e3), 1)):
            return None
        return tuple(self._socket.recv_multipart())

    def close(self) -> None:
        """Close the socket."""
        self._socket.close(0)
        self._context.term()
