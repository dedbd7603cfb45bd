"""Containers built byte by byte, as ISO/IEC 14496-12, RFC 9559 and RIFF have them."""

from __future__ import annotations

import struct

IDENTITY = (1, 0, 0, 1)


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full(name: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(name, struct.pack(">I", version << 24), *parts)


def matrix(a: float, b: float, c: float, d: float) -> bytes:
    values = (a, b, 0, c, d, 0, 0, 0)
    return struct.pack(">9i", *(round(v * 65536) for v in values), 1 << 30)


def mvhd(scale: int = 1000, turn: bytes = b"") -> bytes:
    turn = turn or matrix(*IDENTITY)
    return full(b"mvhd", struct.pack(">IIII16x", 0, 0, scale, 0), turn, bytes(28))


def trak(
    handler: bytes = b"vide",
    *,
    turn: bytes = b"",
    codec: bytes = b"avc1",
    edits: bytes = b"",
    runs: tuple[tuple[int, int], ...] = ((10, 512),),
    delays: tuple[tuple[int, int], ...] = (),
) -> bytes:
    """Return a track with a clock of 15,360 ticks a second."""
    count = sum(pictures for pictures, _ in runs)
    tables = [
        full(b"stsd", struct.pack(">I", 1), box(codec, bytes(78))),
        full(b"stts", _runs(runs)),
        full(b"stsz", struct.pack(">II", 100, count)),
    ]
    if delays:
        tables.append(full(b"ctts", _runs(delays)))
    return box(
        b"trak",
        full(b"tkhd", bytes(36), turn or matrix(*IDENTITY), bytes(8)),
        box(b"edts", edits) if edits else b"",
        box(
            b"mdia",
            full(b"mdhd", struct.pack(">IIII4x", 0, 0, 15_360, 0)),
            full(b"hdlr", bytes(4), handler, bytes(13)),
            box(b"minf", box(b"stbl", *tables)),
        ),
    )


def elst(*edits: tuple[int, int], version: int = 0) -> bytes:
    """Return an edit list of (length in ticks of the movie, start in the track's)."""
    form = ">QqI" if version else ">IiI"
    rows = b"".join(struct.pack(form, *edit, 65536) for edit in edits)
    return full(b"elst", struct.pack(">I", len(edits)), rows, version=version)


def mp4(*moov: bytes, brand: bytes = b"isom", media: int = 64) -> bytes:
    """Return a whole file with its index at the end."""
    head = box(b"ftyp", brand, bytes(4)) + box(b"mdat", bytes(media))
    return head + (box(b"moov", *moov) if moov else b"")


def _runs(runs: tuple[tuple[int, int], ...]) -> bytes:
    rows = b"".join(struct.pack(">II", *run) for run in runs)
    return struct.pack(">I", len(runs)) + rows


def element(number: int, body: bytes, *, unknown: bool = False) -> bytes:
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    size = b"\x01" + (b"\xff" * 7 if unknown else len(body).to_bytes(7, "big"))
    return name + size + body


def matroska(
    *tracks: bytes,
    kind: bytes = b"matroska",
    ticks: float = 0.0,
    unknown: bool = False,
    clusters: int = 2,
) -> bytes:
    information = element(0x1549_A966, element(0x4489, struct.pack(">d", ticks)))
    segment = information + element(0x1654_AE6B, b"".join(tracks))
    segment += clusters * element(0x1F43_B675, bytes(50))
    head = element(0x1A45_DFA3, element(0x4282, kind))
    return head + element(0x1853_8067, segment, unknown=unknown)


def track(kind: int, codec: bytes, *projection: tuple[int, float]) -> bytes:
    body = element(0x83, bytes([kind])) + element(0x86, codec)
    if projection:
        angles = b"".join(element(n, struct.pack(">d", v)) for n, v in projection)
        body += element(0xE0, element(0xB0, b"\x40") + element(0x7670, angles))
    return element(0xAE, body)


def avi(*streams: tuple[bytes, bytes]) -> bytes:
    lists = b"".join(
        _list(b"strl", _chunk(b"strh", kind + codec + bytes(48)))
        for kind, codec in streams
    )
    body = b"AVI " + _list(b"hdrl", _chunk(b"avih", bytes(56)) + lists)
    body += _list(b"movi", bytes(100))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body


def _list(name: bytes, body: bytes) -> bytes:
    return _chunk(b"LIST", name + body)
