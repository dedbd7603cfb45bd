"""The wire `zmq`: facewire's own stream, published with ZeroMQ.

Has the sink's settings (so it imports pydantic), opens the sink, and reads messages for
`inspect`. `protocols/native.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import field_validator

from bridge.clock import ClockNs, monotonic_ns
from bridge.inspect.receive import ZmqReceiver
from bridge.sinks.sink import Sink
from bridge.sinks.zmq_pub import ZmqSink, is_loopback
from protocols import native
from protocols.channels import ARKIT, CHANNELS
from protocols.errors import DecodeError

from .heard import Heard, Parts, Receiver, named
from .settings import Target, split_host_port
from .wire import Probe, Wire

PORT: Final = 5560

MOST_AGE_MS: Final = 60_000.0
"""A larger age comes from another machine's clock and is ignored."""


class Zmq(Target):
    """facewire's own stream, ZeroMQ XPUB."""

    WHERE = "tcp://HOST:PORT"

    kind: Literal["zmq"] = "zmq"
    address: str = f"tcp://127.0.0.1:{PORT}"
    """Address to bind. Outside loopback the stream is encrypted with CURVE keys."""
    curve: bool | None = None
    """Force encryption on or off. Unset: on outside loopback."""

    @field_validator("address")
    @classmethod
    def _shape(cls, value: str) -> str:
        if not value.startswith(("tcp://", "ipc://", "inproc://")):
            raise ValueError(f"got {value!r}, expected tcp://HOST:PORT")
        return value

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return the address; add tcp:// and the default port if they are missing."""
        if "://" in text:
            return {"address": text}
        host, port = split_host_port(text, said)
        if ":" in host:
            host = f"[{host}]"
        return {"address": f"tcp://{host}:{port or PORT}"}

    @property
    def where(self) -> str:
        """The address, as tcp://HOST:PORT."""
        return self.address


SAMPLE: Final = """\
[[sinks]]
kind = "zmq" # facewire's own stream
address = "tcp://127.0.0.1:5560" # outside loopback the stream is encrypted
# curve = true # always encrypt; false: never; unset: outside loopback
"""


class NativeReader:
    """Reads facewire's own stream. Ages are valid if both ends share one clock."""

    def __init__(self, clock_ns: ClockNs = monotonic_ns) -> None:
        self._clock_ns = clock_ns

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the message's frame; an empty list for the schema."""
        if len(parts) > 2:
            raise DecodeError(f"native: a message of {len(parts)} parts, expected 2")
        topic, payload = parts if len(parts) == 2 else native.split(parts[0])
        if topic == native.SCHEMA_TOPIC:
            native.decode_schema(payload)
            return []
        if not topic.startswith(native.FACE_TOPICS):
            raise DecodeError(
                f"native: topic {topic!r:.60} is not a topic of facewire; expected "
                "face.<subject> or schema"
            )
        packet = native.decode(payload)
        age_ms = (self._clock_ns() - packet.sent_ns) / 1e6
        frame = packet.frame
        return [
            Heard(
                frame.subject,
                named(CHANNELS, frame.vector),
                frame.tracked,
                packet.seq,
                exact=True,
                time=str(packet.time),
                age_ms=age_ms if 0.0 <= age_ms < MOST_AGE_MS else None,
                doubt=None if frame.doubt is None else named(ARKIT, frame.doubt),
                mood=frame.mood,
            )
        ]


def _open_sink(target: Zmq, subjects: Sequence[str]) -> Sink:
    curve = target.curve
    if curve is None:
        curve = not is_loopback(target.address)
    return ZmqSink(f"{target.kind}={target.where}", target.address, curve=curve)


def _open_receiver(target: Zmq, key: str | None) -> Receiver:
    return ZmqReceiver(target.address, key)


def _probe(target: Zmq) -> Probe | None:
    parts = urlsplit(target.address)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme != "tcp" or host is None or port is None:
        return None
    return Probe("" if host == "*" else host, port, "TCP", ours=True)


ZMQ: Final = Wire(
    settings=Zmq,
    help="your own programs",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=lambda left_out: NativeReader(),
    probe=_probe,
    packets="messages",
    named=True,
    default=True,
)
