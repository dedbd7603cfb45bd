"""A computer and a phone of Face Motion v3, and a link between them that may lose."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from protocols.fmv3 import Message, Part, encode
from protocols.fmv3_computer import Computer
from protocols.fmv3_parts import Stream
from protocols.fmv3_phone import Phone
from protocols.fmv3_session import Told
from protocols.frame import FaceFrame

from .faces import face

PC = "pc"
PHONE = "phone"

Loses = Callable[[bytes], bool]


def numbers(start: int = 1) -> Callable[[], int]:
    """Numbers that count up, so that a test knows them."""
    counted = count(start)
    return lambda: next(counted)


class Link:
    """Moves datagrams and the clock by tenths of a second."""

    def __init__(
        self, *, asks: bool = True, stream: bool = False, most: int = 4
    ) -> None:
        self.now_s = 100.0
        self.computer = Computer(PHONE if asks else None, numbers(7), stream=stream)
        self.phone = Phone(numbers(1000), stream=stream, most=most)
        self.told: list[Told] = []
        self.sent: list[str] = []
        """Who sent which kind, in order: `pc HELLO`."""
        self.up = self.down = True
        """False loses everything from the computer, or from the phone."""
        self.loses: Loses = lambda data: False
        self._stream = stream
        self._streams = Stream(), Stream()

    def run(self, seconds: float, frame: FaceFrame | None = None) -> None:
        """Let time pass; the phone shows the frame, if there is one."""
        for _ in range(round(seconds * 10)):
            self.computer.tick(self.now_s)
            self.phone.tick(self.now_s)
            if frame is not None:
                self.phone.show(frame, self.now_s)
            self.carry()
            self.now_s += 0.1

    def carry(self) -> None:
        """Deliver all that was sent, and the answers to it."""
        while self.computer.outbox or self.phone.outbox:
            there, self.computer.outbox = self.computer.outbox, []
            for _, data in there:
                self.sent.append(f"pc {kind(data)}")
                if self.up and not self.loses(data):
                    self._to_phone(data)
            back, self.phone.outbox = self.phone.outbox, []
            for peer, data in back:
                self.sent.append(f"phone {kind(data)}")
                if self.down and not self.loses(data) and peer == PC:
                    self._to_computer(data)

    def say(self, message: Message, udp: int | None = 1200) -> Told | None:
        """Deliver a message to the computer as if the phone had sent it."""
        told = None
        for data in encode(message, udp):
            told = self.computer.hear(data, PHONE, self.now_s)
        return told

    def _to_phone(self, data: bytes) -> None:
        if not self._stream:
            self.phone.hear(data, PC, self.now_s)
            return
        for message in self._streams[0].feed(data):
            self.phone.take(Part(message, len(message.body)), PC, self.now_s)

    def _to_computer(self, data: bytes) -> None:
        if not self._stream:
            told = [self.computer.hear(data, PHONE, self.now_s)]
        else:
            told = [
                self.computer.take(Part(each, len(each.body)), PHONE, self.now_s)
                for each in self._streams[1].feed(data)
            ]
        self.told += [each for each in told if each is not None]


def kind(data: bytes) -> str:
    names = ["HELLO", "SCHEMA", "ACK", "FRAME", "GET", "PING", "PONG", "STOP", "ERROR"]
    return names[data[4] - 1]


SMILE = face(jawOpen=0.5, eyeBlinkLeft=0.25, head__y=0.1, headPosition__z=-0.6)
