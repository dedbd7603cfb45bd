"""facewire's own stream: a bound ZeroMQ XPUB socket; each frame is topic and payload.

Each subscriber has a queue of a few frames; if it is full, the frame is dropped for
that subscriber only. Frames that have left the queue wait in the buffers of the system
and of the subscriber, so a subscriber must read until no message waits. A new
subscriber gets the schema within a tenth of a second.
"""

from __future__ import annotations

import ipaddress
import logging
from importlib import metadata
from typing import Final
from urllib.parse import urlsplit

import zmq

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import SinkError
from bridge.user_folder import curve_keys
from protocols import native
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

logger = logging.getLogger(__name__)

QUEUED: Final = 4
"""Messages kept for a slow subscriber: 67 ms at 60 fps."""

GREET_EVERY_NS: Final = 100_000_000
"""Time between two checks for new subscribers. A check takes a tenth of the time of
sending a frame."""

TOPICS: Final = 64
"""Known subscriptions; a subscriber may make any number."""

SEND_BUFFER: Final = 32 * 1024
"""Kernel buffer per subscriber, bytes; a larger one would queue seconds of frames."""


class ZmqSink:
    """Publishes to every subscriber. Never blocks."""

    def __init__(
        self, name: str, address: str, *, curve: bool, clock_ns: ClockNs = monotonic_ns
    ) -> None:
        self.name = name
        self.sent = 0
        self.failed = 0
        self._clock_ns = clock_ns
        self._seq: dict[str, int] = {}
        self._topics: set[bytes] = set()
        """What is subscribed to, by anybody."""
        self._greeted_ns = 0
        software = f"facewire {metadata.version('facewire')}"
        self._schema = native.encode_schema(native.Schema(software))
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.SNDHWM, QUEUED)
        self._socket.setsockopt(zmq.SNDBUF, SEND_BUFFER)
        self._socket.setsockopt(zmq.MAXMSGSIZE, 4096)
        # Report every subscription, so that every new subscriber gets the schema.
        self._socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        try:
            if curve:
                public, secret = curve_keys()
                self._socket.curve_secretkey = secret.encode()
                self._socket.curve_server = True
            self._socket.bind(address)
            if curve:
                logger.warning("- %s: encrypted; subscribers need %s", name, public)
        except zmq.ZMQError as error:
            self.close()
            raise SinkError(_bind_problem(name, address, error)) from None
        except BaseException:
            self.close()
            raise

    @property
    def answered(self) -> bool | None:
        """True while there is a subscriber."""
        return bool(self._topics)

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Publish one frame; libzmq drops it for subscribers that are too slow."""
        now_ns = self._clock_ns()
        try:
            if now_ns - self._greeted_ns >= GREET_EVERY_NS:
                self._greeted_ns = now_ns
                self._greet()
            seq = self._seq.get(frame.subject, 0)
            self._seq[frame.subject] = seq + 1
            payload = native.encode(
                frame, time, seq=seq, sent_ns=now_ns, display_ns=frame.display_ns
            )
            topic = native.topic(frame.subject)
            self._socket.send(topic, zmq.DONTWAIT | zmq.SNDMORE)
            self._socket.send(payload, zmq.DONTWAIT)
        except zmq.ZMQError as error:
            self.failed += 1
            logger.debug("x %s: %s", self.name, error)
        else:
            self.sent += 1

    def _greet(self) -> None:
        """Send the schema if there are new subscribers since the last check."""
        joined = False
        # Cheaper than poll(0), which creates a poller on each call.
        while int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN:
            event = self._socket.recv(zmq.DONTWAIT)
            topic = event[1:]
            if event[:1] == b"\x01":
                joined = True
                if len(self._topics) < TOPICS:
                    self._topics.add(topic)
            else:
                # It is told of the last subscriber only, also of one that vanished.
                self._topics.discard(topic)
        if joined:
            self._socket.send_multipart(
                (native.SCHEMA_TOPIC, self._schema), zmq.DONTWAIT
            )

    def close(self) -> None:
        """Close the socket at once; queued frames are dropped."""
        self._socket.close(0)
        self._context.term()


def is_loopback(address: str) -> bool:
    """Return True if only this machine can reach a bound address."""
    parts = urlsplit(address)
    if parts.scheme != "tcp":
        return True
    try:
        host = parts.hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bind_problem(name: str, address: str, error: zmq.ZMQError) -> str:
    if error.errno == zmq.EADDRINUSE:
        return (
            f"{name}: {address} is in use; is facewire running already? "
            "Choose another port with --sink zmq=tcp://HOST:PORT"
        )
    why = str(error.strerror).partition(" (addr=")[0]
    return (
        f"{name}: cannot bind {address} ({why}); expected an address of "
        "this machine, as in tcp://127.0.0.1:5560 or tcp://0.0.0.0:5560"
    )
