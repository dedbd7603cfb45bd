"""The wire `resonite`: Steam Link's OSC, which Resonite reads without a mod.

Has the sink's settings (so it imports pydantic), opens the sink, and reads datagrams
for `inspect`. `protocols/steam_link.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import steam_link
from protocols.channels import ARKIT
from protocols.osc_reader import LeftOut, ignore_left_out

from .heard import Heard, Parts, named
from .settings import UdpTarget
from .udp import udp_wire


class Resonite(UdpTarget):
    """Resonite, by Steam Link's OSC, UDP."""

    kind: Literal["resonite"] = "resonite"
    port: Port = 9015
    """The port that Resonite's settings name for face tracking by OSC."""
    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: Resonite has one."""
    rate: Annotated[float, Field(ge=0.0, le=240.0)] = 60.0
    """Maximum frames per second; 0 sends every frame."""


SAMPLE: Final = """\
[[sinks]]
kind = "resonite" # Resonite, which reads Steam Link's face
host = "127.0.0.1"
port = 9015
"""


class ResoniteReader:
    """Reads Steam Link's OSC: several bundles per frame."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        self._left_out = left_out
        self._values: dict[str, float] = {}

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame that this datagram completes, if any."""
        # Only known names get in, so the values stay few.
        news = steam_link.decode(parts[0], self._left_out)
        self._values |= news
        if steam_link.LAST not in news:
            return []
        values, self._values = self._values, {}
        seen = values.get(steam_link.PARTS[0])
        others = {
            name: value
            for name, value in values.items()
            if not steam_link.WEIGHTS.get(name)
        }
        return [
            Heard(
                "resonite",
                named(ARKIT, steam_link.curves(values)) | others,
                None if seen is None else seen > 0.0,
                None,
            )
        ]


def _encoder(target: Resonite, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame; each face has its own encoder."""
    encoders = {name: steam_link.Encoder() for name in subjects}
    return lambda frame, time: encoders[frame.subject].encode(frame)


RESONITE: Final = udp_wire(
    Resonite,
    _encoder,
    ResoniteReader,
    help="Resonite",
    sample=SAMPLE,
    packets="osc",
)
