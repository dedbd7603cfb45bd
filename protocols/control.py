"""Commands to a running daemon: one msgpack map there, one back.

A request:

    v          int          1
    token      str          from the daemon's own file, which only its user can read
    do         str          "start", "stop" or "status", of a take
    arguments  {str: str}   for start, all optional: slate, number, folder

A reply:

    v          int          1
    ok         bool         false where it was refused
    told       str          a sentence: what is going on, or why it was refused
    state      {str: str}   for programs: recording (yes or no), file, frames, dropped,
                            pictures and pictures_dropped (of the reference video),
                            seconds, error, video_error, pid
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgpack

from .errors import DecodeError
from .fields import Fields

VERSION: Final = 1
DO: Final = ("start", "stop", "status")
LONGEST: Final = 4096
"""Bytes of a map, and characters of a sentence in it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a daemon is asked to do."""

    token: str = field(repr=False)
    do: str
    arguments: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What it says."""

    ok: bool
    told: str
    state: dict[str, str] = field(default_factory=dict)


def encode_request(request: Request) -> bytes:
    """Return the map.

    Raises:
        UnicodeEncodeError: an argument is no text, as a file's name need not be.
    """
    return _pack(
        {
            "token": request.token,
            "do": request.do,
            "arguments": request.arguments,
        }
    )


def decode_request(data: bytes) -> Request:
    """Parse a request.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = _fields("request", data)
    do = fields.text("do", 16)
    if do not in DO:
        raise DecodeError(f"request: do is {do!r}, expected {', '.join(DO)}")
    return Request(fields.text("token", 128), do, fields.table("arguments"))


def encode_reply(reply: Reply) -> bytes:
    """Return the map; a sentence that is too long is cut.

    What is no text in a file's name (Linux allows any bytes) becomes a question mark.
    """
    return _pack(
        {"ok": reply.ok, "told": reply.told[: LONGEST // 8], "state": reply.state},
        "replace",
    )


def decode_reply(data: bytes) -> Reply:
    """Parse a reply.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = _fields("reply", data)
    return Reply(fields.flag("ok"), fields.text("told", LONGEST), fields.table("state"))


def _fields(part: str, data: bytes) -> Fields:
    if len(data) > 4 * LONGEST:
        raise DecodeError(f"{part}: {len(data)} bytes, at most {4 * LONGEST}")
    return Fields(part, data, VERSION)


def _pack(fields: dict[str, object], errors: str = "strict") -> bytes:
    packed: bytes = msgpack.packb({"v": VERSION, **fields}, unicode_errors=errors)
    return packed
