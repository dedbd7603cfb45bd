"""What VRChat is sent by OSC: an avatar's parameters, and its own eye tracking.

    /avatar/parameters/...             f, T, F   see vrcft.py
    /tracking/eye/LeftRightPitchYaw    ffff      degrees: left pitch, left yaw, right
                                                 pitch, right yaw; + down, + right
    /tracking/eye/EyesClosedAmount     f         0 open, 1 closed, both eyes

Messages come in bundles of at most 1472 bytes, with the time tag "immediately". A value
is sent when it has changed by more than 0.002, or a bool when it has changed, and each
one again every two seconds in turn, because a datagram may be lost and an avatar may be
loaded anew. Eye tracking is sent with each frame, and not while no face is seen: after
ten seconds VRChat then moves the eyes by itself.

While no face is seen for two seconds, the bools of `vrcft.STATUS` are false.

Source: docs.vrchat.com (OSC avatar parameters, OSC eye tracking).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from .channels import Vector
from .frame import FaceFrame
from .osc import BUNDLE, IMMEDIATELY, MTU, Message, bundle, encode
from .unified import EYE_RANGE, INDEX, Unified
from .vrcft import Levels, Plan

GAZE: Final = "/tracking/eye/LeftRightPitchYaw"
CLOSED: Final = "/tracking/eye/EyesClosedAmount"

STEP: Final = 0.002
"""A smaller change is not sent. VRChat passes on 1/127 to others."""
REFRESH_S: Final = 2.0
LOST_NS: Final = 2_000_000_000
"""For so long a face may be lost before the avatar is told."""
LONGEST_S: Final = 1.0
"""A longer gap between frames counts as this."""

_FLOAT: Final = struct.Struct(">f")
_GAZE_AT: Final = [INDEX[n] for n in ("EyeLeftY", "EyeLeftX", "EyeRightY", "EyeRightX")]
_GAZE_DEGREES: Final = math.degrees(EYE_RANGE) * np.array([-1, 1, -1, 1], np.float32)
_CLOSED_AT: Final = INDEX["EyeClosed"]


@dataclass(frozen=True, slots=True)
class Eyes:
    """Which part of VRChat's own eye tracking is sent."""

    gaze: bool
    lids: bool


def eyes_for(plan: Plan) -> Eyes:
    """Return what an avatar's own parameters leave to VRChat's eye tracking.

    As VRCFaceTracking does it: an avatar with parameters for the gaze turns its eyes by
    itself, and one with parameters for the lids closes them.
    """
    gaze = plan.moves("EyeX", "EyeY", "EyeLeftX", "EyeLeftY", "EyeRightX", "EyeRightY")
    return Eyes(gaze=not gaze, lids=not plan.moves("EyeOpen", "EyeClosed", "EyeLid"))


class Encoder:
    """Encodes one face's datagrams for one avatar. Keeps what was sent last."""

    def __init__(self, plan: Plan, eyes: Eyes, unified: Unified | None = None) -> None:
        """Send a plan.

        Args:
            plan: the avatar's parameters.
            eyes: the parts of VRChat's own eye tracking.
            unified: keeps where the actor sits, also for another avatar.
        """
        self._unified = Unified() if unified is None else unified
        self._eyes = eyes
        self._at = np.array([at for _, at in plan.floats], dtype=np.intp)
        self._heads = [encode(Message(a, (0.0,)))[:-4] for a, _ in plan.floats]
        self._sent = np.full(len(self._heads), np.nan, dtype=np.float32)
        self._levels, self._below = Levels(plan.bits), plan.below
        self._status = plan.status
        addresses = (
            *(address for one in plan.bits for address, _ in one.bits),
            *(one.negative for one in plan.bits if one.negative is not None),
            *(address for address, _, _ in plan.below),
            *plan.status,
        )
        self._messages = {a: _both(a) for a in addresses}
        self._said: dict[str, bool] = {}
        self._turn = 0.0
        self._at_ns: int | None = None
        self._seen_ns: int | None = None

    def encode(self, frame: FaceFrame) -> list[bytes]:
        """Return a frame's datagrams; none if nothing is to be said."""
        values = self._unified(frame)
        again = self._again(frame)
        parts = [*self._floats(values, again), *self._bools(frame, values, again)]
        if frame.tracked:
            parts += self._eye_tracking(frame, values)
        self._at_ns = frame.captured_ns
        return bundles(parts)

    def last(self) -> list[bytes]:
        """Return the datagrams that tell the avatar that the face is gone."""
        return bundles(self._messages[address][0] for address in self._status)

    def _again(self, frame: FaceFrame) -> frozenset[int]:
        """Return the places of the values whose turn it is to be repeated."""
        count = len(self._heads) + len(self._messages)
        if self._at_ns is None or not count:
            return frozenset()
        past_s = (frame.captured_ns - self._at_ns) / 1e9
        share = count * max(0.0, min(past_s, LONGEST_S)) / REFRESH_S
        first, self._turn = self._turn, self._turn + share
        turns = range(int(first), int(self._turn))
        self._turn %= count
        return frozenset(turn % count for turn in turns)

    def _floats(self, values: Vector, again: frozenset[int]) -> list[bytes]:
        now = values[self._at]
        # Not `>`: nothing is nearer to the first NaN.
        changed = ~(np.abs(now - self._sent) <= STEP)
        places = [i for i in again if i < len(self._heads)]
        changed[places] = True
        chosen = np.flatnonzero(changed)
        self._sent[chosen] = now[chosen]
        return [
            self._heads[i] + _FLOAT.pack(value)
            for i, value in zip(chosen.tolist(), now[chosen].tolist(), strict=True)
        ]

    def _bools(
        self, frame: FaceFrame, values: Vector, again: frozenset[int]
    ) -> list[bytes]:
        if not self._messages:
            return []
        numbers = values.tolist()
        now = dict(self._levels(numbers))
        now |= {address: numbers[at] < limit for address, at, limit in self._below}
        now |= dict.fromkeys(self._status, self._present(frame))
        first = len(self._heads)
        parts = []
        for place, (address, both) in enumerate(self._messages.items(), first):
            if self._said.get(address) != now[address] or place in again:
                parts.append(both[now[address]])
        self._said = now
        return parts

    def _present(self, frame: FaceFrame) -> bool:
        if frame.tracked:
            self._seen_ns = frame.captured_ns
        seen_ns = self._seen_ns
        return seen_ns is not None and 0 <= frame.captured_ns - seen_ns < LOST_NS

    def _eye_tracking(self, frame: FaceFrame, values: Vector) -> list[bytes]:
        parts = []
        if self._eyes.gaze:
            degrees = (values[_GAZE_AT] * _GAZE_DEGREES).tolist()
            parts.append(encode(Message(GAZE, tuple(degrees))))
        if self._eyes.lids:
            parts.append(encode(Message(CLOSED, (float(values[_CLOSED_AT]),))))
        return parts


def bundles(parts: Iterable[bytes]) -> list[bytes]:
    """Return messages as bundles of at most 1472 bytes each, in order."""
    groups: list[list[bytes]] = []
    room = 0
    for part in parts:
        if 4 + len(part) > room:
            groups.append([])
            room = MTU - len(BUNDLE) - len(IMMEDIATELY)
        groups[-1].append(part)
        room -= 4 + len(part)
    return [bundle(group) for group in groups]


def _both(address: str) -> tuple[bytes, bytes]:
    """Return the messages for false and for true."""
    return encode(Message(address, (False,))), encode(Message(address, (True,)))
