"""What a source of packets says: one face of one sender, and who reads its bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from protocols.channels import (
    CHANNELS,
    INDEX,
    POSITION_SLICE,
    ROTATION_SLICE,
    Vector,
    sendable,
)
from protocols.timecode import Timecode

Key = tuple[str, str]
"""Identifies a sender: its device, and the name of its face. A format without devices
uses the sender's host, so that a program that starts again is the same sender."""

Mask = npt.NDArray[np.bool_]
"""(85,) in `CHANNELS` order: True for the channels that a sender provides."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Report:
    """One face of one sender, at one instant."""

    key: Key
    vector: Vector | None
    """(85,) float32 in `CHANNELS` order, all finite; None if the sender sees no face.
    Channels that the sender does not provide are 0."""
    time: Timecode | None = None
    """The sender's timecode, unchanged, if every wire can carry it; None if it has
    none: then the daemon's own timecode counts."""
    expression: Vector | None = None
    """(8,) float32 probabilities; None if the sender has none."""
    confidence: float = 1.0
    """0 to 1, the sender's own estimate."""
    doubt: Vector | None = None
    """(52,) float32, 0 to 1: the error that the sender expects of each weight; None if
    it is unknown."""
    named: bool = False
    """True if the second part of the key is a name that the sender has given."""
    given: Mask | None = None
    """The channels that the sender provides; None means all."""
    index: int | None = None
    """The sender's own count of packets, modulo 2^32 if need be: finds packets that
    were overtaken or repeated on the way. None if the format has none."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a reader must know."""

    peer: str
    """The sender's host, or the address that was connected to."""
    neck_share: float = 0.35
    """The neck's share of the head's rotation, 0 to 1, where a format has one rotation
    for both."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the source's name, after the question mark."""
    place: str = ""
    """What stands between the kind and the question mark."""


class Reader(Protocol):
    """Reads the packets of one sender. Not thread-safe."""

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the faces that a packet completes; often one, or none.

        Args:
            data: one packet.
            now_ns: monotonic ns of its arrival.

        Raises:
            DecodeError: the packet is malformed. Nothing else is raised.
        """


@runtime_checkable
class Talker(Protocol):
    """A reader whose sender must be asked or answered.

    It opens nothing and knows no clock: the feed sends what it says.
    """

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """See `Reader`."""

    def due(self, now_ns: int) -> Sequence[bytes]:
        """Return what is to be sent to the sender now. Asked some 30 times a second."""

    def bye(self) -> Sequence[bytes]:
        """Return what is to be sent to the sender at the end."""


FULL_TURN: Final = float(np.float32(2.0 * np.pi))
"""Radians; no bone is turned farther about an axis."""

FAR: Final = 100.0
"""Metres; no head is farther from its camera."""


def bounded(vector: Vector) -> Vector:
    """Return a stranger's (85,) vector as a face: finite, weights 0 to 1, rotations
    within a full turn, positions within `FAR`."""
    out = sendable(vector)
    turns, places = out[ROTATION_SLICE], out[POSITION_SLICE]
    # These cost a third of np.clip.
    np.minimum(np.maximum(turns, -FULL_TURN, out=turns), FULL_TURN, out=turns)
    np.minimum(np.maximum(places, -FAR, out=places), FAR, out=places)
    return out


@lru_cache(maxsize=64)
def mask_of(*names: str) -> Mask:
    """Return the mask of channels. A bone or `headPosition` means its x, y and z.

    Raises:
        KeyError: there is no such channel.
    """
    mask = np.zeros(len(CHANNELS), dtype=np.bool_)
    for name in names:
        if name in INDEX:
            mask[INDEX[name]] = True
            continue
        start = INDEX[f"{name}.x"]
        mask[start : start + 3] = True
    mask.setflags(write=False)
    return mask
