"""The wire `vmc`: Virtual Motion Capture over UDP, for Unity and VTuber programs.

Holds the sink's settings (so pydantic is imported here), how it is opened, and what
reads the packets for `inspect`. The bytes are described in `protocols/vmc.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import vmc
from protocols.osc_reader import LeftOut, ignore_left_out
from protocols.vmc_receiver import Assembler

from .heard import CAMEL, Heard, Parts
from .settings import UdpTarget
from .udp import udp_wire


class Vmc(UdpTarget):
    """EVMC4U, VSeeFace, Warudo and friends, UDP."""

    kind: Literal["vmc"] = "vmc"
    port: Port = 39539
    face: Annotated[int, Field(ge=0, le=8)] = 1
    """VMC carries one character a port: the first face, unless this says otherwise."""
    names: Literal["pascal", "camel", "both"] = "pascal"
    """How curves are spelled: JawOpen, jawOpen, or both."""
    bones: Literal["full", "rotation_only", "off"] = "full"
    """rotation_only leaves out the rest positions, off sends no bones."""
    presets: Literal["off", "vrm0", "vrm1", "both"] = "both"
    """Expressions as VRM presets too: Joy, Angry, ... and happy, angry, ..."""
    eyes: bool = True
    """False leaves the eye bones out, for avatars that look by their curves."""
    jaw: bool = False
    """True sends the jaw bone as well."""
    bundles: bool = True
    """False sends every message in a datagram of its own."""
    tracking_flag: bool = True
    """False sends the old one-argument /VMC/Ext/OK, which cannot say "no face"."""

    def style(self) -> vmc.VmcStyle:
        """Return what the encoder can vary, as a plain value."""
        return vmc.VmcStyle(
            names=self.names,
            bones=self.bones,
            presets=self.presets,
            eyes=self.eyes,
            jaw=self.jaw,
            bundles=self.bundles,
            tracking_flag=self.tracking_flag,
        )


SAMPLE: Final = """\
[[sinks]]
kind = "vmc" # Unity (EVMC4U), VSeeFace, Warudo
host = "127.0.0.1"
port = 39539
names = "pascal" # or "camel", or "both"
bones = "full" # or "rotation_only" (no rest positions), or "off"
presets = "both" # expressions as VRM presets: "vrm0", "vrm1", or "off"
eyes = true # false: no eye bones, for avatars that look by their curves
jaw = false # true: the jaw bone as well
bundles = true # false: every message in a datagram of its own
tracking_flag = true # false: the old one-argument /VMC/Ext/OK
"""


class VmcReader:
    """VMC, several datagrams a frame."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        self._assembler = Assembler(left_out)

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame that this datagram completes, if it does."""
        return [
            Heard(
                "vmc",
                {CAMEL.get(name, name): value for name, value in frame.values.items()}
                | {
                    f"{bone}.{axis}": part
                    for bone, (_, rotation) in frame.bones.items()
                    for axis, part in zip("xyzw", rotation, strict=True)
                },
                frame.tracked,
                frame.time,
                time="" if frame.time is None else f"{frame.time:.3f} s",
            )
            for frame in self._assembler.feed(parts[0])
        ]


def _encoder(target: Vmc, subjects: Sequence[str]) -> Encode:
    """Return what makes a frame's datagrams, with an encoder for each face."""
    style = target.style()
    encoders = {name: vmc.Encoder(style) for name in subjects}
    return lambda frame, time: encoders[frame.subject].encode(frame)


VMC: Final = udp_wire(
    Vmc,
    _encoder,
    VmcReader,
    help="Unity, VSeeFace, Warudo",
    sample=SAMPLE,
    packets="osc",
    default=True,
)
