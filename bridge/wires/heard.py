"""What `inspect` receives: turns the packets of any wire into frames of one type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from protocols.channels import ARKIT, Vector, pascal

Parts = tuple[bytes, ...]
"""One datagram, or the parts of one ZeroMQ message."""

CAMEL: Final = {pascal(name): name for name in ARKIT}
"""PascalCase curve names, as hosts spell them, to our own camelCase names."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame as a receiver understood it."""

    subject: str
    values: Mapping[str, float]
    """By name: ARKit weights in camelCase first, then the wire's other values."""
    tracked: bool | None
    """None if the wire does not carry it."""
    stamp: float | None
    """The sender's frame count or time in seconds; gaps in it show lost frames."""
    exact: bool = False
    """True if `stamp` is a sequence number: every step above 1 is a loss."""
    time: str = ""
    """The timecode, or the sender's time, as text."""
    age_ms: float | None = None
    """Milliseconds since it was sent, if the wire carries this machine's clock."""
    doubt: Mapping[str, float] | None = None
    """Expected error of each weight by name, 0 to 1; None if the frame has none."""
    mood: str = ""
    """The expression that the face holds; empty if the frame has none."""


class Reader(Protocol):
    """Turns one wire's packets into frames. One reader per sender; not thread-safe."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frames that a packet completes.

        Raises:
            DecodeError: the packet is malformed. Nothing else is raised.
        """


class Receiver(Protocol):
    """Receives packets. Not thread-safe."""

    where: str
    """The address, for people."""

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next packet, or None after `timeout_s`."""

    def close(self) -> None:
        """Free the port. Safe to call twice."""


def named(names: tuple[str, ...], vector: Vector) -> dict[str, float]:
    """Return the values by name, in the order of the names; lengths must be equal."""
    return dict(zip(names, vector.tolist(), strict=True))
