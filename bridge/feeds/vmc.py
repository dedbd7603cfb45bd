"""Reads VMC (Virtual Motion Capture) as solved faces: `--source vmc:PORT`.

Curves in any spelling and bones become channels. Where a sender has no curves, its
VRM presets are shown by curves (`protocols/vrm_presets.py`). A sender's values are used
at its Apply, as the protocol demands, and are kept until it sends them again: some
senders leave out what has not changed.

VMC has no timecode and no place of the head in a camera's picture. A port has one
character for each sender's host.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from protocols.channels import BONES
from protocols.errors import DecodeError
from protocols.rotation import Quaternion, Triple, rotation_vector, to_unity
from protocols.vmc_receiver import Assembler, VmcFrame
from protocols.vrm_presets import CURVES, NAMES, curves_of, expression_of

from .kind import udp_kind
from .report import Reader, Report, Setup, mask_of
from .solved import face_of

PORT: Final = 39540
"""Where programs listen that assistants send to. 39539 is where facewire's own sink
sends."""

LARGEST: Final = 65_536
"""Bytes of a datagram; some senders put all bones and curves into one bundle."""

QUEUE_BYTES: Final = 256 * 1024
"""Senders without bundles send 60 datagrams a frame, and each takes a kilobyte."""

KEPT_NS: Final = 5_000_000_000
"""A value that is not sent again for so long is forgotten."""

FACE: Final = "vmc"
"""The sender's name: VMC has none."""

_BONES: Final = {bone.lower(): bone for bone in BONES}


class VmcFaces:
    """Reads the datagrams of one sender."""

    def __init__(self, setup: Setup) -> None:
        """Start without values."""
        self._setup = setup
        self._assembler = Assembler()
        self._tracked = True
        self._curves: dict[str, tuple[float, int]] = {}
        self._presets: dict[str, tuple[float, int]] = {}
        self._turns: dict[str, tuple[Triple, int]] = {}

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the face that a datagram completes.

        Raises:
            DecodeError: it is not OSC, or has no message of VMC.
        """
        frames = self._assembler.feed(data)
        if b"/VMC/" not in data:
            raise DecodeError("vmc: no address of VMC, expected /VMC/Ext/...")
        reports = []
        for frame in frames:
            self._take(frame, now_ns)
            if self._curves or self._presets or self._turns:
                reports.append(self._report())
        return reports

    def _take(self, frame: VmcFrame, now_ns: int) -> None:
        """Keep what a frame says, and forget what is old."""
        if frame.tracked is not None:
            self._tracked = frame.tracked
        for spelt, value in frame.values.items():
            small = spelt.lower()
            if small in CURVES:
                self._curves[CURVES[small]] = value, now_ns
            elif small in NAMES:
                self._presets[NAMES[small]] = value, now_ns
        for spelt, (_, turn) in frame.bones.items():
            bone = _BONES.get(spelt.lower())
            if bone is not None:
                self._turns[bone] = rotation_vector(to_unity(_unit(turn))), now_ns
        for kept in (self._curves, self._presets, self._turns):
            for name in [n for n, (_, at) in kept.items() if now_ns - at > KEPT_NS]:
                del kept[name]

    def _report(self) -> Report:
        key = (self._setup.peer, FACE)
        if not self._tracked:
            return Report(key=key, vector=None)
        own = {name: value for name, (value, _) in self._curves.items()}
        presets = {name: value for name, (value, _) in self._presets.items()}
        curves = curves_of(presets, frozenset(own)) | own
        turns = {bone: turn for bone, (turn, _) in self._turns.items()}
        vector, given = face_of(curves, turns, self._setup.neck_share)
        return Report(
            key=key,
            vector=vector,
            expression=expression_of(presets),
            given=mask_of(*given),
        )


def _unit(turn: Quaternion) -> Quaternion:
    """Return a quaternion of unit length; no turn for one without a length."""
    length = math.hypot(*turn)
    if length < 1e-9:
        return (0.0, 0.0, 0.0, 1.0)
    x, y, z, w = turn
    return (x / length, y / length, z / length, w / length)


def _reader(setup: Setup) -> Reader:
    return VmcFaces(setup)


VMC: Final = udp_kind(
    "vmc",
    _reader,
    help="VSeeFace, Warudo, XR Animator and other programs that send VMC",
    port=PORT,
    largest=LARGEST,
    queue=QUEUE_BYTES,
)
