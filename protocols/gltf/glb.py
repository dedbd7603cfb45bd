"""Opens glTF 2.0 files, as the Khronos specification has them.

A GLB file (.glb, .vrm) holds everything:

    u32      magic, "glTF"
    u32      version, 2
    u32      length of the whole file
    then chunks: u32 length, 4 characters, content; the first is JSON, the next BIN

All integers are little-endian. A .gltf file is the JSON alone; its numbers and pictures
stand in it as base64, or in files beside it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.errors import DecodeError
from protocols.text import decode_json

from .checks import LARGEST, GltfError, Table, as_table, part, told

MAGIC: Final = b"glTF"
DEEPEST: Final = 64
"""Objects and arrays inside each other. VRM nests 9."""
LONGEST_JSON: Final = 64 << 20
"""Bytes. A large avatar has 2 MB."""

_STRING: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Glb:
    """The two parts of a file."""

    document: Table
    binary: bytes
    """The BIN chunk; empty in a .gltf file."""


def parse(data: bytes) -> Glb:
    """Return the parts of a GLB or .gltf file, whichever it is.

    Raises:
        GltfError: it is neither, or damaged.
    """
    if data[:4] == MAGIC:
        return parse_glb(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        raise GltfError(
            "it is no glTF file; expected GLB, which begins with glTF, or JSON"
        )
    return Glb(_document(data), b"")


def parse_glb(data: bytes) -> Glb:
    """Return the parts of a GLB file.

    Raises:
        GltfError: it is no GLB file, or damaged.
    """
    if len(data) > LARGEST:
        raise GltfError(f"it has {len(data)} bytes, expected at most {LARGEST}")
    if len(data) < 12 or data[:4] != MAGIC:
        raise GltfError("it is no GLB file; expected one that begins with glTF")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise GltfError(f"glTF version {version}, expected 2")
    if length > len(data):
        raise GltfError(f"it ends after {len(data)} bytes of {length}")
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise GltfError(f"its chunk at byte {at} is longer than the file")
        # Only the first of a kind counts; others are for extensions.
        if kind not in chunks and kind in (b"JSON", b"BIN\0"):
            chunks[kind] = data[at + 8 : at + 8 + size]
        at += 8 + size
    if b"JSON" not in chunks:
        raise GltfError("it has no JSON chunk")
    return Glb(_document(chunks[b"JSON"]), chunks.get(b"BIN\0", b""))


def _document(text: bytes) -> Table:
    if len(text) > LONGEST_JSON:
        raise GltfError(f"its JSON has {len(text)} bytes, at most {LONGEST_JSON}")
    try:
        document = as_table(decode_json(text), "its JSON")
    except GltfError:
        raise
    except DecodeError as error:
        raise GltfError(f"its JSON cannot be read: {error}") from None
    if _depth(text) > DEEPEST:
        raise GltfError(f"its JSON is nested deeper than {DEEPEST}")
    asset = part(document, "asset")
    version = asset.get("version", "2.0")
    if not isinstance(version, str) or not version.startswith("2."):
        raise GltfError(f"glTF version {told(version)}, expected 2.0")
    return document


def _depth(text: bytes) -> int:
    """Return how deep a valid JSON text nests."""
    marks = np.frombuffer(_STRING.sub(b"", text), dtype=np.uint8)
    opens = (marks == ord("{")) | (marks == ord("["))
    closes = (marks == ord("}")) | (marks == ord("]"))
    steps = opens.astype(np.int32) - closes
    return int(np.cumsum(steps).max(initial=0))
