"""What `inspect` hears on a wire: packets come in, frames of one common kind go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from protocols.channels import ARKIT, Vector, pascal

Parts = tuple[bytes, ...]
"""One datagram, or the parts of one ZeroMQ message."""

CAMEL: Final = {pascal(name): name for name in ARKIT}
"""Our own spelling of the names that hosts write in PascalCase."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame as a receiver understood it."""

    subject: str
    values: Mapping[str, float]
    """By name: ARKit weights in camelCase first, then what else the wire carries."""
    tracked: bool | None
    """None where the wire cannot say."""
    stamp: float | None
    """The sender's own count or seconds; steps in it tell lost frames."""
    exact: bool = False
    """True where `stamp` is a sequence number: every step above 1 is a loss."""
    time: str = ""
    """Timecode, or what the sender calls the time."""
    age_ms: float | None = None
    """Since it was sent, where the wire carries this machine's clock."""


class Reader(Protocol):
    """Makes frames of one wire's packets. One reader, one sender, one thread."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frames that a packet completes.

        Raises:
            DecodeError: the packet is malformed. Nothing else is raised.
        """


class Receiver(Protocol):
    """Somewhere packets arrive. One thread."""

    where: str
    """As a person would say it."""

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next packet, or None after `timeout_s`."""

    def close(self) -> None:
        """Free the port. Safe to call twice."""


def named(names: tuple[str, ...], vector: Vector) -> dict[str, float]:
    """Return the values by name, in the order of the names; both of one length."""
    return dict(zip(names, vector.tolist(), strict=True))
