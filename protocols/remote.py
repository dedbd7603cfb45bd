"""The OSC remote control of the Live Link Face app: what controllers send and get.

    /OSCSetSendTarget         s i   IP, port     replies go there from now on
    /AddLiveLinkAddress       s i   IP, port     stream to this address too
    /ClearAllLiveLinkAddresses      -            stream to none of them
    /LiveLinkSubject          s     name
    /LiveLinkStreamStart, /LiveLinkStreamStop    -
    /ARSessionStart, /ARSessionStop              -
    /Slate                    s     name
    /Take                     i     number
    /RecordStart              s i   slate, take
    /RecordStop                     -
    /Transport                s s   "IP:port", path of a file from /RecordStopConfirm
    /BatteryQuery, /ThermalsQuery                -
    /VideoDisplayOn, /VideoDisplayOff            -

Answers, to the send target:

    /OSCSetSendTargetConfirm                     to the new target
    /ARSessionStartConfirm, /ARSessionStopConfirm
    /RecordStartConfirm       s     timecode; the app always sends 00:00:00.000
    /RecordStopConfirm        s s s timecode, path of the CSV, path of the video
    /Battery                  f     0 to 1
    /Thermals                 i     0 nominal, 1 fair, 2 serious, 3 critical
    /AppActivated, /AppDeactivated               unasked

`/Transport` opens a TCP connection to the address and sends the size of the file (i32,
big-endian), then the file. Source: Epic's page "Recording Facial Animation from an iOS
Device". `/SlateConfirm` (s) is not on that page; a controller in use waits for it.

Tolerated: whole numbers sent as floats, as many controllers only send floats, and
arguments beyond those above.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .errors import DecodeError
from .osc import Arg, Message
from .osc_reader import number, tags_of

LONGEST: Final = 1024
"""Bytes of a path, and characters of a name, at most."""

Address = tuple[str, int]
"""An IP address and a port."""

SIZE: Final = struct.Struct(">i")
"""The size before a file."""


@dataclass(frozen=True, slots=True)
class SetSendTarget:
    """Send answers to this address from now on."""

    address: Address


@dataclass(frozen=True, slots=True)
class AddLiveLink:
    """Stream the faces to this address too."""

    address: Address


@dataclass(frozen=True, slots=True)
class ClearLiveLink:
    """Stream to none of the addresses that were added."""


@dataclass(frozen=True, slots=True)
class SetSubject:
    """Set the subject's name on the streams to added addresses."""

    name: str


@dataclass(frozen=True, slots=True)
class Stream:
    """Start or stop the streams to added addresses."""

    on: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Start or stop tracking."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetSlate:
    """Set the slate of the next take."""

    name: str


@dataclass(frozen=True, slots=True)
class SetTake:
    """Set the number of the next take."""

    number: int


@dataclass(frozen=True, slots=True)
class RecordStart:
    """Start a take; None is what was set before."""

    slate: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RecordStop:
    """End the take."""


@dataclass(frozen=True, slots=True)
class Transport:
    """Send a file of a take to a TCP address."""

    address: Address
    path: str


@dataclass(frozen=True, slots=True)
class BatteryQuery:
    """Ask for the level of the battery."""


@dataclass(frozen=True, slots=True)
class ThermalsQuery:
    """Ask for the thermal state."""


@dataclass(frozen=True, slots=True)
class VideoDisplay:
    """Show the camera's picture on the device, or not."""

    on: bool


Command = (
    SetSendTarget
    | AddLiveLink
    | ClearLiveLink
    | SetSubject
    | Stream
    | Session
    | SetSlate
    | SetTake
    | RecordStart
    | RecordStop
    | Transport
    | BatteryQuery
    | ThermalsQuery
    | VideoDisplay
)

TARGET_CONFIRMED: Final = Message("/OSCSetSendTargetConfirm")
ACTIVATED: Final = Message("/AppActivated")
DEACTIVATED: Final = Message("/AppDeactivated")


def session_confirmed(on: bool) -> Message:
    """Return the answer to `Session`."""
    return Message("/ARSessionStartConfirm" if on else "/ARSessionStopConfirm")


