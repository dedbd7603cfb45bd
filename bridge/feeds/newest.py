"""Lets through only the newest waiting packet of each sender.

For formats whose packets stand alone and take long to read: a flood then costs one
reading at a time instead of hundreds.
"""

from __future__ import annotations

from typing import Final

from bridge.binding import Address

from .inlet import Inlet

MOST: Final = 256
"""Packets that are looked at in a row."""

HOSTS: Final = 16
"""Senders whose packets are kept; of more, those that came first are dropped."""


class Newest:
    """Implements `Inlet` on another one, which is closed with it."""

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet
        self._kept: dict[str, tuple[bytes, Address]] = {}

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """See `Inlet`."""
        if not self._kept:
            self._look(wait_s)
        return self._kept.pop(next(iter(self._kept))) if self._kept else None

    def send(self, data: bytes, to: Address) -> None:
        """See `Inlet`."""
        self._inlet.send(data, to)

    def close(self) -> None:
        """See `Inlet`."""
        self._inlet.close()

    def _look(self, wait_s: float) -> None:
        for count in range(MOST):
            came = self._inlet.receive(0.0 if count else wait_s)
            if came is None:
                return
            host = came[1][0]
            self._kept.pop(host, None)
            if len(self._kept) >= HOSTS:
                del self._kept[next(iter(self._kept))]
            self._kept[host] = came
