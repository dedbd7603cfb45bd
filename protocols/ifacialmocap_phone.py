"""The phone's side of iFacialMocap's text, which facewire imitates.

Frames go to one fixed address, and to computers that have asked: to the address that
asked, always at the same port, as the app does. A computer that asks for TCP is
connected to. A computer asks once and never says that it has gone, so at most four are
served; a further one replaces the one that asked longest ago.
"""

from __future__ import annotations

from typing import Final

from .errors import DecodeError
from .frame import FaceFrame
from .ifacialmocap import ENDS, PORT, Encoder, Version
from .ifacialmocap_requests import TCP_PORT, Request, request_of

MOST: Final = 4
"""Computers that have asked."""

Peer = tuple[str, int] | tuple[str, int, int, int]
"""Host and port of a datagram, as sockets say it."""

_END: Final = ENDS[0].encode()


class TextPhone:
    """Serves computers. It knows no clock, because the format has no times."""

    def __init__(
        self,
        fixed: Peer | None = None,
        version: Version = 1,
        port: int = PORT,
        tcp_port: int = TCP_PORT,
    ) -> None:
        """Start with the fixed address.

        Args:
            fixed: gets every frame without asking; None for nobody.
            version: what the fixed address gets.
            port: where computers that ask get their frames.
            tcp_port: where those listen that ask for TCP.
        """
        self.outbox: list[tuple[Peer, bytes]] = []
        """What to send in datagrams, and to whom; the caller empties it."""
        self.stream_box: list[tuple[Peer, bytes]] = []
        """What to send on TCP connections; the caller empties it."""
        self.asked: dict[Peer, Request] = {}
        """The requests of computers, by where they are answered, the latest last."""
        self._fixed, self._version = fixed, version
        self._ports = {False: port, True: tcp_port}
        self._encoders: dict[Version, Encoder] = {}

    def hear(self, data: bytes, peer: Peer, now_s: float = 0.0) -> None:
        """Take a computer's request.

        Raises:
            DecodeError: it is none.
        """
        request = request_of(data)
        if request is None or request.app != "ifacialmocap":
            raise DecodeError(
                "ifacialmocap: no request of a computer, expected iFacialMocap_sahu…"
            )
        # A computer has one stream at a time: the latest request counts.
        for tcp in (False, True):
            self.asked.pop(self._answers(peer, tcp=tcp), None)
        if request.stop:
            return
        if len(self.asked) >= MOST:
            del self.asked[next(iter(self.asked))]
        self.asked[self._answers(peer, tcp=request.tcp)] = request

    def _answers(self, peer: Peer, *, tcp: bool) -> Peer:
        """Return where a computer is answered."""
        return (peer[0], self._ports[tcp], *peer[2:])

    def tick(self, now_s: float) -> None:
        """Do nothing: no text is due without a frame."""

    def show(self, frame: FaceFrame, now_s: float = 0.0) -> int:
        """Send a face to every receiver; return how many there are."""
        texts: dict[Version, bytes] = {}
        receivers = dict(self.asked)
        if self._fixed is not None:
            fixed = Request("ifacialmocap", self._version)
            receivers.setdefault(self._fixed, fixed)
        for peer, request in receivers.items():
            version = request.version
            if version not in texts:
                encoder = self._encoders.setdefault(version, Encoder(version))
                texts[version] = encoder.encode(frame)
            if request.tcp:
                self.stream_box.append((peer, texts[version] + _END))
            else:
                self.outbox.append((peer, texts[version]))
        return len(receivers)

    def gone(self, peer: Peer) -> None:
        """Forget a computer that cannot be reached; the fixed address stays."""
        self.asked.pop(peer, None)

    def answered(self) -> bool | None:
        """Return True if a computer has asked; None otherwise."""
        return True if self.asked else None
