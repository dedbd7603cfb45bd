"""What a computer sends to a phone with iFacialMocap or Facemotion3D: one UDP datagram.

    iFacialMocap, to port 49983
        iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719            send, over UDP
        iFacialMocap_UDPTCP_sahuasouryya9218sauhuiayeta91555dy3719     send, over TCP
        iFacialMocap_UDPTCPSTOP_sahuasouryya9218sauhuiayeta91555dy3719 end that
        …|sendDataVersion=v2                                           in version 2
    Facemotion3D, to port 49993
        FACEMOTION3D_OtherStreaming                                    send, over UDP
        FACEMOTION3D_OtherStreaming|protocol=tcp                       send, over TCP
        StopStreaming_FACEMOTION3D                                     end it

The texts are constants of the format, no secrets. Over UDP the phone answers to port
49983 of the computer; over TCP it connects to the computer's port 49986. An answered
phone needs no further texts, and no text ends a stream of iFacialMocap over UDP.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .ifacialmocap import PORT, Version

App = Literal["ifacialmocap", "facemotion3d"]

FACEMOTION_PORT: Final = 49993
"""UDP, of a phone with Facemotion3D."""
TCP_PORT: Final = 49986
"""Of the computer."""

PHONE_PORTS: Final[dict[App, int]] = {
    "ifacialmocap": PORT,
    "facemotion3d": FACEMOTION_PORT,
}

MAX_REQUEST: Final = 256
"""Bytes; the longest request has 82."""

_KEY: Final = "sahuasouryya9218sauhuiayeta91555dy3719"
_SECOND: Final = "sendDataVersion=v2"
_TCP: Final = "protocol=tcp"
_STOP: Final = "StopStreaming_FACEMOTION3D"


@dataclass(frozen=True, slots=True)
class Request:
    """A computer asks a phone to send, or to end."""

    app: App
    version: Version = 1
    tcp: bool = False
    stop: bool = False

    def __str__(self) -> str:
        """Return the text of the datagram."""
        if self.app == "facemotion3d":
            if self.stop:
                return _STOP
            text = "FACEMOTION3D_OtherStreaming"
            return f"{text}|{_TCP}" if self.tcp else text
        if self.stop:
            return f"iFacialMocap_UDPTCPSTOP_{_KEY}"
        text = f"iFacialMocap_{'UDPTCP_' if self.tcp else ''}{_KEY}"
        return f"{text}|{_SECOND}" if self.version == 2 else text

    def encode(self) -> bytes:
        """Return the datagram."""
        return str(self).encode()


def _every() -> dict[str, Request]:
    """Return every request by its text without options."""
    ask = [Request(app, tcp=tcp) for app in PHONE_PORTS for tcp in (False, True)]
    stop = [Request(app, stop=True) for app in PHONE_PORTS]
    found = {str(request): request for request in ask + stop}
    return {text: request for text, request in found.items() if "|" not in text}


_KNOWN: Final = _every()


def request_of(data: bytes) -> Request | None:
    """Return the request in a datagram; None if it is something else.

    Unknown options are ignored.
    """
    if len(data) > MAX_REQUEST:
        return None
    text, *options = data.decode("utf-8", "replace").strip().split("|")
    known = _KNOWN.get(text)
    if known is None or known.stop:
        return known
    return Request(
        known.app,
        2 if _SECOND in options else 1,
        known.tcp or _TCP in options,
    )
