"""The phone's side of VTube Studio's phone stream, which facewire imitates.

A program that asks gets frames at the ports that it names, at the address that it asks
from, for as long as it asks for: ten seconds at most. At most four programs are served.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .errors import DecodeError
from .frame import FaceFrame
from .vts_phone import encode, request_of

MOST: Final = 4
"""Hosts that are served; a further one is refused."""

Peer = tuple[str, int] | tuple[str, int, int, int]
"""Host and port of a datagram, as sockets say it."""


class VtsPhoneSide:
    """Serves programs. Time is an argument, in seconds of any clock."""

    def __init__(self, unix_ms: Callable[[float], int]) -> None:
        """Start without programs.

        Args:
            unix_ms: returns the milliseconds since 1970 of a time in seconds.
        """
        self.outbox: list[tuple[Peer, bytes]] = []
        """What to send, and to whom; the caller empties it."""
        self.stream_box: list[tuple[Peer, bytes]] = []
        """Always empty: this format has no TCP."""
        self.asked: dict[str, tuple[float, tuple[Peer, ...]]] = {}
        """By host: until when, and where to."""
        self._unix_ms = unix_ms

    def hear(self, data: bytes, peer: Peer, now_s: float) -> None:
        """Take a program's request.

        Raises:
            DecodeError: it is none, or too many programs are served.
        """
        request = request_of(data)
        if request is None:
            raise DecodeError("vts_phone: no iOSTrackingDataRequest with 1 to 16 ports")
        host = peer[0]
        if host not in self.asked and len(self.asked) >= MOST:
            raise DecodeError(f"vts_phone: {MOST} others are served already")
        seconds, ports = request
        places = tuple((host, port, *peer[2:]) for port in ports)
        self.asked[host] = now_s + seconds, places

    def tick(self, now_s: float) -> None:
        """Forget programs that do not ask any more."""
        for host, (until_s, _) in list(self.asked.items()):
            if now_s >= until_s:
                del self.asked[host]

    def show(self, frame: FaceFrame, now_s: float) -> int:
        """Send a face to every program that has asked; return how many there are."""
        self.tick(now_s)
        if self.asked:
            data = encode(frame, self._unix_ms(now_s))
            for _, places in self.asked.values():
                self.outbox += [(place, data) for place in places]
        return len(self.asked)

    def gone(self, peer: Peer) -> None:
        """Do nothing: a program that has gone does not ask any more."""

    def answered(self) -> bool | None:
        """Return True while a program asks; None otherwise."""
        return True if self.asked else None
