"""The bodies of Face Motion v3: HELLO, SCHEMA and FRAME.

    HELLO   u16 frames a second wanted, 1 to 60; u16 largest datagram, 576 to 1200;
            u32 revision
    SCHEMA  u64 nonce of the HELLO, or 0 if the phone has started; u16 frames a second,
            u16 largest datagram, u32 lease in ms (5000 to 60000), u32 revision; then
            UTF-8 JSON: names of the curves, "i16" or "i32", and fixed units
    FRAME   one signed integer a name, in percent (below 0 and above 100 occur); 12 f32:
            rotation and position of the head, rotation of the right and the left eye

A table (schema) may change in the middle of a stream. It then has another number, and
each frame says the number of its table. Unknown keys and unknown names are ignored.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np

from .arrays import Ints
from .channels import ARKIT
from .errors import DecodeError
from .fmv3 import LEAST_UDP, MAX_NAMES, MOST_UDP, REVISION
from .phone import COLUMN, PhoneFace, Pose

HELLO: Final = struct.Struct("<HHI")
START: Final = struct.Struct("<QHHII")
POSE: Final = struct.Struct("<12f")

LEASE_MS: Final = 10_000
MOST_FPS: Final = 60
MAX_NAME: Final = 255
"""Bytes."""
MAX_TURN: Final = 1e6
"""Degrees or metres; no phone sends more."""

_FIXED: Final = {
    "blend_unit": "percent",
    "pose_layout": "head_rxyz_pxyz_rightEye_rxyz_leftEye_rxyz",
    "rotation_unit": "degree",
    "position_unit": "meter",
}
"""Keys whose value decides how a frame is read."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a receiver asks for in a HELLO."""

    fps: int = MOST_FPS
    udp: int = MOST_UDP
    revision: int = REVISION

    @property
    def valid(self) -> bool:
        """True if the numbers are within their limits, whatever the revision."""
        return 1 <= self.fps <= MOST_FPS and LEAST_UDP <= self.udp <= MOST_UDP

    def encode(self) -> bytes:
        """Return the body."""
        return HELLO.pack(self.fps, self.udp, self.revision)


def decode_wish(body: bytes) -> Wish:
    """Parse the 8 bytes of a HELLO; the numbers may be invalid."""
    return Wish(*HELLO.unpack(body))


@dataclass(frozen=True, slots=True)
class Start:
    """The first 20 bytes of a SCHEMA, constant for a session."""

    nonce: int
    """Of the HELLO; 0 if the phone has started."""
    fps: int = MOST_FPS
    udp: int = MOST_UDP
    lease_ms: int = LEASE_MS
    """Silence of the receiver after which the phone ends the session."""


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """How the integers of a frame are read."""

    names: tuple[str, ...]
    wide: bool = False
    """True for 32 bits a value, False for 16."""
    app: str = "facewire"

    @property
    def size(self) -> int:
        """Bytes of a frame's body."""
        return len(self.names) * (4 if self.wide else 2) + POSE.size


def encode_schema(start: Start, schema: Schema) -> bytes:
    """Return the body of a SCHEMA."""
    said = {
        "schema_version": 1,
        "app": schema.app,
        "profile": "ifacialmocap-stream",
        "blend_names": list(schema.names),
        "blend_encoding": "i32" if schema.wide else "i16",
        **_FIXED,
    }
    told = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    head = START.pack(start.nonce, start.fps, start.udp, start.lease_ms, REVISION)
    return head + told


def decode_start(body: bytes) -> Start:
    """Parse the first 20 bytes of a SCHEMA.

    Raises:
        DecodeError: a number is out of its range, or another revision.
    """
    if len(body) < START.size:
        raise DecodeError(f"fmv3: SCHEMA of {len(body)} bytes, expected {START.size}")
    nonce, fps, udp, lease_ms, revision = START.unpack_from(body)
    if revision != REVISION:
        raise DecodeError(
            f"fmv3: the phone speaks revision {revision}, expected {REVISION}; update "
            "the app"
        )
    if not Wish(fps, udp).valid or not 5000 <= lease_ms <= 60_000:
        raise DecodeError(
            f"fmv3: SCHEMA with {fps} fps, {udp} bytes and a lease of {lease_ms} ms"
        )
    return Start(nonce, fps, udp, lease_ms)


