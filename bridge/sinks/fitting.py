"""What a route does for a character, ready to be taken over between two frames."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.shape.finish import Finish

from .udp import Encode


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """The part of a route that depends on the character."""

    finish: tuple[Finish, ...]
    """The last changes to the route's frames."""
    encode: Encode | None = None
    """The sink's new encoder; None if it encodes alike for every character."""
