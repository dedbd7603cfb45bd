"""A character's posture for the page that draws it: one binary message, little-endian.

    B kind       3
    B version    1
    B face       place of the face, from 0
    B flags      8 of a take that is played, 16 a test slider acts
    I character  number of the character that the slots and nodes belong to
    d captured   milliseconds of the daemon's monotonic clock
    H S          morph targets
    H T          nodes that are turned
    I P          nodes that are moved
    S float32            weight of each morph target, in the character's order
    T x 5 float32        node, and its local rotation x y z w
    P x 4 float32        node, and its local translation x y z, units of the file

A node that is not listed is at rest.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from .arrays import Floats
from .errors import DecodeError

KIND: Final = 3
VERSION: Final = 1

OF_TAKE: Final = 8
TESTED: Final = 16

HEAD: Final = struct.Struct("<BBBBIdHHI")
MOST_SLOTS: Final = 65_535
"""Morph targets, and nodes that are turned or moved."""


@dataclass(frozen=True, slots=True, eq=False)
class PagePosture:
    """One moment of a character on a page."""

    face: int
    """Place of the face, from 0."""
    flags: int
    character: int
    """Number of the character."""
    captured_ms: float
    """Of the daemon's monotonic clock, or of a take from its start."""
    weights: Floats
    """(S,) one for each morph target."""
    turns: Mapping[int, Floats]
    """Local rotation (4,) x y z w of each node that is turned."""
    places: Mapping[int, Floats]
    """Local translation (3,) of each node that is moved."""


def encode_posture(posture: PagePosture) -> bytes:
    """Return the message.

    Raises:
        ValueError: there are more than `MOST_SLOTS` of something, or an array has
            another shape.
    """
    turned = _table(posture.turns, 4)
    moved = _table(posture.places, 3)
    for what, count in (
        ("morph targets", len(posture.weights)),
        ("turned nodes", len(turned)),
        ("moved nodes", len(moved)),
    ):
        if count > MOST_SLOTS:
            raise ValueError(f"posture: {count} {what}, at most {MOST_SLOTS}")
    head = HEAD.pack(
        *(KIND, VERSION, posture.face, posture.flags, posture.character),
        *(posture.captured_ms, len(posture.weights), len(turned), len(moved)),
    )
    parts = (posture.weights, turned, moved)
    return head + b"".join(part.astype("<f4").tobytes() for part in parts)


def decode_posture(data: bytes) -> PagePosture:
    """Return what a message says.

    Raises:
        DecodeError: it is no such message, or it is damaged.
    """
    if len(data) < HEAD.size:
        raise DecodeError(f"posture: {len(data)} bytes, expected {HEAD.size} or more")
    kind, version, face, flags, character, at_ms, s, t, p = HEAD.unpack_from(data)
    if (kind, version) != (KIND, VERSION):
        raise DecodeError(
            f"posture: kind {kind} version {version}, expected {KIND} and {VERSION}"
        )
    size = HEAD.size + 4 * (s + 5 * t + 4 * p)
    if len(data) != size:
        raise DecodeError(f"posture: {len(data)} bytes, expected {size}")
    values = np.frombuffer(data, "<f4", offset=HEAD.size).astype(np.float32)
    if not np.isfinite(values).all():
        raise DecodeError("posture: a number is not finite")
    turned = values[s : s + 5 * t].reshape(t, 5)
    moved = values[s + 5 * t :].reshape(p, 4)
    return PagePosture(
        *(face, flags, character, at_ms, values[:s]),
        turns={int(row[0]): row[1:] for row in turned},
        places={int(row[0]): row[1:] for row in moved},
    )


def _table(rows: Mapping[int, Floats], width: int) -> Floats:
    """Return (N, 1 + width): each node's number, and its values."""
    out = np.zeros((len(rows), 1 + width), dtype=np.float32)
    for at, (node, values) in enumerate(rows.items()):
        out[at, 0], out[at, 1:] = node, values
    return out
