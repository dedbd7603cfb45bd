"""VMC (Virtual Motion Capture) as a performer sends it: OSC 1.0 over UDP.

    /VMC/Ext/OK           iiii      loaded 1, calibration state 3 (calibrated),
                                    calibration mode 0 (normal), tracking 0 or 1
    /VMC/Ext/T            f         seconds since the first frame
    /VMC/Ext/Root/Pos     sfffffff  "root", position xyz, quaternion xyzw: identity
    /VMC/Ext/Bone/Pos     sfffffff  Unity bone name, local position, local quaternion
    /VMC/Ext/Blend/Val    sf        expression name, 0 to 1; all 52, every frame
    /VMC/Ext/Blend/Apply            use the values; always last

Unity's frame: left-handed, +X right, +Y up, +Z forward, metres. Messages are sent in
this order in bundles of at most 1472 bytes: two without bones, three with them; names
in both spellings add two more. Apply is the end of the last one.

Untracked: the pose stays and the last argument of OK is 0. That argument exists since
version 2.7. Receivers ignore it (VMC4UE, VRM4U, Godot) or check the number of arguments
first (EVMC4U, which hides the avatar unless the state is 3), and the protocol requires
that further arguments are ignored. `VmcStyle.tracking_flag=False` sends the old
one-argument form for a receiver that cannot handle it.

Rotations and positions are relative to the rest pose of a T-posed VRM model. Receivers
that apply positions would fold the avatar at zeros, so a typical adult's are sent, or
those of the character if it is known. For receivers that only want rotations, use
`bones="rotation_only"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from .bones import REST_POSITIONS
from .channels import (
    ARKIT,
    BONES,
    EXPRESSIONS,
    Vector,
    pascal,
    unit,
)
from .curve_rows import ARKIT_ROWS, Rows, sources
from .frame import FaceFrame
from .osc import Message, Template, grouped
from .outgoing import outgoing
from .rotation import Triple, to_unity, to_unity_position

OK: Final = "/VMC/Ext/OK"
TIME: Final = "/VMC/Ext/T"
ROOT: Final = "/VMC/Ext/Root/Pos"
BONE: Final = "/VMC/Ext/Bone/Pos"
VALUE: Final = "/VMC/Ext/Blend/Val"
APPLY: Final = "/VMC/Ext/Blend/Apply"

Names = Literal["pascal", "camel", "both"]
Bones = Literal["full", "rotation_only", "off"]
Presets = Literal["off", "vrm0", "vrm1", "both"]

SENT_BONES: Final = (
    *("spine", "chest", "upperChest", "neck", "head"),
    *("leftShoulder", "rightShoulder", "leftEye", "rightEye"),
)
"""In sending order; the jaw follows if it is requested."""

_VRM0: Final[dict[str, tuple[str, ...]]] = {
    "Joy": ("happiness",),
    "Angry": ("anger", "disgust", "contempt"),
    "Sorrow": ("sadness", "fear"),
    "Fun": (),
}
_VRM1: Final[dict[str, tuple[str, ...]]] = {
    "happy": ("happiness",),
    "angry": ("anger", "disgust", "contempt"),
    "sad": ("sadness",),
    "relaxed": (),
    "surprised": ("surprise", "fear"),
}
PRESETS: Final[dict[Presets, dict[str, tuple[str, ...]]]] = {
    "off": {},
    "vrm0": _VRM0,
    "vrm1": _VRM1,
    "both": _VRM0 | _VRM1,
}
"""A preset is the sum of these probabilities. An empty one means relaxed joy ("Fun"),
which is sent as 0 to clear the value of another sender."""

IDENTITY_POSE: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
"""Position xyz, quaternion xyzw."""


@dataclass(frozen=True, slots=True)
class VmcStyle:
    """The options in which receivers differ."""

    names: Names = "pascal"
    """Spelling of the 52 names: pascal is PerfectSync's; both doubles the size."""
    bones: Bones = "full"
    """full: with a typical adult's rest positions; rotation_only: zero positions."""
    eyes: bool = True
    """Send the eye bones. An avatar that also turns its eyes by the eyeLook curves
    would look twice as far."""
    jaw: bool = False
    """Send the jaw bone too. Most avatars move the jaw with JawOpen alone."""
    presets: Presets = "off"
    """Also send the recognised expression as VRM presets."""
    bundles: bool = True
    """False: every message is a separate datagram, for receivers without bundles."""
    tracking_flag: bool = True
    """False: /OK has one argument, always 1, and cannot express "untracked"."""


@dataclass(frozen=True, slots=True, eq=False)
class Character:
    """What one character is sent, in place of the 52 curves and a typical adult's
    bones."""

    names: tuple[str, ...]
    """Names of its expressions, each once."""
    values: Callable[[Vector, Vector, int], Vector]
    """Returns a value for each name, 0 to 1, for a frame's (85,) vector, its (8,)
    probabilities and its time in nanoseconds."""
    bones: Mapping[str, Triple]
    """Rest position of each bone that it has, as `REST_POSITIONS`; no other bone is
    sent."""


