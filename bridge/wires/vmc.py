"""The wire `vmc`: Virtual Motion Capture over UDP, for Unity and VTuber programs.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/vmc.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import vmc
from protocols.osc_reader import LeftOut, ignore_left_out
from protocols.vmc_receiver import Assembler

from .faded_mood import FadedMood
from .fallback import Fallback, fallback
from .heard import CAMEL, Heard, Parts
from .settings import UdpTarget
from .udp import udp_wire

if TYPE_CHECKING:
    from bridge.characters.live import LiveCharacter


class Vmc(UdpTarget):
    """EVMC4U, VSeeFace, Warudo and similar programs, UDP."""

    kind: Literal["vmc"] = "vmc"
    port: Port = 39539
    face: Annotated[int, Field(ge=0, le=8)] = 1
    """Send this face, counted from 1. VMC carries one character per port; 0 would send
    every face to the same port."""
    names: Literal["pascal", "camel", "both"] = "pascal"
    """Spelling of curve names: JawOpen, jawOpen, or both. A character of
    `character.file` gets its own names."""
    bones: Literal["full", "rotation_only", "off"] = "full"
    """rotation_only omits the rest positions; off sends no bones."""
    presets: Literal["auto", "off", "vrm0", "vrm1", "both"] = "auto"
    """Also send expressions as VRM presets: vrm0 is Joy, Angry, ...; vrm1 is happy,
    angry, ... auto is both; for a character of `character.file` it is what that can
    show, and nothing if it has the curves of Perfect Sync."""
    presets_from: Literal["mood", "probabilities"] = "mood"
    """mood fades from one preset to the next as `[mood]` says, so a flickering answer
    of the network shows no flicker; probabilities sends them as they are. A character
    of `character.file` follows the mood."""
    fallback: Fallback = "off"
    """Also send vowels and blinks that are made of the curves, for models without the
    52: vrm0 is A, I, U, E, O, Blink, Blink_L, Blink_R; vrm1 is aa, ih, ... and blink,
    ... A model that has the 52 as well would move twice. A character of
    `character.file` gets its own ones."""
    eyes: bool = True
    """False omits the eye bones, for avatars whose gaze follows curves. A character of
    `character.file` gets them only if it has them and its gaze does not follow
    curves."""
    jaw: bool = False
    """True also sends the jaw bone. A character of `character.file` gets it if it opens
    its mouth by that bone alone."""
    bundles: bool = True
    """False sends every message in its own datagram."""
    tracking_flag: bool = True
    """False sends the old one-argument /VMC/Ext/OK, which cannot report "no face"."""

    def style(self, *, of_character: bool = False) -> vmc.VmcStyle:
        """Return the encoder's options as a plain value.

        Args:
            of_character: True if the character decides about presets and the jaw.
        """
        presets = self.presets
        return vmc.VmcStyle(
            names=self.names,
            bones=self.bones,
            presets=("off" if of_character else "both")
            if presets == "auto"
            else presets,
            eyes=self.eyes,
            jaw=self.jaw or of_character,
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
presets = "auto" # expressions as VRM presets: "vrm0", "vrm1", "both", or "off"
presets_from = "mood" # one preset at a time; or "probabilities", all at once
fallback = "off" # A I U E O and Blink for models without the 52: "vrm0", "vrm1", "both"
eyes = true # false: no eye bones, for avatars whose gaze follows curves
jaw = false # true: also the jaw bone
bundles = true # false: every message in its own datagram
tracking_flag = true # false: the old one-argument /VMC/Ext/OK
"""


class VmcReader:
    """Reads VMC: several datagrams per frame."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        self._assembler = Assembler(left_out)

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame that this datagram completes, if any."""
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
    """Return a function that encodes a frame; each face has its own encoder."""
    style = target.style()
    extra = fallback(target.fallback)
    steady = target.presets_from == "mood"
    encoders = {
        name: vmc.Encoder(style, extra=extra, moods=FadedMood() if steady else None)
        for name in subjects
    }
    return lambda frame, time: encoders[frame.subject].encode(frame)


def _encoder_for(
    target: Vmc, subjects: Sequence[str], character: LiveCharacter
) -> Encode:
    """Return a function that encodes a fitted frame for a character.

    Each face has its own retargeting, because emotions have a past.
    """
    style = target.style(of_character=True)
    encoders = {}
    for name in subjects:
        retarget = character.retarget(emotions=target.presets != "off")
        own = vmc.Character(retarget.names, retarget.values, retarget.rest_positions)
        encoders[name] = vmc.Encoder(style, character=own)
    return lambda frame, time: encoders[frame.subject].encode(frame)


VMC: Final = udp_wire(
    Vmc,
    _encoder,
    VmcReader,
    encoder_for=_encoder_for,
    help="Unity, VSeeFace, Warudo",
    sample=SAMPLE,
    packets="osc",
    default=True,
)
