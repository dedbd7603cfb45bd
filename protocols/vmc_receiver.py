"""VMC as a marionette hears it: datagrams in, whole frames out.

The layout is in vmc.py. A frame is what came up to `/VMC/Ext/Blend/Apply`. As the
protocol demands, unknown addresses and further arguments are ignored, and messages
with too few or wrongly typed arguments, or numbers that are not finite, are dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .osc import Arg, Message, decode
from .rotation import Quaternion, Triple
from .vmc import APPLY, BONE, OK, ROOT, TIME, VALUE

MAX_NAMES: Final = 1024
"""Expressions, and bones, kept until Apply: one may never come."""

Pose = tuple[Triple, Quaternion]
"""Position in metres and rotation, local, in Unity's frame."""


@dataclass(frozen=True, slots=True)
class VmcFrame:
    """What one frame's messages said; nothing is carried over from the last."""

    values: dict[str, float]
    """By expression name as spelt by the sender; not clamped."""
    bones: dict[str, Pose]
    """By Unity bone name."""
    root: Pose | None
    time: float | None
    """The sender's own seconds."""
    loaded: bool | None
    """Whether the sender has a model."""
    tracked: bool | None
    """None from senders before version 2.7, which cannot say."""


class Assembler:
    """Collects the datagrams of one sender."""

    def __init__(self) -> None:
        self._clear()

    def feed(self, datagram: bytes) -> list[VmcFrame]:
        """Return the frames that this datagram completes, mostly none or one.

        Raises:
            DecodeError: no OSC packet; what was collected before stays.
        """
        frames = []
        for message in decode(datagram):
            if message.address == APPLY:
                frames.append(self._frame())
                self._clear()
            else:
                self._take(message)
        return frames

    def _clear(self) -> None:
        self._values: dict[str, float] = {}
        self._bones: dict[str, Pose] = {}
        self._root: Pose | None = None
        self._time: float | None = None
        self._loaded: bool | None = None
        self._tracked: bool | None = None

    def _frame(self) -> VmcFrame:
        return VmcFrame(
            self._values,
            self._bones,
            self._root,
            self._time,
            self._loaded,
            self._tracked,
        )

    def _take(self, message: Message) -> None:
        match message.address, message.args:
            case str(), (str(name), float(value), *_) if message.address == VALUE:
                if math.isfinite(value) and len(self._values) < MAX_NAMES:
                    self._values[name] = value
            case str(), (str(name), *numbers) if message.address in (BONE, ROOT):
                self._pose(message.address, name, numbers)
            case str(), (float(seconds), *_) if message.address == TIME:
                self._time = seconds if math.isfinite(seconds) else None
            case str(), (int(loaded), *more) if message.address == OK:
                self._loaded = loaded == 1
                if len(more) >= 3 and isinstance(more[2], int):
                    self._tracked = more[2] == 1

    def _pose(self, address: str, name: str, args: list[Arg]) -> None:
        numbers = [a for a in args[:7] if isinstance(a, float) and math.isfinite(a)]
        if len(numbers) < 7:
            return
        px, py, pz, qx, qy, qz, qw = numbers
        pose = ((px, py, pz), (qx, qy, qz, qw))
        if address == ROOT:
            self._root = pose
        elif len(self._bones) < MAX_NAMES:
            self._bones[name] = pose
