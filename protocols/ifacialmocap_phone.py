"""The phone's side of iFacialMocap's text, which facewire imitates.

Frames go to one fixed address, and to computers that have asked: to the address that
asked, always at the same port, as the app does. A computer asks once and never says
that it has gone, so at most four are served; a further one replaces the one that asked
longest ago.
"""

from __future__ import annotations

from typing import Final

from .errors import DecodeError
from .frame import FaceFrame
from .ifacialmocap import PORT, Encoder, Version
from .ifacialmocap_requests import request_of

MOST: Final = 4
"""Computers that have asked."""

Peer = tuple[str, int] | tuple[str, int, int, int]
"""Host and port of a datagram, as sockets say it."""


class TextPhone:
    """Serves computers. It knows no clock, because the format has no times."""

    def __init__(
        self, fixed: Peer | None = None, version: Version = 1, port: int = PORT
    ) -> None:
        """Start with the fixed address.

        Args:
            fixed: gets every frame without asking; None for nobody.
            version: what the fixed address gets.
            port: where computers that ask get their frames.
        """
        self.outbox: list[tuple[Peer, bytes]] = []
        """What to send, and to whom; the caller empties it."""
        self.asked: dict[Peer, Version] = {}
        """The computers that have asked, the latest last."""
        self._fixed, self._version, self._port = fixed, version, port
        self._encoders: dict[Version, Encoder] = {}

    def hear(self, data: bytes, peer: Peer, now_s: float = 0.0) -> None:
        """Take a computer's request.

        Raises:
            DecodeError: it is none, or one for TCP.
        """
        request = request_of(data)
        if request is None or request.app != "ifacialmocap":
            raise DecodeError(
                "ifacialmocap: no request of a computer, expected iFacialMocap_sahu…"
            )
        reply: Peer = (peer[0], self._port, *peer[2:])
        if request.stop:
            self.asked.pop(reply, None)
            return
        if request.tcp:
            raise DecodeError(
                "ifacialmocap: it asks for TCP, which facewire does not send; choose "
                "UDP in the receiving program"
            )
        self.asked.pop(reply, None)
        if len(self.asked) >= MOST:
            del self.asked[next(iter(self.asked))]
        self.asked[reply] = request.version

    def tick(self, now_s: float) -> None:
        """Do nothing: no text is due without a frame."""

    def show(self, frame: FaceFrame, now_s: float = 0.0) -> int:
        """Send a face to every receiver; return how many there are."""
        receivers = dict(self.asked)
        if self._fixed is not None:
            receivers.setdefault(self._fixed, self._version)
        texts: dict[Version, bytes] = {}
        for peer, version in receivers.items():
            if version not in texts:
                encoder = self._encoders.setdefault(version, Encoder(version))
                texts[version] = encoder.encode(frame)
            self.outbox.append((peer, texts[version]))
        return len(receivers)

    def gone(self, peer: Peer) -> None:
        """Forget a computer that cannot be reached; the fixed address stays."""
        self.asked.pop(peer, None)

    def answered(self) -> bool | None:
        """Return True if a computer has asked; None otherwise."""
        return True if self.asked else None
