"""Opens glTF 2.0 files, as the Khronos specification has them.

A GLB file (.glb, .vrm) holds everything; `chunks.py` has its layout. A .gltf file is
the JSON alone; its numbers and pictures stand in it as base64, or in files beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from protocols.errors import DecodeError
from protocols.text import decode_json

from .checks import LARGEST, GltfError, Table, as_table, part, told
from .chunks import MAGIC, split

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
    chunks = split(data)
    return Glb(_document(chunks.text.encode()), chunks.binary)


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
