"""Receive VMC: datagrams in, whole frames out.

The layout is in vmc.py. A frame is everything up to `/VMC/Ext/Blend/Apply`. Senders of
bones alone send no Apply; their frame ends when its first name repeats, or with a
`/VMC/Ext/T` of another time.

As the protocol requires, unknown addresses and further arguments are ignored. Messages
with too few or wrongly typed arguments, or numbers that are not finite, are dropped.
Whole numbers sent as int are accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .osc import Arg, Message
from .osc_reader import LeftOut, ignore_left_out, number, read, tags_of
from .rotation import Quaternion, Triple
from .vmc import APPLY, BONE, OK, ROOT, TIME, VALUE

MAX_NAMES: Final = 1024
"""Largest number of expressions, and of bones, kept until Apply, which may never
come."""

EXPECTED: Final = {OK: "i", TIME: "f", ROOT: "sfffffff", BONE: "sfffffff", VALUE: "sf"}
"""Type tags of the messages that are read; more may follow."""

Pose = tuple[Triple, Quaternion]
"""Position in metres and rotation, local, in Unity's frame."""


@dataclass(frozen=True, slots=True)
class VmcFrame:
    """The values of one frame's messages; nothing is carried over from the last."""

    values: dict[str, float]
    """By expression name in the sender's spelling; not clamped."""
    bones: dict[str, Pose]
    """By Unity bone name."""
    root: Pose | None
    time: float | None
    """The sender's own seconds."""
    loaded: bool | None
    """True if the sender has a model."""
    tracked: bool | None
    """None from senders before version 2.7, which do not send it."""


class Assembler:
    """Collects the datagrams of one sender."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        """Start with an empty frame.

        Args:
            left_out: called for every message that is not used.
        """
        self._left_out = left_out
        self._applies = False
        self._clear()

    def feed(self, datagram: bytes) -> list[VmcFrame]:
        """Return the frames that this datagram completes, mostly none or one.

        Raises:
            DecodeError: not an OSC packet; messages collected before stay.
        """
        packet = read(datagram)
        for sentence in packet.unread:
            self._left_out("", sentence)
        frames = []
        for message in packet.messages:
            if message.address == APPLY:
                self._applies = True
                frames.append(self._frame())
                self._clear()
            elif not self._take(message, frames):
                self._tell(message)
        return frames

    def _clear(self) -> None:
        self._values: dict[str, float] = {}
        self._bones: dict[str, Pose] = {}
        self._root: Pose | None = None
        self._time: float | None = None
        self._loaded: bool | None = None
        self._tracked: bool | None = None
        self._again = 0

    def _frame(self) -> VmcFrame:
        return VmcFrame(
            self._values,
            self._bones,
            self._root,
            self._time,
            self._loaded,
            self._tracked,
        )

    def _take(self, message: Message, frames: list[VmcFrame]) -> bool:
        """Collect a message; False if nothing of it is used."""
        address, args = message.address, message.args
        match args:
            case (str(name), *rest) if address == VALUE:
                value = number(rest[0]) if rest else None
                if value is None:
                    return False
                self._next_after(name in self._values, frames)
                if len(self._values) < MAX_NAMES or name in self._values:
                    self._values[name] = value
            case (str(name), *rest) if address in (BONE, ROOT):
                pose = _pose(rest)
                if pose is None:
                    return False
                self._place(address, name, pose, frames)
            case (first, *_) if address == TIME:
                seconds = number(first)
                if seconds is None:
                    return False
                self._next_after(self._time not in (None, seconds), frames)
                self._time = seconds
            case (int(loaded), *more) if address == OK:
                self._loaded = loaded == 1
                if len(more) >= 3 and isinstance(more[2], int):
                    self._tracked = more[2] == 1
            case _:
                return False
        return True

    def _place(
        self, address: str, name: str, pose: Pose, frames: list[VmcFrame]
    ) -> None:
        if address == ROOT:
            self._root = pose
            return
        self._next_after(name in self._bones, frames)
        if len(self._bones) < MAX_NAMES or name in self._bones:
            self._bones[name] = pose

    def _next_after(self, again: bool, frames: list[VmcFrame]) -> None:
        """End the frame if a name repeats and the sender sends no Apply."""
        if not again:
            return
        self._again += 1
        # An Apply may be lost on the way. Only if all names repeat twice, the sender
        # has stopped sending it.
        names = len(self._values) + len(self._bones)
        if self._applies and self._again <= 2 * names:
            return
        self._applies = False
        frames.append(self._frame())
        self._clear()

    def _tell(self, message: Message) -> None:
        expected = EXPECTED.get(message.address)
        if expected is None:
            self._left_out(message.address, "not used for display")
            return
        told = tags_of(message.args)
        self._left_out(
            message.address, f"arguments {told!r:.20}, expected {expected!r}"
        )


def _pose(args: Sequence[Arg]) -> Pose | None:
    numbers = [value for arg in args[:7] if (value := number(arg)) is not None]
    if len(numbers) < 7:
        return None
    px, py, pz, qx, qy, qz, qw = numbers
    return (px, py, pz), (qx, qy, qz, qw)
