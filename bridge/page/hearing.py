"""Reads what a page sends: requests as JSON, the clock, and parts of files."""

from __future__ import annotations

import logging
from typing import Any, Final, Protocol

from bridge.clock import ClockNs
from bridge.errors import BridgeError
from protocols.errors import DecodeError
from protocols.page import CLOCK, PART, decode_clock, encode_clock
from protocols.text import decode_json

from .visitor import Reply, Request, Visitor

logger = logging.getLogger(__name__)

LONGEST_TEXT: Final = 65_536
"""Bytes of the longest request."""
LONGEST_VERB: Final = 64
LARGEST_ID: Final = 2**53
"""JavaScript's numbers are exact up to here."""


class Desk(Protocol):
    """Does what pages ask. Each page calls it in its own thread."""

    def handle(self, request: Request, visitor: Visitor) -> Reply:
        """Carry out a request; longer work continues in a thread of its own."""

    def part(self, data: bytes, visitor: Visitor) -> None:
        """Take a part of an uploaded file, a whole message of `protocols.page`."""

    def left(self, visitor: Visitor) -> None:
        """Take note that a page was closed."""

    def close(self) -> None:
        """End what still runs."""


class Unheard(Exception):
    """A message is not understood; the connection ends with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def hear(message: str | bytes, visitor: Visitor, desk: Desk, clock_ns: ClockNs) -> None:
    """Do what a message asks, and answer.

    Args:
        message: as it arrived.
        visitor: the page that sent it.
        desk: carries out requests.
        clock_ns: monotonic nanoseconds.

    Raises:
        Unheard: the message does not follow the protocol.
    """
    if isinstance(message, str):
        request = read_request(message)
        reply = _answered(request, visitor, desk)
        visitor.tell(
            {
                "type": "answer",
                "id": request.id,
                "ok": reply.ok,
                "sentence": reply.sentence,
                "data": dict(reply.data),
            }
        )
        return
    try:
        match message[0] if message else None:
            case int(kind) if kind == CLOCK:
                page_ms = decode_clock(message)
                visitor.show(CLOCK, encode_clock(page_ms, clock_ns() / 1e6))
            case int(kind) if kind == PART:
                desk.part(message, visitor)
            case kind:
                raise Unheard(1003, f"page: kind {kind}, expected {CLOCK} or {PART}")
    except DecodeError as error:
        raise Unheard(1007, str(error)) from None


def read_request(text: str) -> Request:
    """Return a request; its arguments are a table, not yet checked.

    Raises:
        Unheard: it is too long, no JSON, or not a request.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LONGEST_TEXT:
        raise Unheard(1009, f"request: {len(data)} bytes, at most {LONGEST_TEXT}")
    try:
        found = decode_json(data)
    except DecodeError as error:
        raise Unheard(1007, f"request: {error}") from None
    if not isinstance(found, dict):
        raise Unheard(1007, f"request: a {type(found).__name__}, expected a table")
    number, do = found.get("id"), found.get("do")
    arguments: Any = found.get("arguments", {})
    if type(number) is not int or not 0 <= number <= LARGEST_ID:
        raise Unheard(1007, "request: id, expected a whole number from 0")
    if type(do) is not str or not 0 < len(do) <= LONGEST_VERB:
        raise Unheard(1007, f"request: do, expected 1 to {LONGEST_VERB} characters")
    if not isinstance(arguments, dict):
        raise Unheard(1007, "request: arguments, expected a table")
    return Request(number, do, arguments)


def _answered(request: Request, visitor: Visitor, desk: Desk) -> Reply:
    try:
        return desk.handle(request, visitor)
    except BridgeError as error:
        return Reply(False, str(error))
    except Exception as error:
        logger.exception("x page: a request failed: %s", request.do)
        return Reply(False, f"it failed: {error or type(error).__name__}")
