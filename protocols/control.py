"""Requests to a running daemon and its replies. Each is one msgpack map.

A request:

    v          int          2
    token      str          from the daemon's file, which only its user can read
    do         str          one of `VERBS`
    arguments  {str: str}   the verb's arguments, see `bridge/orders/reading.py`

A reply:

    v          int          as in the request; 1 if the request could not be read
    ok         bool         false if the request was rejected
    told       str          one sentence: the result or the state, or why it failed
    state      {str: str}   state of the take, for programs: recording (yes or no),
                            file, frames, dropped, pictures and pictures_dropped (of
                            the reference video), seconds, error, video_error, pid
    report     str          only in version 2: JSON, the answer to `status`; else "{}"

Version 1 only has takes, with the verbs start, stop and status for `take start`,
`take stop` and `take status`. Daemons still answer them.
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
    *("idle", "pause", "gain"),
    *("take start", "take stop"),
)
"""Verbs that change something."""

VERBS: Final = (*ORDERS, "take status", "status")
"""All verbs; the last two change nothing."""

VERBS_1: Final = {"start": "take start", "stop": "take stop", "status": "take status"}
"""The verbs of version 1, with their present names."""

NAMES_1: Final = {new: old for old, new in VERBS_1.items()}

LONGEST: Final = 4096
"""Maximum length of a request, bytes, and of a sentence in a reply, characters."""

LONGEST_REPLY: Final = 65_536
"""Maximum length of a reply, bytes; its report may have 64 sinks and 8 faces."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a daemon."""

    token: str = field(repr=False)
    do: str
    """One of `VERBS`, in all versions."""
    arguments: dict[str, str] = field(default_factory=dict)
    version: int = VERSION
    """1 or 2."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A daemon's reply."""

    ok: bool
    told: str
    state: dict[str, str] = field(default_factory=dict)
    report: str = "{}"
    """JSON; "{}" in version 1."""


def encode_request(request: Request) -> bytes:
    """Return the request's msgpack map.

    Raises:
        UnicodeEncodeError: an argument, such as a file name, is not valid text.
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
        DecodeError: a field is invalid; the message names it. Nothing else is raised.
    """
    fields = _fields("request", data)
    do, version = fields.text("do", 16), fields.version
    known = tuple(VERBS_1) if version == 1 else VERBS
    if do not in known:
        raise DecodeError(f"request: do is {do!r}, expected {', '.join(known)}")
    verb = VERBS_1[do] if version == 1 else do
    return Request(fields.text("token", 128), verb, fields.table("arguments"), version)


def encode_reply(reply: Reply, version: int = VERSION) -> bytes:
    """Return the reply's msgpack map. A long sentence is cut to 512 characters.

    File names on Linux may have any bytes; bytes that are not valid text become
    question marks.

    Args:
        reply: the reply.
        version: the version of the request; 1 omits the report.
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
        DecodeError: a field is invalid; the message names it. Nothing else is raised.
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
