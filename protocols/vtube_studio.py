"""VTube Studio's public API for plugins: JSON in text messages of a WebSocket.

    request   {"apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0",
               "requestID": 1 to 64 ASCII characters, "messageType": "...Request",
               "data": {...}}
    answer    the same with "timestamp" and "messageType": "...Response", and the
              requestID of its request; or "messageType": "APIError" with
              "data": {"errorID": int, "message": text}

VTube Studio answers every request, and adds fields in later versions, so unknown fields
and unknown types of messages are ignored. The requests that facewire makes:

    AuthenticationTokenRequest  asks the user, once; answers authenticationToken
    AuthenticationRequest       on every connection; answers authenticated, reason
    InputParameterListRequest   answers customParameters and defaultParameters: name,
                                addedBy, value, min, max, defaultValue
    ParameterCreationRequest    parameterName, explanation, min, max, defaultValue
    InjectParameterDataRequest  faceFound, mode, parameterValues: id, value, weight

Source: github.com/DenchiSoft/VTubeStudio, README.md and Files/ErrorID.cs (MIT).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .errors import DecodeError
from .wording import shown

API: Final = "VTubeStudioPublicAPI"
VERSION: Final = "1.0"
PORT: Final = 8001

ERROR: Final = "APIError"
INJECT: Final = "InjectParameterData"
CREATE: Final = "ParameterCreation"
LIST: Final = "InputParameterList"
TOKEN: Final = "AuthenticationToken"
AUTHENTICATE: Final = "Authentication"

PLUGIN: Final = {"pluginName": "facewire", "pluginDeveloper": "facewire"}
"""How VTube Studio names us to the user; a token belongs to these names."""

LONGEST: Final = 1 << 20
"""Bytes of one message; a list of all 300 custom parameters has about 60,000."""
LONGEST_TOKEN: Final = 64
MOST_PARAMETERS: Final = 1000
"""Parameters of a list that are read; VTube Studio allows 300 custom ones."""
LARGEST: Final = 1_000_000.0
"""Largest value of a parameter, either way."""

DENIED: Final = 50
ASKING: Final = 51
FOREIGN_NAME: Final = 352
FULL: Final = frozenset({355, 356})
CONTROLLED: Final = 454
"""Ids of errors that are no reason to give up the connection, or to ask again."""

_NAME: Final = re.compile(r"[A-Za-z0-9]{4,32}")
_TOKEN: Final = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_TOKEN}}}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One message of VTube Studio."""

    kind: str
    """The messageType, such as AuthenticationResponse."""
    request: str
    """The requestID of the request that it answers; "" if there is none."""
    data: Mapping[str, Any]
    """A stranger's values: any JSON."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An APIError."""

    number: int
    message: str
    """VTube Studio's own words, made safe to show."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A parameter that VTube Studio has."""

    name: str
    added_by: str
    """The plugin's name; "VTube Studio" for its own."""
    low: float
    high: float
    """Only a hint for users' mappings: low may even be above high."""


def request(kind: str, request_id: str, data: Mapping[str, Any] | None = None) -> str:
    """Return a request as text.

    Args:
        kind: as `INJECT`, without "Request".
        request_id: 1 to 64 ASCII characters.
        data: values that JSON can carry, all finite.
    """
    message = {
        "apiName": API,
        "apiVersion": VERSION,
        "requestID": request_id,
        "messageType": f"{kind}Request",
        "data": dict(data or {}),
    }
    return json.dumps(message, allow_nan=False)


def read(message: str | bytes) -> Answer:
    """Return a message of VTube Studio.

    Raises:
        DecodeError: it is no such message; nothing else is ever raised.
    """
    if len(message) > LONGEST:
        raise DecodeError(
            f"vts: a message of {len(message)} characters, at most {LONGEST}"
        )
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        # Not UTF-8 and not JSON are both a ValueError.
        raise DecodeError("vts: a message is not JSON") from None
    if not isinstance(found, dict):
        raise DecodeError("vts: a message is no JSON object")
    kind, request_id = found.get("messageType"), found.get("requestID")
    if not isinstance(kind, str):
        raise DecodeError("vts: a message has no messageType")
    data = found.get("data")
    return Answer(
        kind[:64],
        request_id[:64] if isinstance(request_id, str) else "",
        data if isinstance(data, dict) else {},
    )


def problem(answer: Answer) -> Problem | None:
    """Return the error of an answer, None if it is none."""
    if answer.kind != ERROR:
        return None
    number, message = answer.data.get("errorID"), answer.data.get("message")
    if isinstance(number, bool) or not isinstance(number, int):
        number = -1
    return Problem(
        number if 0 <= number < 10**9 else -1,
        shown(message, 200) if isinstance(message, str) else "",
    )


def token(answer: Answer) -> str:
    """Return the token of an AuthenticationTokenResponse, or raise DecodeError."""
    found = answer.data.get("authenticationToken")
    if not isinstance(found, str) or _TOKEN.fullmatch(found) is None:
        raise DecodeError("vts: VTube Studio's token is not 1 to 64 ASCII characters")
    return found


def listed(answer: Answer) -> list[Listed]:
    """Return the parameters of an InputParameterListResponse that can be read."""
    found: list[Listed] = []
    for key in ("defaultParameters", "customParameters"):
        rows = answer.data.get(key)
        for row in rows[:MOST_PARAMETERS] if isinstance(rows, list) else []:
            found += _listed(row)
    return found


def _listed(row: object) -> Iterator[Listed]:
    if not isinstance(row, dict):
        return
    name, added_by = row.get("name"), row.get("addedBy")
    low, high = _number(row.get("min")), _number(row.get("max"))
    if not isinstance(name, str) or low is None or high is None:
        return
    yield Listed(
        name[:64], added_by[:64] if isinstance(added_by, str) else "", low, high
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def is_name(name: str) -> bool:
    """Return True if a custom parameter may have this name."""
    return _NAME.fullmatch(name) is not None


_ADVICE: Final[dict[int, str]] = {
    1: 'VTube Studio admits no plugins; switch on "Start API (allow plugins)" in its '
    "settings",
    8: "VTube Studio does not know this connection any more; it is opened again",
    DENIED: 'VTube Studio\'s question was answered with "Deny"; start facewire again '
    'and click "Allow"',
    ASKING: "VTube Studio is asking about another plugin; answer that question first",
    453: "a parameter was removed in VTube Studio; it is made again",
}


def sentence(problem: Problem) -> str:
    """Return what an error means and what to do, in one sentence."""
    if problem.number in FULL:
        return (
            "VTube Studio has no room for more parameters (100 a plugin, 300 in all); "
            "remove some under its settings for plugins"
        )
    known = _ADVICE.get(problem.number)
    if known is not None:
        return known
    said = f": {problem.message}" if problem.message else ""
    return f"VTube Studio refuses with error {problem.number}{said}"


def named(problem: Problem, names: Iterator[str] | tuple[str, ...]) -> list[str]:
    """Return those of the names that stand in an error's message."""
    words = set(re.findall(r"\w+", problem.message, re.ASCII))
    return [name for name in names if name in words]
