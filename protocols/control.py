"""Requests to a running daemon and its replies: one msgpack map there, one back.

A request:

    v          int          2
    token      str          from the daemon's own file, which only its user can read
    do         str          one of `VERBS`
    arguments  {str: str}   of the verb, `bridge/orders/reading.py`

A reply:

    v          int          as the request; 1 if the request could not be read
    ok         bool         false if the request was refused
    told       str          one sentence: what was done or is going on, or why not
    state      {str: str}   of takes, for programs: recording (yes or no), file, frames,
                            dropped, pictures and pictures_dropped (of the reference
                            video), seconds, error, video_error, pid
    report     str          version 2: JSON, the answer to `status`; else "{}"

Version 1 knows takes only, by the verbs start, stop and status. They stand for
`take start`, `take stop` and `take status`, and are still answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgpack

from .errors import DecodeError
from .fields import Fields

VERSION: Final = 2

ORDERS: Final = (
    *("calibrate", "reset", "steadiness", "lead", "style", "mirror", "profile"),
    *("take start", "take stop"),
)
"""Verbs that change something."""

VERBS: Final = (*ORDERS, "take status", "status")
"""All verbs; the last two only ask."""

VERBS_1: Final = {"start": "take start", "stop": "take stop", "status": "take status"}
"""The verbs of version 1, and what they are called since."""

NAMES_1: Final = {new: old for old, new in VERBS_1.items()}

LONGEST: Final = 4096
"""Bytes of a request, and characters of a sentence in a reply."""

LONGEST_REPLY: Final = 65_536
"""Bytes of a reply, whose report may tell of 64 sinks and 8 faces."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a daemon is asked to do."""

    token: str = field(repr=False)
    do: str
    """One of `VERBS`, whatever the version calls it."""
    arguments: dict[str, str] = field(default_factory=dict)
    version: int = VERSION
    """1 or 2."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a daemon answers."""

    ok: bool
    told: str
    state: dict[str, str] = field(default_factory=dict)
    report: str = "{}"
    """JSON; version 1 has none."""


def encode_request(request: Request) -> bytes:
    """Return the map.

    Raises:
        UnicodeEncodeError: an argument is not valid text, as a file name may be.
        ValueError: the request's version has no such verb.
    """
    do = request.do
    if request.version == 1:
        if do not in NAMES_1:
            raise ValueError(f"version 1 of the control protocol has no {do!r}")
        do = NAMES_1[do]
    return _pack(
        request.version,
        {"token": request.token, "do": do, "arguments": request.arguments},
    )


def decode_request(data: bytes) -> Request:
    """Parse a request of version 1 or 2.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = _fields("request", data)
    do, version = fields.text("do", 16), fields.version
    known = tuple(VERBS_1) if version == 1 else VERBS
    if do not in known:
        raise DecodeError(f"request: do is {do!r}, expected {', '.join(known)}")
    verb = VERBS_1[do] if version == 1 else do
    return Request(fields.text("token", 128), verb, fields.table("arguments"), version)


def encode_reply(reply: Reply, version: int = VERSION) -> bytes:
    """Return the map; a sentence that is too long is cut.

    File names on Linux may hold any bytes: those that are not text become question
    marks.

    Args:
        reply: what to say.
        version: of the request; 1 leaves the report out.
    """
    fields: dict[str, object] = {
        "ok": reply.ok,
        "told": reply.told[: LONGEST // 8],
        "state": reply.state,
    }
    if version > 1:
        fields["report"] = reply.report
    return _pack(version, fields, "replace")


def decode_reply(data: bytes) -> Reply:
    """Parse a reply of version 1 or 2.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = _fields("reply", data, LONGEST_REPLY)
    report = "{}" if fields.version == 1 else fields.text("report", LONGEST_REPLY)
    return Reply(
        fields.flag("ok"), fields.text("told", LONGEST), fields.table("state"), report
    )


def _fields(part: str, data: bytes, longest: int = 4 * LONGEST) -> Fields:
    if len(data) > longest:
        raise DecodeError(f"{part}: {len(data)} bytes, at most {longest}")
    return Fields(part, data, 1, VERSION)


def _pack(version: int, fields: dict[str, object], errors: str = "strict") -> bytes:
    packed: bytes = msgpack.packb({"v": version, **fields}, unicode_errors=errors)
    return packed
