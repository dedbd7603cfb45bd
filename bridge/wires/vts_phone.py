"""The wire `vts_phone`: VTube Studio's phone stream, as a phone sends it when asked.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/vts_phone.py` describes the messages.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.binding import listen_on
from bridge.clock import monotonic_ns, read_offset
from bridge.errors import SinkError
from bridge.inspect.receive import UdpReceiver
from bridge.section import Port
from bridge.sinks.phone import PhoneSink
from bridge.sinks.sink import Sink
from bridge.sinks.udp import resolve
from protocols import vts_phone
from protocols.vts_phone_side import VtsPhoneSide

from .heard import Heard, Parts, Receiver
from .ifacialmocap import heard_of
from .phone import own_address
from .settings import UdpTarget
from .wire import Probe, Wire

ASK_NS: Final = 1_000_000_000


class VtsPhone(UdpTarget):
    """Programs that ask for VTube Studio's phone stream, UDP."""

    kind: Literal["vts_phone"] = "vts_phone"
    host: str = "127.0.0.1"
    """Address of this machine at which programs ask; 0.0.0.0 for the network."""
    port: Port = vts_phone.PORT
    """The port at which they ask."""
    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: a phone has one."""


SAMPLE: Final = """\
[[sinks]]
kind = "vts_phone" # programs that ask a phone with VTube Studio: VBridger, VSeeFace
host = "127.0.0.1" # where they ask; "0.0.0.0": from the network, too
port = 21412
"""


class VtsPhoneReader:
    """Reads VTube Studio's phone stream: one packet per frame."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the packet's frame; raise DecodeError if it is malformed."""
        packet = vts_phone.decode(parts[0])
        stamp = packet.timestamp_ms / 1000.0 or None
        return [heard_of("VTube Studio", packet.face, stamp)]


class VtsPhoneReceiver:
    """Asks a phone, or our sink, for its stream."""

    def __init__(self, host: str, port: int) -> None:
        """Open a port that the system chooses, where the phone's packets arrive.

        Raises:
            SinkError: the host is unknown, or no network leads to it.
        """
        self.where = f"{host}:{port}"
        name = f"inspect {self.where}"
        family, self._phone = resolve(host, port, name)
        self._port = UdpReceiver(own_address(family, self._phone, name)[0], 0)
        self._request = vts_phone.request([self._port.number])
        self._asked_ns = -ASK_NS

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next datagram, or None after `timeout_s`."""
        now_ns = monotonic_ns()
        if now_ns - self._asked_ns >= ASK_NS:
            self._asked_ns = now_ns
            self._port.answer(self._request, self._phone)
        return self._port.receive(timeout_s)

    def close(self) -> None:
        """Free the port. Safe to call twice."""
        self._port.close()


def _open_sink(target: VtsPhone, subjects: Sequence[str]) -> Sink:
    name = f"{target.kind}={target.where}"
    family, own = resolve(target.host, target.port, name)
    try:
        port: socket.socket = listen_on(family, own)
    except OSError as error:
        told = (
            "is in use; close the program that has it, or choose another port here and "
            "in the program that asks"
            if error.errno == errno.EADDRINUSE
            else f"cannot be opened ({error.strerror})"
        )
        raise SinkError(f"{name}: UDP {own[0]}:{own[1]} {told}") from None
    offset_ms = read_offset().utc_ns // 1_000_000
    side = VtsPhoneSide(lambda now_s: round(1000.0 * now_s) + offset_ms)
    return PhoneSink(name, port, side)


def _open_receiver(target: VtsPhone, key: str | None) -> Receiver:
    return VtsPhoneReceiver(target.host, target.port)


def _probe(target: VtsPhone) -> Probe:
    return Probe(target.host, target.port, "UDP", ours=True)


VTS_PHONE: Final = Wire(
    settings=VtsPhone,
    help="VBridger, VSeeFace and others that ask a phone with VTube Studio",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=lambda left_out: VtsPhoneReader(),
    probe=_probe,
)