@dataclass(frozen=True, slots=True, eq=False)
class Extra:
    """Values that are sent besides the curves, such as vowels made of them."""

    names: tuple[str, ...]
    """In sending order; none is that of a curve or of a preset."""
    values: Callable[[Vector], Vector]
    """Returns a value for each name, 0 to 1, for a frame's (85,) vector."""


class Encoder:
    """Encodes one character's datagrams. Keeps the time of the first frame."""

    def __init__(
        self,
        style: VmcStyle = VmcStyle(),
        rows: Rows | None = None,
        character: Character | None = None,
        extra: Extra | None = None,
        moods: Callable[[FaceFrame], Vector] | None = None,
    ) -> None:
        """Lay out the packets for a style.

        Args:
            style: the options in which receivers differ.
            rows: the curves to send, instead of the 52 in the style's spelling.
            character: sends its own names and bones, instead of any rows.
            extra: is sent after these.
            moods: returns (8,) weights of the expressions, 0 to 1, from which presets
                are made. None uses a frame's probabilities.

        Raises:
            ValueError: see `curve_rows.sources`.
        """
        self._style = style
        rows = rows_of(style.names) if rows is None else rows
        self._sources = sources(rows)
        self._character = character
        self._extra = extra
        self._moods = moods or _probabilities
        more = () if extra is None else extra.names
        rest: Mapping[str, Triple] = REST_POSITIONS
        spelt = [name for name, _ in rows]
        if character is not None:
            rest, spelt = character.bones, list(character.names)
        sent = [bone for bone in _sent_bones(style) if bone in rest]
        self._bones = [BONES.index(bone) for bone in sent]
        presets = {n: s for n, s in PRESETS[style.presets].items() if n not in spelt}
        messages = _messages(
            style, {b: rest[b] for b in sent}, [*spelt, *more, *presets]
        )
        packets = grouped(messages) if style.bundles else [messages]
        self._template = Template(packets, bundles=style.bundles)
        self._own, self._all_own = len(spelt), len(spelt) + len(more)
        self._mix = _mix(presets)
        self._floats = _standing_floats(messages)
        # In message order: the time, the root's pose, seven per bone, the values.
        self._poses = self._floats[8 : 8 + 7 * len(self._bones)].reshape(-1, 7)
        self._values = self._floats[8 + 7 * len(self._bones) :]
        self._start_ns: int | None = None

    def encode(self, frame: FaceFrame) -> list[bytes]:
        """Return one frame's datagrams in sending order."""
        if self._start_ns is None:
            self._start_ns = frame.captured_ns
        ready = outgoing(frame)
        self._floats[0] = (frame.captured_ns - self._start_ns) * 1e-9
        if self._bones:
            turns = [to_unity(ready.turns[i]) for i in self._bones]
            self._poses[:, 3:] = turns
        if self._character is None:
            self._values[: self._own] = ready.vector[self._sources]
        else:
            self._values[: self._own] = self._character.values(
                ready.vector, unit(frame.expression), frame.captured_ns
            )
        if self._extra is not None:
            made = self._extra.values(ready.vector)
            self._values[self._own : self._all_own] = made
        if len(self._mix):
            self._values[self._all_own :] = unit(self._mix @ unit(self._moods(frame)))
        ints = (1, 3, 0, int(frame.tracked)) if self._style.tracking_flag else (1,)
        return self._template.fill(self._floats, ints)


def _probabilities(frame: FaceFrame) -> Vector:
    return frame.expression


def _sent_bones(style: VmcStyle) -> list[str]:
    if style.bones == "off":
        return []
    eyes = ("leftEye", "rightEye")
    sent = [bone for bone in SENT_BONES if style.eyes or bone not in eyes]
    return [*sent, "jaw"] if style.jaw else sent


def rows_of(names: Names) -> Rows:
    """Return the 52 curves in a spelling; both sends all in one, then in the other."""
    capital = [(pascal(name), name) for name in ARKIT]
    match names:
        case "pascal":
            return capital
        case "camel":
            return ARKIT_ROWS
        case "both":
            return [*capital, *ARKIT_ROWS]


def _messages(
    style: VmcStyle, bones: Mapping[str, Triple], spelt: list[str]
) -> list[Message]:
    return [
        Message(OK, (1, 3, 0, 1) if style.tracking_flag else (1,)),
        Message(TIME, (0.0,)),
        Message(ROOT, ("root", *IDENTITY_POSE)),
        *(_bone(name, at, rest=style.bones == "full") for name, at in bones.items()),
        *(Message(VALUE, (name, 0.0)) for name in spelt),
        Message(APPLY),
    ]


def _bone(name: str, place: Triple, *, rest: bool) -> Message:
    at = to_unity_position(place) if rest else (0.0, 0.0, 0.0)
    return Message(BONE, (pascal(name), *at, *IDENTITY_POSE[3:]))


def _standing_floats(messages: list[Message]) -> Vector:
    """Return every float argument of the messages, in order."""
    args = (arg for message in messages for arg in message.args)
    return np.array([a for a in args if isinstance(a, float)], dtype=np.float32)


def _mix(presets: Mapping[str, tuple[str, ...]]) -> Vector:
    """Return (presets, 8): which probabilities add up to which preset."""
    rows = presets.values()
    mix = [[float(name in row) for name in EXPRESSIONS] for row in rows]
    return np.array(mix, dtype=np.float32)