def decode_schema(body: bytes) -> tuple[Start, Schema]:
    """Parse the body of a SCHEMA.

    Raises:
        DecodeError: naming the key that is wrong; nothing else is ever raised.
    """
    start = decode_start(body)
    try:
        said = json.loads(
            body[START.size :].decode(),
            object_pairs_hook=_once,
            parse_constant=_refuse_constant,
        )
    except DecodeError:
        raise
    except (ValueError, RecursionError):
        raise DecodeError("fmv3: the table of a SCHEMA is not JSON") from None
    if not isinstance(said, dict):
        raise DecodeError("fmv3: the table of a SCHEMA is no JSON object")
    version, coding = said.get("schema_version"), said.get("blend_encoding")
    if type(version) is not int or version != 1:
        raise DecodeError(f"fmv3: schema_version is {version!r:.40}, expected 1")
    for key, expected in _FIXED.items():
        if said.get(key) != expected:
            raise DecodeError(
                f"fmv3: {key} is {said.get(key)!r:.40}, expected {expected!r}"
            )
    if coding not in ("i16", "i32"):
        raise DecodeError(f"fmv3: blend_encoding is {coding!r:.40}, expected i16, i32")
    app = said.get("app", "")
    if not isinstance(app, str):
        raise DecodeError("fmv3: app is no text")
    return start, Schema(_names(said.get("blend_names")), coding == "i32", app)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DecodeError("fmv3: a key of the table occurs twice")
    return found


def _refuse_constant(name: str) -> float:
    raise DecodeError(f"fmv3: {name} in a table")


def _names(said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > MAX_NAMES:
        raise DecodeError(f"fmv3: blend_names is no list of at most {MAX_NAMES} names")
    for name in said:
        if not isinstance(name, str) or any(letter < " " for letter in name):
            raise DecodeError("fmv3: a name of blend_names is no text")
        if not 1 <= len(name.encode("utf-8", "surrogatepass")) <= MAX_NAME:
            raise DecodeError(f"fmv3: a name has more than {MAX_NAME} bytes, or none")
    if len(set(said)) != len(said):
        raise DecodeError("fmv3: a name of blend_names occurs twice")
    return tuple(said)


def encode_frame(schema: Schema, percents: list[int], pose: Pose) -> bytes:
    """Return the body of a FRAME; the integers are in the order of the names."""
    layout = f"<{len(percents)}{'i' if schema.wide else 'h'}"
    return struct.pack(layout, *percents) + POSE.pack(*pose)


def decode_frame(schema: Schema, body: bytes, *, tracked: bool) -> PhoneFace:
    """Parse the body of a FRAME by its table.

    Raises:
        DecodeError: the length is not that of the table, or a number is not finite.
    """
    if len(body) != schema.size:
        raise DecodeError(f"fmv3: FRAME of {len(body)} bytes, expected {schema.size}")
    at = len(body) - POSE.size
    pose = POSE.unpack_from(body, at)
    if not all(abs(number) <= MAX_TURN for number in pose):
        bad = next(i for i, each in enumerate(pose) if not abs(each) <= MAX_TURN)
        raise DecodeError(f"fmv3: number {bad} of the pose is not finite")
    layout = "<i4" if schema.wide else "<i2"
    percents = np.frombuffer(body, layout, len(schema.names))
    weights = np.zeros(len(ARKIT), np.float32)
    given = np.zeros(len(ARKIT), np.bool_)
    places, columns = _known(schema.names)
    weights[columns] = percents[places] / 100.0
    given[columns] = True
    return PhoneFace(
        weights,
        given,
        (pose[0], pose[1], pose[2]),
        (pose[3], pose[4], pose[5]),
        (pose[9], pose[10], pose[11]),
        (pose[6], pose[7], pose[8]),
        tracked,
    )


@lru_cache(maxsize=8)
def _known(names: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Return the places of the known names, and their indices in `ARKIT`."""
    found = [(i, COLUMN[name]) for i, name in enumerate(names) if name in COLUMN]
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
