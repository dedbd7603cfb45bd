"""The wire `vts`: VTube Studio's API for plugins, over a WebSocket.

Has the sink's settings (so it imports pydantic), opens the sink, and reads requests for
`inspect`. `protocols/vtube_studio.py` describes the messages,
`protocols/vtube_parameters.py` the parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator

from bridge.section import Port
from bridge.sinks.sink import Sink
from protocols import vtube_studio as api
from protocols.vtube_stand_in import injected

from .heard import CAMEL, Heard, Parts, Receiver
from .settings import Target, UdpTarget
from .wire import Probe, Wire

CLOSE_S: Final = 1.0
"""Twice what a sender needs to see that the sink is being closed."""


class Vts(Target):
    """VTube Studio's API for plugins, WebSocket."""

    WHERE = UdpTarget.WHERE

    kind: Literal["vts"] = "vts"
    host: str = "127.0.0.1"
    """Address or name of the machine with VTube Studio."""
    port: Port = api.PORT
    """The port of the API, as VTube Studio's settings show it."""
    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: VTube Studio has one."""
    rate: Annotated[float, Field(ge=0.0, le=240.0)] = 60.0
    """Maximum frames per second, 2 or more: VTube Studio lets a parameter go after a
    second without it. 0 sends every frame."""
    defaults: bool = False
    """True also sends VTube Studio's own parameters, such as FaceAngleX and MouthOpen,
    so that every model moves without a change. False leaves them to its own tracker."""

    @field_validator("rate")
    @classmethod
    def _often(cls, value: float) -> float:
        if 0.0 < value < 2.0:
            raise ValueError(f"got {value:g}, expected 0, or 2 to 240")
        return value

    @classmethod
    def at(cls, text: str, said: str) -> dict[str, Any]:
        """Return host and port; raise ConfigError if the port is not a number."""
        return UdpTarget.at(text, said)

    @property
    def where(self) -> str:
        """The address, as HOST:PORT."""
        return f"{self.host}:{self.port}"


SAMPLE: Final = """\
[[sinks]]
kind = "vts" # VTube Studio, as a plugin; click "Allow" there once
host = "127.0.0.1"
port = 8001
defaults = false # true: also VTube Studio's own parameters, for every model
"""

_OURS: Final = {f"Facewire{name}": ours for name, ours in CAMEL.items()}
_SIGNED: Final = ("Yaw", "Pitch", "Roll", "X", "Y", "Z")
"""`inspect` draws values whose names have a dot from the middle."""


class VtsReader:
    """Reads the requests that move parameters."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the request's values; raise DecodeError if it is malformed."""
        found = injected(parts[0])
        values = {_shown(name): value for name, value in found.values.items()}
        first = {name: values[name] for name in _OURS.values() if name in values}
        return [Heard(found.plugin, first | values, found.face_found, None)]


def _shown(name: str) -> str:
    ours = _OURS.get(name)
    if ours is not None:
        return ours
    short = name.removeprefix("Facewire")
    return f"vts.{short}" if short.endswith(_SIGNED) else short


def _open_sink(target: Vts, subjects: Sequence[str]) -> Sink:
    # Imported here, so that facewire starts quickly where no WebSocket is needed.
    from bridge.sinks.mailbox import MailboxSink
    from bridge.vtube_studio.plugin import Plugin

    plugin = Plugin(target.host, target.port, target.defaults)
    return MailboxSink(
        f"{target.kind}={target.where}",
        plugin.connect,
        close_limit_s=CLOSE_S,
        interrupt=plugin.stop.set,
    )


def _open_receiver(target: Vts, key: str | None) -> Receiver:
    from bridge.inspect.vtube_studio import VtubeReceiver

    return VtubeReceiver(target.host, target.port)


def _probe(target: Vts) -> Probe:
    return Probe(target.host, target.port, "TCP", ours=False)


VTS: Final = Wire(
    settings=Vts,
    help="VTube Studio",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=lambda left_out: VtsReader(),
    probe=_probe,
    packets="messages",
)
