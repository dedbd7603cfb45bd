"""Read facewire's takes, MCAP files (https://mcap.dev/spec), without a library for it.

A take's chunks are compressed with zstd, which Blender's own Python can unpack (module
`zstandard`; some Linux distributions leave it out). The index at a file's end is not
used, so the take of a killed recorder opens like any other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from .face import Face
from .motion import Motion, Recorder
from .native import FACE_TOPICS, Refused, read_face

MAGIC: Final = b"\x89MCAP0\r\n"
LARGEST: Final = 1 << 26
"""Bytes of a record or of an unpacked chunk; facewire's have about 10 kB."""
MAX_SUBJECTS: Final = 64

_HEAD: Final = struct.Struct("<BQ")
_CHUNK: Final = struct.Struct("<QQQII")
_MESSAGE: Final = struct.Struct("<HIQQ")
_CHANNEL, _MESSAGES, _CHUNKS, _DATA_END = 0x04, 0x05, 0x06, 0x0F

AS_CSV: Final = (
    "write it as CSV with `facewire take export FILE --format csv` and import that "
    "(curves, head and eyes only)"
)


class TakeError(Exception):
    """A file cannot be imported; says why and what to do."""


def read_take(path: Path) -> tuple[dict[str, Motion], int]:
    """Return the motion of each actor of a take, and how many messages were unusable.

    Raises:
        TakeError: the file is no take, or nothing in it can be read.
    """
    recorders: dict[str, Recorder] = {}
    broken = 0
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise TakeError(f"{path.name}: is not a take; expected a .mcap file")
            for payload in _payloads(path.name, file):
                try:
                    face = read_face(payload)
                    _recorder(recorders, face).hear(face, face.captured_ns)
                except Refused:
                    broken += 1
    except OSError as error:
        raise TakeError(f"{path.name}: cannot be read ({error.strerror})") from None
    motions = {name: recorder.motion() for name, recorder in recorders.items()}
    found = {name: motion for name, motion in motions.items() if motion is not None}
    if not found:
        raise TakeError(f"{path.name}: has no frames of a face")
    return found, broken


def _recorder(recorders: dict[str, Recorder], face: Face) -> Recorder:
    if face.subject not in recorders:
        if len(recorders) >= MAX_SUBJECTS:
            raise Refused(f"more than {MAX_SUBJECTS} actors")
        recorders[face.subject] = Recorder(face.subject)
    return recorders[face.subject]


def _payloads(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Yield the messages on the topics of faces, in order."""
    faces: set[int] = set()
    for opcode, body in _records(file):
        if opcode == _DATA_END:
            return
        inner = [(opcode, body)] if opcode != _CHUNKS else _split(_unpacked(name, body))
        for kind, data in inner:
            if kind == _CHANNEL and len(data) >= 8:
                (channel,) = struct.unpack_from("<H", data)
                (length,) = struct.unpack_from("<I", data, 4)
                if data[8 : 8 + length].startswith(FACE_TOPICS):
                    faces.add(channel)
            elif kind == _MESSAGES and len(data) >= _MESSAGE.size:
                (channel,) = struct.unpack_from("<H", data)
                if channel in faces:
                    yield data[_MESSAGE.size :]


def _records(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield opcode and body of each whole record."""
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        opcode, length = _HEAD.unpack(head)
        if length > LARGEST:
            return
        body = file.read(length)
        if len(body) < length:
            return
        yield opcode, body


def _split(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEAD.size <= len(data):
        opcode, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        if length > len(data) - at:
            return
        yield opcode, data[at : at + length]
        at += length


def _unpacked(name: str, body: bytes) -> bytes:
    """Return a chunk's records; none where the chunk is damaged.

    Raises:
        TakeError: this Python cannot unpack it.
    """
    if len(body) < _CHUNK.size:
        return b""
    _, _, size, _, length = _CHUNK.unpack_from(body)
    at = _CHUNK.size
    kind = body[at : at + length]
    data = body[at + length + 8 :]
    if size > LARGEST:
        return b""
    if kind == b"":
        return data
    if kind != b"zstd":
        raise TakeError(
            f"{name}: is compressed with {kind.decode('ascii', 'replace'):.20}, "
            f"expected zstd; {AS_CSV}"
        )
    return _zstd(name, data, size)


def _zstd(name: str, data: bytes, size: int) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise TakeError(
            f"{name}: this Blender cannot unpack zstd, because its Python lacks the "
            f"module zstandard; {AS_CSV}"
        ) from None
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as unpacked:
            found: bytes = unpacked.read(size)
    except (zstandard.ZstdError, MemoryError):
        return b""
    return found if len(found) == size else b""
