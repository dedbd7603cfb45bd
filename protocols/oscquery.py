"""Read OSCQuery: what a program that understands OSC says of itself over HTTP.

    GET /?HOST_INFO   {"NAME": "VRChat-Client-1A2B3C", "OSC_IP": "127.0.0.1",
                       "OSC_PORT": 9000, "OSC_TRANSPORT": "UDP", ...}
    GET /avatar       {"FULL_PATH": "/avatar", "CONTENTS": {"parameters": {...}}}

A node has FULL_PATH, and CONTENTS with more nodes, or TYPE ("f", "i", "T", "F", "s"),
ACCESS (1 is read, 2 is written, 3 both) and VALUE. VRChat has the avatar's parameters
below /avatar/parameters, and its id as the VALUE of /avatar/change.

VRChat also writes a file for each avatar that was ever worn:

    {"id": "avtr_...", "name": "...", "parameters": [
        {"name": "Face", "input": {"address": "/avatar/parameters/Face",
                                   "type": "Float"}, "output": {...}}]}

Types are Float, Int and Bool; a parameter without "input" cannot be set. A user may
have changed its address. Both are strangers' bytes: sizes, counts and depths are
bounded.

Source: github.com/Vidvox/OSCQueryProposal, and docs.vrchat.com.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import DecodeError
from .text import decode_json
from .vrcft import MOST, Declared, Kind

LONGEST: Final = 4 << 20
"""Bytes of an answer or a file. An avatar with 500 parameters has about 100,000."""
MOST_NODES: Final = 20_000
DEEPEST: Final = 32

FULL_FACE_TRACKING: Final = "/avatar/avatarfullfacetracking"
"""True if the avatar uses all keys of VRChat's own face tracking."""
CHANGE: Final = "/avatar/change"

_KINDS: Final[Mapping[str, Kind]] = {"f": "float", "i": "int", "T": "bool", "F": "bool"}
_FILE_KINDS: Final[Mapping[str, Kind]] = {
    "Float": "float",
    "Int": "int",
    "Bool": "bool",
}
_WRITABLE: Final = 2
_ID: Final = re.compile(r"[\w.:-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class HostInfo:
    """Where a program receives OSC."""

    name: str
    port: int | None
    """UDP port; None if it is not said."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """An avatar that is worn."""

    id: str
    """As avtr_...; "" if it is not said."""
    parameters: tuple[Declared, ...]
    """Those that other programs may set."""
    all_keys: bool = False
    """It uses all keys of VRChat's own face tracking."""


def host_info(data: bytes) -> HostInfo:
    """Return what ?HOST_INFO answers, or raise DecodeError."""
    found = _object(data, "oscquery")
    name, port = found.get("NAME"), found.get("OSC_PORT")
    fits = isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536
    return HostInfo(
        name[:64] if isinstance(name, str) else "",
        port if fits and found.get("OSC_TRANSPORT", "UDP") == "UDP" else None,
    )


def avatar(data: bytes) -> Avatar:
    """Return the avatar of a node /avatar, or raise DecodeError."""
    parameters: list[Declared] = []
    avatar_id, all_keys = "", False
    for node in _nodes(_object(data, "oscquery")):
        path = node.get("FULL_PATH")
        if not isinstance(path, str):
            continue
        if path == CHANGE:
            avatar_id = _id(_value(node))
        elif path == FULL_FACE_TRACKING:
            all_keys = _value(node) is True
        else:
            kind = _KINDS.get(_text(node.get("TYPE"))[:1])
            access = node.get("ACCESS", _WRITABLE)
            writable = isinstance(access, int) and access & _WRITABLE
            if kind is not None and writable and len(parameters) < MOST:
                parameters.append(Declared(path, kind))
    return Avatar(avatar_id, tuple(parameters), all_keys)


def avatar_id(data: bytes) -> str:
    """Return the VALUE of a node /avatar/change, "" if it has none.

    Raises:
        DecodeError: it is no node.
    """
    return _id(_value(_object(data, "oscquery")))


def avatar_file(data: bytes) -> Avatar:
    """Return the avatar of a file that VRChat has written, or raise DecodeError."""
    found = _object(data, "avatar file")
    rows = found.get("parameters")
    if not isinstance(rows, list):
        raise DecodeError("avatar file: it has no list of parameters")
    parameters = [one for row in rows[:MOST] for one in _row(row)]
    return Avatar(_id(found.get("id")), tuple(parameters))


def is_id(text: str) -> bool:
    """Return True for text that may be an avatar's id, and so part of a file's name."""
    return _ID.fullmatch(text) is not None and ".." not in text


def _row(row: object) -> Iterator[Declared]:
    target = row.get("input") if isinstance(row, dict) else None
    if not isinstance(target, dict):
        return
    address, kind = target.get("address"), _FILE_KINDS.get(_text(target.get("type")))
    if isinstance(address, str) and kind is not None:
        yield Declared(address, kind)


def _object(data: bytes, what: str) -> dict[str, Any]:
    if len(data) > LONGEST:
        raise DecodeError(f"{what}: {len(data)} bytes, at most {LONGEST}")
    try:
        found = decode_json(data)
    except DecodeError as error:
        raise DecodeError(f"{what}: {error}") from None
    if not isinstance(found, dict):
        raise DecodeError(f"{what}: it is no JSON object")
    return found


def _nodes(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a node and the nodes in it, so many and so deep at most."""
    waiting, seen = [(root, 0)], 0
    while waiting and seen < MOST_NODES:
        node, depth = waiting.pop()
        seen += 1
        yield node
        inner = node.get("CONTENTS")
        if isinstance(inner, dict) and depth < DEEPEST:
            nodes = [one for one in inner.values() if isinstance(one, dict)]
            waiting += [(one, depth + 1) for one in reversed(nodes)]


def _value(node: Mapping[str, Any]) -> object:
    """Return a node's only value."""
    value = node.get("VALUE")
    return value[0] if isinstance(value, list) and value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    return value if isinstance(value, str) and is_id(value) else ""