def slate_confirmed(slate: str) -> Message:
    """Return the answer to `SetSlate` that a controller in use waits for."""
    return Message("/SlateConfirm", (slate,))


def record_started(timecode: str) -> Message:
    """Return the answer to `RecordStart`."""
    return Message("/RecordStartConfirm", (timecode,))


def record_stopped(timecode: str, csv: str, video: str) -> Message:
    """Return the answer to `RecordStop`; without a video, its path is empty."""
    return Message("/RecordStopConfirm", (timecode, csv, video))


def battery(level: float) -> Message:
    """Return the answer to `BatteryQuery`; the level is 0 to 1."""
    return Message("/Battery", (float(level),))


def thermals(state: int) -> Message:
    """Return the answer to `ThermalsQuery`; the state is 0 to 3."""
    return Message("/Thermals", (int(state),))


def command_of(message: Message) -> Command:
    """Return the command of one message.

    Raises:
        DecodeError: the address is no command, or an argument is missing, of another
            type or out of range; nothing else is ever raised.
    """
    read = _READERS.get(message.address)
    if read is None:
        raise DecodeError(f"remote: {message.address!r:.60} is not a command")
    return read(message)


def _address(message: Message) -> Address:
    return _checked(message, _text(message, 0), _whole(message, 1))


def _checked(message: Message, host: str, port: int) -> Address:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        raise _wrong(message, f"{host!r:.60}, expected an IP address") from None
    if not 0 < port < 65536:
        raise _wrong(message, f"port {port}, expected 1 to 65535")
    return str(found), port


def _transport(message: Message) -> Transport:
    host, _, port = _text(message, 0).rpartition(":")
    if not (port.isascii() and port.isdecimal() and len(port) < 6):
        raise _wrong(message, f"{port!r:.20}, expected IP:port")
    host = host.removeprefix("[").removesuffix("]")
    return Transport(_checked(message, host, int(port)), _text(message, 1))


def _record_start(message: Message) -> RecordStart:
    given = len(message.args)
    return RecordStart(
        _text(message, 0) if given else None,
        _whole(message, 1) if given > 1 else None,
    )


def _text(message: Message, place: int) -> str:
    text = _arg(message, place)
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST:
        raise _wrong(message, f"expected a text of 1 to {LONGEST} characters")
    return text


def _whole(message: Message, place: int) -> int:
    value = number(_arg(message, place))
    if value is None or value != int(value) or abs(value) >= 2**31:
        raise _wrong(message, "expected a whole number of 32 bits")
    return int(value)


def _arg(message: Message, place: int) -> Arg:
    if place >= len(message.args):
        raise _wrong(message, f"expected {place + 1} or more arguments")
    return message.args[place]


def _wrong(message: Message, told: str) -> DecodeError:
    tags = tags_of(message.args)
    return DecodeError(f"remote: {message.address} with {tags!r:.20}: {told}")


_READERS: Final[dict[str, Callable[[Message], Command]]] = {
    "/OSCSetSendTarget": lambda message: SetSendTarget(_address(message)),
    "/AddLiveLinkAddress": lambda message: AddLiveLink(_address(message)),
    "/ClearAllLiveLinkAddresses": lambda _: ClearLiveLink(),
    "/LiveLinkSubject": lambda message: SetSubject(_text(message, 0)),
    "/LiveLinkStreamStart": lambda _: Stream(True),
    "/LiveLinkStreamStop": lambda _: Stream(False),
    "/ARSessionStart": lambda _: Session(True),
    "/ARSessionStop": lambda _: Session(False),
    "/Slate": lambda message: SetSlate(_text(message, 0)),
    "/Take": lambda message: SetTake(_whole(message, 0)),
    "/RecordStart": _record_start,
    "/RecordStop": lambda _: RecordStop(),
    "/Transport": _transport,
    "/BatteryQuery": lambda _: BatteryQuery(),
    "/ThermalsQuery": lambda _: ThermalsQuery(),
    "/VideoDisplayOn": lambda _: VideoDisplay(True),
    "/VideoDisplayOff": lambda _: VideoDisplay(False),
}
