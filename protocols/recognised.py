"""Recognise which program sent a datagram, from its first bytes.

A sender that is set to another wire or another port is a common mistake. The receiver
can then name the program instead of only saying that the datagram cannot be read.
Besides facewire's own wires these are known, as described by their makers or receivers:

    MetaHuman Animator, by Live Link Face   u16 version 1 or 2, u16 length of an id, the
                                            id, 16 bytes of time, u16 number of curves,
                                            u16 each, six f32; little-endian; 584 bytes
                                            with its 251 curves and an id of 36
    iFacialMocap, Facemotion3D              text with `=head#`; or FMV3, then binary,
                                            which is Face Motion v3
    VTube Studio on a phone                 JSON with `FaceFound` and `BlendShapes`
    OpenSeeFace                             1785 bytes per face
"""

from __future__ import annotations

import struct
from typing import Final, Literal

from . import livelink, native, osc, plain_osc
from .fmv3 import MAGIC

Kind = Literal[
    "livelink",
    "vmc",
    "osc",
    "other_osc",
    "native",
    "metahuman",
    "ifacialmocap",
    "fmv3",
    "vts_phone",
    "openseeface",
]
"""`other_osc` has addresses of neither of facewire's OSC wires."""

_VMC: Final = b"/VMC/"
_PLAIN: Final = plain_osc.PREFIX.encode()

_NATIVE: Final = b"\xa1v\x01"
"""The first key and value in the map of a native message, after its size."""

_METAHUMAN: Final = struct.Struct("<HH")
_METAHUMAN_SIZE: Final = 584
_METAHUMAN_REST: Final = 16 + 2 + 6 * 4
"""Time, number of curves and pose."""

_OPENSEEFACE_SIZE: Final = 1785


def recognised(data: bytes) -> Kind | None:
    """Return the kind of a datagram, from its first bytes; the rest may still be
    broken."""
    if data.startswith((b"/", osc.BUNDLE)):
        return _whose(_first_address(data))
    if _is_native(data):
        return "native"
    if _is_livelink(data):
        return "livelink"
    if _is_metahuman(data):
        return "metahuman"
    if data.startswith(MAGIC):
        return "fmv3"
    if b"=head#" in data or b"___iFacialMocap" in data:
        return "ifacialmocap"
    if data.startswith(b"{") and b'"FaceFound"' in data and b'"BlendShapes"' in data:
        return "vts_phone"
    if data and len(data) % _OPENSEEFACE_SIZE == 0:
        return "openseeface"
    return None


def _whose(address: bytes) -> Kind:
    if address.startswith(_VMC):
        return "vmc"
    return "osc" if address.startswith(_PLAIN) else "other_osc"


def _first_address(data: bytes) -> bytes:
    """Return the bytes after the headers of a packet's bundles, however they are
    nested."""
    head = len(osc.BUNDLE) + len(osc.IMMEDIATELY) + 4
    at = 0
    while data.startswith(osc.BUNDLE, at):
        at += head
    return data[at : at + 64]


def _is_native(data: bytes) -> bool:
    """Return True for a topic of ours, followed by the start of our map."""
    topic, _, payload = data[:1200].partition(b"\0")
    ours = topic == native.SCHEMA_TOPIC or topic.startswith(native.FACE_TOPICS)
    return ours and _NATIVE in payload[:6]


def _is_livelink(data: bytes) -> bool:
    """Return True for version 6 followed by a plausible length of a device id."""
    length = int.from_bytes(data[1:5], "big")
    fits = len(data) <= livelink.MAX_PACKET and 5 + length <= len(data)
    return data[:1] == bytes([livelink.VERSION]) and length > 0 and fits


def _is_metahuman(data: bytes) -> bool:
    if len(data) < _METAHUMAN.size:
        return False
    version, length = _METAHUMAN.unpack_from(data)
    if version not in (1, 2):
        return False
    at = _METAHUMAN.size + length + 16
    curves = int.from_bytes(data[at : at + 2], "little")
    size = _METAHUMAN.size + length + _METAHUMAN_REST + 2 * curves
    return len(data) == _METAHUMAN_SIZE or (0 < length <= 256 and len(data) == size)
