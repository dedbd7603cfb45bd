"""Identify the kind of a file by its first bytes."""

from __future__ import annotations

from typing import Final

from . import boxes, matroska, riff
from .contents import HEAD, UNKNOWN, Contents, Read

SOUND: Final = {
    b"ID3": "MP3",
    b"fLaC": "FLAC",
    b"#!AMR": "AMR",
    b"ADIF": "AAC",
    b"FORM": "AIFF",
    b"caff": "CAF",
}
"""First bytes of files that contain only sound."""

POINTER: Final = b"version https://git-lfs"
"""First bytes of a file that represents another one in a Git repository."""

TEXT: Final = "text"
PAGE: Final = "web page"
LFS: Final = "Git LFS pointer"
ZEROS: Final = "zeros"


def look(read: Read, size: int) -> Contents:
    """Return a file's description of itself; `UNKNOWN` if its kind is not known.

    Never raises, whatever the bytes are.

    Args:
        read: of the file.
        size: of the file in bytes.
    """
    head = read(0, HEAD)
    if head[4:8] in boxes.FIRST:
        return boxes.look_at_boxes(read, size)
    if head.startswith(matroska.MAGIC):
        return matroska.look_at_matroska(read, size)
    if head.startswith(riff.MAGIC):
        return riff.look_at_riff(read, size) or UNKNOWN
    if head.startswith(b"OggS"):
        # The first page of each stream names its codec.
        moving = b"theora" in head or b"OVP80" in head or b"BBCD" in head
        return Contents("Ogg", video=moving, sound=not moving or None)
    for magic, kind in SOUND.items():
        if head.startswith(magic):
            return Contents(kind, video=False, sound=True)
    if head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return Contents("MP3", video=False, sound=True)
    if head[:1] == b"\xff" and head[1:2] in (b"\xf1", b"\xf9"):
        return Contents("AAC", video=False, sound=True)
    return Contents(_plain(head))


def _plain(head: bytes) -> str:
    """Return TEXT, PAGE, LFS or ZEROS if the start of a file is that, else ""."""
    if not head:
        return ""
    if not any(head):
        return ZEROS
    if head.startswith(POINTER):
        return LFS
    try:
        # A character of several bytes may be cut at the end.
        text = head.decode("utf-8-sig") if len(head) < HEAD else head[:-4].decode()
    except UnicodeDecodeError:
        return ""
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        return ""
    start = text.lstrip().lower()
    return PAGE if start.startswith(("<!doctype html", "<html")) else TEXT
