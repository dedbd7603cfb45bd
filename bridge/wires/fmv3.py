"""The wire `fmv3`: Face Motion v3, as a phone sends it.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/fmv3.py` describes the bytes, `fmv3_phone.py` the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bridge.binding import Address
from bridge.clock import monotonic_ns
from bridge.nonces import number
from bridge.section import Port
from bridge.sinks.calls import Calls
from bridge.sinks.phone import PhoneSink
from bridge.sinks.sink import Sink
from protocols.fmv3 import TCP_PORT, UDP_PORT, Part
from protocols.fmv3_computer import Computer
from protocols.fmv3_parts import Stream
from protocols.fmv3_phone import Phone, Served
from protocols.frame import FaceFrame
from protocols.wording import shown

from .fmv3_receiver import Fmv3Receiver
from .heard import Heard, Parts, Receiver
from .ifacialmocap import heard_of
from .phone import PhoneTarget, phone_listener, phone_port
from .wire import Probe, Wire


class Fmv3(PhoneTarget):
    """Programs that receive Face Motion v3, UDP."""

    kind: Literal["fmv3"] = "fmv3"
    port: Port = UDP_PORT
    tcp_port: Port = TCP_PORT
    """Where programs connect that use TCP, at the address of `listen`."""


SAMPLE: Final = """\
[[sinks]]
kind = "fmv3" # programs that receive a phone by Face Motion v3
host = "127.0.0.1"
port = 49983
listen = "" # "0.0.0.0": also answer programs that ask a phone at this address
tcp_port = 49984 # where programs connect that use TCP, if there is `listen`
"""


class Fmv3Phone:
    """Offers the stream to a fixed address, and answers others.

    Implements `CalledSide`.
    """

    def __init__(self, fixed: Address) -> None:
        self._phone = Phone(number)
        self._called = Phone(number, stream=True)
        self._streams: dict[Address, Stream] = {}
        self.calls_box: list[tuple[Address, bytes, bool]] = []
        self._fixed = fixed
        self.outbox: list[tuple[Address, bytes]] = self._phone.outbox  # type: ignore[assignment]  # its peers are addresses
        self.stream_box: list[tuple[Address, bytes]] = []

    def hear(self, data: bytes, peer: Address, now_s: float) -> None:
        """See `Side`."""
        self._phone.hear(data, peer, now_s)

    def tick(self, now_s: float) -> None:
        """See `Side`."""
        self._phone.offer(self._fixed, now_s)
        self._phone.tick(now_s)
        self._called.tick(now_s)

    def show(self, frame: FaceFrame, now_s: float) -> int:
        """See `Side`."""
        self._called.show(frame, now_s)
        self._move(frame=True)
        self._phone.show(frame, now_s)
        return sum(served.ready for served in self._all())

    def gone(self, peer: Address) -> None:
        """See `Side`."""
        self._phone.gone(peer)

    def answered(self) -> bool | None:
        """See `Side`."""
        served = self._all()
        return any(each.ready for each in served) if served else None

    def hear_call(self, data: bytes, peer: Address, now_s: float) -> None:
        """See `CalledSide`."""
        if not data:
            self._streams.pop(peer, None)
            self._called.gone(peer)
            return
        stream = self._streams.setdefault(peer, Stream())
        for message in stream.feed(data):
            self._called.take(Part(message, len(message.body)), peer, now_s)
        self._move(frame=False)

    def _move(self, *, frame: bool) -> None:
        for peer, data in self._called.outbox:
            self.calls_box.append((peer, data, frame))  # type: ignore[arg-type]  # so here
        self._called.outbox.clear()

    def _all(self) -> list[Served]:
        return [*self._phone.served.values(), *self._called.served.values()]


class Fmv3Reader:
    """Reads Face Motion v3: a table, then one packet per frame."""

    def __init__(self) -> None:
        self._computer = Computer(None, number)

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame that a datagram completes."""
        self._computer.outbox.clear()
        told = self._computer.hear(parts[0], "phone", monotonic_ns() / 1e9)
        if told is None:
            return []
        subject = shown(told.app) or "fmv3"
        return [heard_of(subject, told.face, float(told.sequence), exact=True)]


def _open_sink(target: Fmv3, subjects: Sequence[str]) -> Sink:
    port, receiver, heard = phone_port(target, UDP_PORT)
    side, called = Fmv3Phone(receiver), None
    if target.listen:
        try:
            called = Calls(phone_listener(target, target.tcp_port)), side
        except BaseException:
            port.close()
            raise
    return PhoneSink(f"{target.kind}={target.where}", port, side, heard, called)


def _open_receiver(target: Fmv3, key: str | None) -> Receiver:
    return Fmv3Receiver(target.host, target.port, Computer(None, number))


def _probe(target: PhoneTarget) -> Probe:
    return Probe(target.host, target.port, "UDP", ours=False)


FMV3: Final = Wire(
    settings=Fmv3,
    help="programs that receive Face Motion v3",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=lambda left_out: Fmv3Reader(),
    probe=_probe,
)
