"""The wire `native`: facewire's own stream in UDP datagrams, for the plugins.

Has the sink's settings (so it imports pydantic), opens the sink, and reads datagrams
for `inspect`. `protocols/native_datagrams.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Any, Final, Literal

from bridge.clock import monotonic_ns
from bridge.errors import ConfigError
from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import native_datagrams

from .settings import UdpTarget
from .udp import udp_wire
from .zmq import NativeReader

SCHEME: Final = "udp://"


class Native(UdpTarget):
    """facewire's own stream, UDP, for its plugins."""

    WHERE = "udp://HOST:PORT"

    kind: Literal["native"] = "native"
    port: Port = 5561

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return host and port; the text may begin with udp://."""
        scheme, mark, place = text.rpartition("://")
        if mark and scheme != "udp":
            raise ConfigError(f"{said}: got {scheme}://, expected udp://HOST:PORT")
        return super().at(place, said)

    @property
    def where(self) -> str:
        """The address, as udp://HOST:PORT."""
        return SCHEME + super().where


SAMPLE: Final = """\
[[sinks]]
kind = "native" # facewire's plugins for Unity, Unreal and Blender
host = "127.0.0.1"
port = 5561
"""


def _encoder(target: Native, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame, for all faces."""
    encoder = native_datagrams.Encoder(f"facewire {metadata.version('facewire')}")
    return lambda frame, time: encoder.encode(frame, time, sent_ns=monotonic_ns())


NATIVE: Final = udp_wire(
    Native,
    _encoder,
    lambda left_out: NativeReader(),
    help="facewire's plugins",
    sample=SAMPLE,
    named=True,
)
