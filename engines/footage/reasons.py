"""Explain why no picture can be read from a file, and what to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from protocols.container.contents import UNKNOWN, Contents
from protocols.container.look import LFS, PAGE, TEXT, ZEROS, look

EXPECTED: Final = "expected a video such as MP4, MOV, MKV, WebM or AVI"

NAMES: Final = {
    **dict.fromkeys(("av01", "V_AV1"), "AV1"),
    **dict.fromkeys(("vvc1", "vvi1"), "H.266"),
    **dict.fromkeys(("avc1", "avc3", "h264", "V_MPEG4/ISO/AVC"), "H.264"),
    **dict.fromkeys(("hvc1", "hev1", "hevc", "V_MPEGH/ISO/HEVC"), "H.265"),
    **dict.fromkeys(("dvh1", "dvhe"), "Dolby Vision"),
    **dict.fromkeys(("vp08", "VP80", "V_VP8"), "VP8"),
    **dict.fromkeys(("vp09", "VP90", "V_VP9"), "VP9"),
    **dict.fromkeys(("mp4v", "FMP4", "XVID", "DIVX", "DX50"), "MPEG-4"),
    **dict.fromkeys(("mjpg", "jpeg", "V_MJPEG"), "Motion JPEG"),
    **dict.fromkeys(("apcn", "apch", "apcs", "apco", "ap4h", "ap4x"), "ProRes"),
    **dict.fromkeys(("aprn", "aprh"), "ProRes RAW"),
    "apv1": "APV",
    "encv": "encrypted video",
}
"""Common names of codecs, by the names that containers use."""

FOREIGN: Final = frozenset(("AV1", "H.266", "ProRes RAW", "APV", "encrypted video"))
"""The codecs that the FFmpeg in OpenCV's wheels cannot decode by itself."""


def contents_of(path: Path) -> Contents:
    """Return what a file's container says; `UNKNOWN` if the file cannot be read."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size

            def read(offset: int, count: int) -> bytes:
                file.seek(offset)
                return file.read(max(0, count))

            return look(read, size)
    except OSError:
        return UNKNOWN


def codec_name(contents: Contents) -> str:
    """Return the common name of a file's codec; empty if the file does not say."""
    lower = contents.codec.lower()
    return NAMES.get(contents.codec) or NAMES.get(lower) or contents.codec


def why_unreadable(path: Path, contents: Contents, opened: bool) -> str:
    """Return the sentence for a file from which no picture can be read.

    Args:
        path: of the file.
        contents: what its container says.
        opened: True if OpenCV opened it.
    """
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        return f"cannot be read ({error.strerror or error}); check its permissions"
    if size == 0:
        return f"is empty (0 bytes), {EXPECTED}; was its recording or copy finished?"
    whole = "was its recording, copy or download finished?"
    if contents.kind == TEXT:
        return f"is a text file, {EXPECTED}; check the path"
    if contents.kind == PAGE:
        return "is a web page, not the video; download the video itself"
    if contents.kind == LFS:
        return "is a Git LFS pointer, not the video; fetch it with git lfs pull"
    if contents.kind == ZEROS:
        return f"holds nothing but zeros, {EXPECTED}; {whole}"
    if not contents.indexed:
        return _without_index(contents.kind, whole)
    if contents.video is False and contents.sound:
        return f"holds sound and no picture ({contents.kind}), {EXPECTED}"
    if contents.video is False:
        return f"holds no picture ({contents.kind}), {EXPECTED}"
    if contents.pictures == 0:
        return f"describes a video without a single picture; {whole}"
    name = codec_name(contents)
    if name in FOREIGN or (not opened and name and name not in NAMES.values()):
        converted = path.with_name(f"{path.stem}-h264.mp4")
        return (
            f"its pictures are {name} in {contents.kind}, which OpenCV cannot decode "
            f'here; convert it, as in ffmpeg -i "{path}" -c:v libx264 -crf 18 '
            f'"{converted}"'
        )
    if name:
        return (
            f"no picture in it can be decoded, although it is {name} in "
            f"{contents.kind}: it is damaged; {whole}"
        )
    return f"no picture in it can be decoded; {EXPECTED}"


def _without_index(kind: str, whole: str) -> str:
    if kind in ("MP4", "MOV"):
        return (
            f"is an {kind} without its index (moov), which is written last: {whole} "
            "copy it again, or repair it with untrunc and a clip of the same camera"
        )
    return f"is a {kind} file that ends before its pictures begin; {whole}"
