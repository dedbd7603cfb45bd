"""Reads VTube Studio's phone stream as solved faces: `--source vts_phone:PHONE`.

A phone that is named is asked every second to send for the next five. Its time is kept:
the phone's clock, as timecode of 60 frames a second since this machine's midnight.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from protocols import vts_phone
from protocols.timecode import Timecode

from .phone_face import report_of
from .phone_kind import phone_kind
from .phone_place import is_phone
from .report import Report, Setup
from .sender import NS

LISTEN: Final = 11125
"""UDP port of this machine, as in the maker's example."""

ASK_NS: Final = NS
RATE: Final = 60


class VtsPhone:
    """Reads one phone, and asks for its stream. Implements `Talker`."""

    def __init__(self, setup: Setup) -> None:
        port = setup.options.get("listen", str(LISTEN)).rpartition(":")[2]
        self._request = vts_phone.request([int(port)]) if port.isdecimal() else b""
        self._asks = is_phone(setup.place)
        self._neck_share = setup.neck_share
        self._key = (setup.peer, "VTube Studio")
        self._asked_ns = -(1 << 62)

    def __call__(self, data: bytes, now_ns: int) -> Sequence[Report]:
        """Return the face of a packet."""
        packet = vts_phone.decode(data)
        clock = timecode_of(packet.timestamp_ms)
        return (report_of(packet.face, self._key, self._neck_share, clock),)

    def due(self, now_ns: int) -> Sequence[bytes]:
        """Return the request, once a second."""
        if not self._asks or now_ns - self._asked_ns < ASK_NS:
            return ()
        self._asked_ns = now_ns
        return (self._request,)

    def bye(self) -> Sequence[bytes]:
        """Return nothing: the phone ends by itself."""
        return ()


def timecode_of(timestamp_ms: int) -> Timecode | None:
    """Return the time of day of a phone's clock; None if it is not a date."""
    if timestamp_ms <= 0:
        return None
    try:
        zone_s = time.localtime(timestamp_ms // 1000).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        return None
    day_ms = (timestamp_ms + 1000 * zone_s) % vts_phone.DAY_MS
    frame, rest = divmod(day_ms * RATE, 1000)
    return Timecode(frame, rest / 1000, RATE)


VTS_PHONE: Final = phone_kind(
    "vts_phone",
    VtsPhone,
    help="phones with VTube Studio",
    phone_port=vts_phone.PORT,
    port=LISTEN,
    largest=vts_phone.MAX_PACKET + 1,
)
