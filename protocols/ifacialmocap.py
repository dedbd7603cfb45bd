"""iFacialMocap's text, versions 1 and 2, and Facemotion3D's.

One UDP datagram a frame, UTF-8, fields that each end with a bar, in any order:

    trackingStatus-1|eyeBlink_L-7|…|jawOpen-12|=head#rx,ry,rz,px,py,pz|
    rightEye#rx,ry,rz|leftEye#rx,ry,rz|

    weights      whole percent; version 1 puts a minus between name and number,
                 version 2 and Facemotion3D an ampersand: `eyeBlink_L&7`
    names        `_L` and `_R`; Facemotion3D writes Left and Right, and adds `FM_…`
    head, eyes   degrees and metres, in the frame of phone.py
    trackingStatus  1 while a face is seen, else 0; older apps do not send it

Over TCP every frame ends with the text `___iFacialMocap` or `___FACEMOTION3D`
(ifacialmocap_stream.py). What a computer sends to the phone is in
ifacialmocap_requests.py.

Tolerated, because apps send it: spaces; an equals sign in a field of its own; decimals;
negative weights (`jawOpen--3`); a head without a position; unknown names;
`browInnerUp_L` and `browInnerUp_R` (MeowFace), of which the mean is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal

import numpy as np

from .channels import ARKIT
from .errors import DecodeError
from .frame import FaceFrame
from .phone import COLUMN, UNDERSCORED, PhoneFace, Pose, percent, pose
from .rotation import Triple

PORT: Final = 49983
"""UDP, of the phone and of the computer."""

Version = Literal[1, 2]

MAX_TEXT: Final = 8192
"""Bytes; the vendor's own receiver reads as many. Real frames have about 1200."""
MAX_FIELDS: Final = 512

STATUS: Final = "trackingStatus"
ENDS: Final = ("___iFacialMocap", "___FACEMOTION3D")
"""What ends a frame over TCP."""

_BROWS: Final = ("browInnerUp_L", "browInnerUp_R")
_BROW: Final = ARKIT.index("browInnerUp")
_JITTER: Final = 1e-5
"""Degrees. VMagicMirror takes a frame that is equal to the last one for a lost face."""


class Encoder:
    """Encodes one face. Consecutive frames of a seen face are never equal."""

    def __init__(self, version: Version = 1) -> None:
        sign = "-" if version == 1 else "&"
        self._status = f"{STATUS}{sign}"
        self._names = [f"{name}{sign}" for name in UNDERSCORED]
        self._odd = False

    def encode(self, frame: FaceFrame) -> bytes:
        """Return one datagram."""
        self._odd = frame.tracked and not self._odd
        numbers = list(pose(frame))
        numbers[0] += _JITTER * self._odd
        return encode(
            [self._status, *self._names],
            [int(frame.tracked), *percent(frame)],
            tuple(numbers),
        )


def encode(names: list[str], values: list[int], pose: Pose) -> bytes:
    """Return a datagram; each name ends with the sign before its number."""
    fields = "".join(
        [f"{name}{value}|" for name, value in zip(names, values, strict=True)]
    )
    told = [f"{number:.6f}" for number in pose]
    head, right, left = (",".join(told[a:b]) for a, b in ((0, 6), (6, 9), (9, 12)))
    return f"{fields}=head#{head}|rightEye#{right}|leftEye#{left}|".encode()


def decode(data: bytes) -> PhoneFace:
    """Parse the text of one frame.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    weights = np.zeros(len(ARKIT), dtype=np.float32)
    given = np.zeros(len(ARKIT), dtype=np.bool_)
    bones: dict[str, tuple[float, ...]] = {}
    brows: dict[str, float] = {}
    tracked: bool | None = None
    for field in _fields(data):
        name, mark, told = field.partition("#")
        if mark:
            if name in ("head", "leftEye", "rightEye"):
                bones[name] = _numbers(name, told)
            continue
        name, mark, told = field.partition("&" if "&" in field else "-")
        column = COLUMN.get(name)
        if column is not None:
            weights[column] = _number(name, told) / 100.0
            given[column] = True
        elif name == STATUS:
            tracked = _number(name, told) != 0.0
        elif name in _BROWS:
            brows[name] = _number(name, told) / 100.0
    if brows and not given[_BROW]:
        weights[_BROW], given[_BROW] = sum(brows.values()) / len(brows), True
    if not given.any():
        raise DecodeError("ifacialmocap: no curve of a face, expected name-number|")
    head = bones.get("head")
    return PhoneFace(
        weights,
        given,
        None if head is None else _triple(head),
        None if head is None or len(head) < 6 else _triple(head[3:]),
        _triple(bones["leftEye"]) if "leftEye" in bones else None,
        _triple(bones["rightEye"]) if "rightEye" in bones else None,
        tracked,
    )


def _fields(data: bytes) -> Iterator[str]:
    """Yield the fields without spaces and equals signs; empty ones are left out."""
    if len(data) > MAX_TEXT:
        raise DecodeError(f"ifacialmocap: {len(data)} bytes, at most {MAX_TEXT}")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise DecodeError("ifacialmocap: not UTF-8") from None
    fields = "".join(text.split()).split("|")
    if len(fields) > MAX_FIELDS:
        raise DecodeError(f"ifacialmocap: {len(fields)} fields, at most {MAX_FIELDS}")
    for field in fields:
        name = field.removeprefix("=")
        if name and not name.startswith(ENDS):
            yield name


def _numbers(name: str, told: str) -> tuple[float, ...]:
    parts = told.split(",")
    expected = (3, 6) if name == "head" else (3,)
    if len(parts) not in expected:
        raise DecodeError(
            f"ifacialmocap: {name} has {len(parts)} numbers, "
            f"expected {' or '.join(map(str, expected))}"
        )
    return tuple(_number(name, part) for part in parts)


def _number(name: str, told: str) -> float:
    try:
        value = float(told)
    except ValueError:
        value = math.nan
    if not abs(value) <= 1e6:
        raise DecodeError(f"ifacialmocap: {name} is {told[:20]!r}, expected a number")
    return value


def _triple(numbers: tuple[float, ...]) -> Triple:
    return numbers[0], numbers[1], numbers[2]
