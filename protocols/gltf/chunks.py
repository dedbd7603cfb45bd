"""The chunks of a GLB: glTF 2.0 in one binary file.

    12 bytes    "glTF", version 2, length of the whole file
    chunk       length, "JSON", text padded with spaces to a multiple of 4
    chunk       length, "BIN\\0", numbers padded with zeros to a multiple of 4; optional
    more        chunks of extensions; optional

All integers are u32, little-endian.

Source: Khronos, glTF 2.0 Specification, section 4.4.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from .checks import GltfError

MAGIC: Final = b"glTF"
MOST_BYTES: Final = 2**32 - 1
"""Largest file: lengths in the file have 32 bits."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """A file, taken apart."""

    text: str
    """Of the JSON chunk."""
    binary: bytes
    """The BIN chunk; empty without one."""
    others: bytes = b""
    """The chunks after these two, whole."""


def split(data: bytes) -> Chunks:
    """Return the chunks of a file.

    Raises:
        GltfError: the bytes are not a GLB; the sentence says why.
    """
    if len(data) < 12 or data[:4] != MAGIC:
        raise GltfError("it is no GLB file; expected one that begins with glTF")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise GltfError(f"glTF version {version}, expected 2")
    if length > len(data):
        raise GltfError(f"it ends after {len(data)} bytes of {length}")
    at = 12
    found: list[tuple[bytes, bytes]] = []
    while at + 8 <= length:
        size, kind = struct.unpack_from("<I4s", data, at)
        if at + 8 + size > length:
            raise GltfError(f"its chunk at byte {at} is longer than the file")
        found.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    if not found or found[0][0] != b"JSON":
        raise GltfError("its first chunk is not JSON")
    try:
        text = found[0][1].rstrip(b"\0 ").decode()
    except UnicodeDecodeError as error:
        raise GltfError(f"its JSON chunk is not UTF-8 ({error.reason})") from None
    binary, rest = b"", found[1:]
    if rest and rest[0][0] == b"BIN\0":
        binary, rest = rest[0][1], rest[1:]
    return Chunks(text, binary, b"".join(_chunk(kind, body) for kind, body in rest))


def join(chunks: Chunks) -> bytes:
    """Return the file.

    Raises:
        ValueError: it exceeds 4 GiB.
    """
    text = chunks.text.encode()
    body = _chunk(b"JSON", text + b" " * (-len(text) % 4))
    if chunks.binary:
        body += _chunk(b"BIN\0", padded(chunks.binary))
    body += chunks.others
    if 12 + len(body) > MOST_BYTES:
        raise ValueError(f"glb: {12 + len(body)} bytes, at most {MOST_BYTES}")
    return struct.pack("<4sII", MAGIC, 2, 12 + len(body)) + body


def padded(data: bytes) -> bytes:
    """Return bytes with zeros up to a multiple of 4."""
    return data + bytes(-len(data) % 4)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<I4s", len(body), kind) + body
