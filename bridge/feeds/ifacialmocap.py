"""Reads iFacialMocap and Facemotion3D as solved faces: `--source ifacialmocap:PHONE`.

A phone that is named is asked for its stream once a second until it sends, and again
when it is silent for two seconds. Older apps do not say whether they see a face; they
then repeat their last frame, so half a second of equal frames means that there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocols import ifacialmocap
from protocols.ifacialmocap_requests import FACEMOTION_PORT, TCP_PORT, App, Request
from protocols.ifacialmocap_stream import Frames

from .phone_face import report_of
from .phone_kind import Tcp, phone_kind, tcp_setup
from .phone_place import is_phone
from .report import Report, Setup
from .sender import NS

ASK_NS: Final = NS
SILENT_NS: Final = 2 * NS
"""Silence after which a phone is asked again."""

EQUAL_NS: Final = NS // 2
"""Time of equal frames after which no face is seen."""

NAMES: Final[dict[App, str]] = {
    "ifacialmocap": "iFacialMocap",
    "facemotion3d": "Facemotion3D",
}


class PhoneText:
    """Reads the text of one phone, and asks for it. Implements `Talker`."""

    def __init__(self, setup: Setup, app: App) -> None:
        tcp = tcp_setup(setup)
        version: ifacialmocap.Version = 1 if setup.options.get("version") == "1" else 2
        self._request = Request(app, version, tcp=tcp).encode()
        self._stop = Request(app, stop=True).encode()
        # No text ends iFacialMocap's stream over UDP.
        self._stops = tcp or app == "facemotion3d"
        self._asks = is_phone(setup.place)
        self._neck_share = setup.neck_share
        self._key = (setup.peer, NAMES[app])
        self._asked_ns = self._heard_ns = -(1 << 62)
        self._last = b""
        self._new_ns = 0

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the face of a frame."""
        if not data:
            # A connection has opened or closed.
            return ()
        face = ifacialmocap.decode(data)
        self._heard_ns = now_ns
        if data != self._last:
            self._last, self._new_ns = data, now_ns
        report = report_of(face, self._key, self._neck_share)
        stuck = face.tracked is None and now_ns - self._new_ns >= EQUAL_NS
        if not stuck:
            return (report,)
        return (Report(key=report.key, vector=None, given=report.given),)

    def due(self, now_ns: int) -> Sequence[bytes]:
        """Return the request, while the phone is silent."""
        if not self._asks or now_ns - self._heard_ns < SILENT_NS:
            return ()
        if now_ns - self._asked_ns < ASK_NS:
            return ()
        self._asked_ns = now_ns
        return (self._request,)

    def bye(self) -> Sequence[bytes]:
        """Return the request to end, for streams that have one."""
        return (self._stop,) if self._asks and self._stops else ()


TCP: Final = Tcp(TCP_PORT, None, Frames)
"""The phone connects, after it was asked by UDP."""

IFACIALMOCAP: Final = phone_kind(
    "ifacialmocap",
    lambda setup: PhoneText(setup, "ifacialmocap"),
    help="phones with iFacialMocap",
    phone_port=ifacialmocap.PORT,
    port=ifacialmocap.PORT,
    largest=ifacialmocap.MAX_TEXT + 1,
    choices={"version": ("2", "1")},
    tcp=TCP,
)

FACEMOTION3D: Final = phone_kind(
    "facemotion3d",
    lambda setup: PhoneText(setup, "facemotion3d"),
    help="phones with Facemotion3D",
    phone_port=FACEMOTION_PORT,
    port=ifacialmocap.PORT,
    largest=ifacialmocap.MAX_TEXT + 1,
    tcp=TCP,
)
