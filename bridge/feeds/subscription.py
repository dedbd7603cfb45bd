"""Subscribes to the ZeroMQ stream of another facewire: `zmq:tcp://HOST:PORT`.

`?key=KEY` at the end is the publisher's public key, for an encrypted stream.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

import zmq

from bridge.binding import Address
from bridge.errors import BridgeError, CaptureError, ConfigError
from bridge.user_folder import KEY_LENGTH, curve_keys
from bridge.wires.zmq import Zmq

from .inlet import Inlet
from .listen import find, reaches
from .spec import Spec

OPTIONS: Final = ("key",)

LARGEST: Final = 65_536
"""Size of the largest message, bytes; a publisher that sends more is disconnected."""

QUEUED: Final = 64
"""Messages that libzmq keeps until they are read."""

RECONNECT_MS: Final = 1000
"""Longest pause between two attempts to reach a publisher that is gone."""


class Subscription:
    """Implements `Inlet` for the messages of one publisher.

    It connects in the background, and again when the publisher was gone.
    """

    def __init__(self, address: str, key: str | None) -> None:
        """Subscribe to every face and to the schema.

        Args:
            address: tcp://HOST:PORT.
            key: the publisher's public key; None if the stream is not encrypted.

        Raises:
            zmq.ZMQError: the address or the key is not valid.
        """
        self._from: Address = (address, 0)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        try:
            self._socket.setsockopt(zmq.LINGER, 0)
            self._socket.setsockopt(zmq.RCVHWM, QUEUED)
            self._socket.setsockopt(zmq.MAXMSGSIZE, LARGEST)
            self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, RECONNECT_MS)
            self._socket.setsockopt(zmq.SUBSCRIBE, b"")
            if key is not None:
                public, secret = curve_keys()
                self._socket.curve_publickey = public.encode()
                self._socket.curve_secretkey = secret.encode()
                self._socket.curve_serverkey = key.encode()
            self._socket.connect(address)
        except BaseException:
            self.close()
            raise

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """See `Inlet`. The parts of a message are joined by a zero byte."""
        try:
            if wait_s > 0.0 and not self._socket.poll(max(round(wait_s * 1e3), 1)):
                return None
            return b"\0".join(self._socket.recv_multipart(zmq.DONTWAIT)), self._from
        except zmq.Again:
            return None
        except zmq.ZMQError as error:
            raise OSError(error.errno, str(error)) from None

    def send(self, data: bytes, to: Address) -> None:
        """Drop it: a subscriber has nothing to say."""

    def close(self) -> None:
        """See `Inlet`."""
        self._socket.close(0)
        self._context.term()


def check_address(spec: Spec, sinks: Iterable[object]) -> str:
    """Check a source's name; return it for people, without the key. Opens nothing.

    Raises:
        ConfigError: the address or the key has another form, or a sink of this
            facewire publishes there.
        CaptureError: the host cannot be found.
    """
    return _checked(spec, sinks)[0]


def subscribe(spec: Spec, sinks: Iterable[object]) -> tuple[str, Inlet]:
    """Return the source's name for people, and its subscription.

    Raises:
        ConfigError: see `check_address`.
        CaptureError: see `check_address`, or libzmq refuses the address.
    """
    name, address, key = _checked(spec, sinks)
    try:
        return name, Subscription(address, key)
    except zmq.ZMQError as error:
        why = str(error.strerror).partition(" (addr=")[0]
        raise CaptureError(
            f"source {name}: cannot subscribe ({why}); expected zmq:tcp://HOST:PORT"
        ) from None
    except BridgeError as error:
        raise CaptureError(f"source {name}: {error}") from None


def _checked(spec: Spec, sinks: Iterable[object]) -> tuple[str, str, str | None]:
    """Return the name for people, the address and the key."""
    key = spec.options(OPTIONS).get("key")
    if key is not None and len(key) != KEY_LENGTH:
        raise ConfigError(
            f"source zmq: the key has {len(key)} characters, expected {KEY_LENGTH}; "
            "the publisher prints it when it starts"
        )
    said = f"source zmq:{spec.place}"
    if not spec.place:
        raise ConfigError(f"{said}: expected zmq:tcp://HOST:PORT")
    address: str = Zmq.at(spec.place, said)["address"]
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if parts.scheme != "tcp" or host is None or port is None:
        raise ConfigError(f"{said}: expected zmq:tcp://HOST:PORT")
    name = f"zmq:{address}"
    _, found = find(host, port, f"source {name}")
    for sink in sinks:
        if isinstance(sink, Zmq) and _publishes_at(sink, found):
            raise ConfigError(
                f"source {name}: the sink zmq={sink.address} of this facewire "
                "publishes there; subscribe to another one, or publish at another "
                f"port, as in --sink zmq=tcp://127.0.0.1:{_other(port)}"
            )
    return name, address, key


def _publishes_at(sink: Zmq, found: Address) -> bool:
    parts = urlsplit(sink.address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme != "tcp" or host is None or port != found[1]:
        return False
    _, bound = find("0.0.0.0" if host == "*" else host, port, f"zmq={sink.address}")
    return reaches(found[0], bound[0])


def _other(port: int) -> int:
    return port + 1 if port < 65_535 else port - 1
