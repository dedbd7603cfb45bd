"""What a page asks, what it is answered, and the page itself as the desk sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a page."""

    id: int
    """The page's own number for it; the answer repeats it."""
    do: str
    """The verb, such as `mapping set`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """JSON values by name, not yet checked."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request."""

    ok: bool
    """False if nothing was done."""
    sentence: str
    """What was done, or why nothing was done."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON values for the page."""


class Visitor(Protocol):
    """An open page. All of it may be used from any thread."""

    face: int
    """The face that the page watches, from 0."""

    held: bool
    """True while the page plays a take: it is then sent no live frames."""

    def tell(self, message: dict[str, Any]) -> None:
        """Send a text message. Never blocks; a page that does not read loses it."""

    def show(self, kind: int, data: bytes) -> None:
        """Send a binary message of `protocols.page`. Never blocks: a newer message of
        the same kind replaces one that still waits."""
