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
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from engines.motion.body import eye_looks, eye_turns, jaw_turn
from protocols.channels import (
    BONES,
    CHANNELS,
    INDEX,
    WEIGHTS_SLICE,
    Vector,
    bone_slice,
    unit,
)
from protocols.errors import DecodeError
from protocols.rotation import Quaternion, Triple, rotation_vector, to_unity
from protocols.vmc_receiver import Assembler, VmcFrame
from protocols.vrm_presets import CURVES, NAMES, curves_of, expression_of

from .kind import udp_kind
from .report import Reader, Report, Setup, bounded, mask_of

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
_LOOKS: Final = tuple(name for name in INDEX if name.startswith("eyeLook"))


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
        vector, given = vector_of(curves, turns, self._setup.neck_share)
        return Report(
            key=key,
            vector=vector,
            expression=expression_of(presets),
            given=mask_of(*given),
        )


def vector_of(
    curves: Mapping[str, float], turns: Mapping[str, Triple], neck_share: float
) -> tuple[Vector, tuple[str, ...]]:
    """Return a (85,) vector, and the names of its channels and bones that are known.

    Eyes follow their curves, or the curves of the gaze follow the eyes, whichever is
    known; the jaw bone follows its curves.

    Args:
        curves: values by ARKit's names.
        turns: rotation vectors of bones by our names, radians, parent-local.
        neck_share: the neck's share of the head's rotation, where only the head turns.
    """
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    given = dict.fromkeys((*curves, *turns))
    for name, value in curves.items():
        vector[INDEX[name]] = value
    weights = vector[WEIGHTS_SLICE]
    weights[:] = unit(weights)
    for bone, turn in turns.items():
        vector[bone_slice(bone)] = turn
    gaze = any(name in curves for name in _LOOKS)
    eyes = "leftEye" in turns and "rightEye" in turns
    if eyes and not gaze:
        for name, value in eye_looks(turns["leftEye"], turns["rightEye"]).items():
            vector[INDEX[name]] = value
        given |= dict.fromkeys(_LOOKS)
    elif gaze and not eyes:
        left, right = eye_turns(weights.tolist())
        vector[bone_slice("leftEye")], vector[bone_slice("rightEye")] = left, right
        given |= dict.fromkeys(("leftEye", "rightEye"))
    if "jaw" not in turns and "jawOpen" in curves:
        vector[bone_slice("jaw")] = jaw_turn(weights.tolist())
        given["jaw"] = None
    if "head" in turns and "neck" not in turns:
        whole = np.array(turns["head"])
        vector[bone_slice("head")] = (1.0 - neck_share) * whole
        vector[bone_slice("neck")] = neck_share * whole
        given["neck"] = None
    return bounded(vector), tuple(given)


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
