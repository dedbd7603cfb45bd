"""A controller on loopback, and a remote session whose answers are kept."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from bridge.clock import monotonic_ns
from bridge.orders.order import Answer, FaceOrder, Order, StartTake, StopTake
from bridge.remote.session import Session
from bridge.remote.targets import RemoteTargets
from bridge.takes.status import Status
from protocols.osc import Arg, Message, encode
from protocols.osc_reader import read
from protocols.remote import Address

PATIENCE_S = 60.0
"""A loaded machine gets this time for what takes a second."""


class Desk:
    """Keeps orders, and starts and stops takes that are only names."""

    def __init__(self, taken: tuple[tuple[str, int], ...] = ()) -> None:
        self.asked: list[Order] = []
        self.posted: list[FaceOrder] = []
        self.status = Status()
        self.taken = set(taken)

    def ask(self, order: Order, patience_s: float = 0.0) -> Answer:
        self.asked.append(order)
        if isinstance(order, StopTake):
            if not self.status.recording:
                return Answer(False, "nothing is being recorded")
            self.status = Status(
                False, self.status.file, self.status.slate, self.status.number
            )
            return Answer(True, "recorded")
        assert isinstance(order, StartTake)
        if self.status.recording:
            return Answer(False, "stop that take first")
        slate, number = order.slate or "Take", order.number or 41
        if (slate, number) in self.taken:
            return Answer(False, "exists already")
        file = str(Path("takes") / f"{slate}_{number:03}.mcap")
        self.status = Status(True, file, slate, number)
        return Answer(True, f"recording {file}")

    def post(self, order: FaceOrder) -> None:
        self.posted.append(order)


class Answers:
    """Keeps what a session sends."""

    def __init__(self) -> None:
        self.sent: list[tuple[Address, Message]] = []
        self.refused: list[str] = []

    def __call__(self, address: Address, message: Message) -> None:
        self.sent.append((address, message))

    def refuse(self, sender: Address, why: str) -> None:
        self.refused.append(why)

    def to(self, port: int) -> list[Message]:
        return [message for address, message in self.sent if address[1] == port]

    @property
    def addresses(self) -> list[str]:
        return [message.address for _, message in self.sent]


def at_once(work: Callable[[], object]) -> bool:
    work()
    return True


def session(
    desk: Desk, answers: Answers, *, reach: str = "sender", first: Address | None = None
) -> tuple[Session, RemoteTargets]:
    targets = RemoteTargets(["anna"])
    made = Session(
        desk,
        lambda: desk.status,
        targets,
        answers,
        takes=at_once,
        files=at_once,
        refused=answers.refuse,
        subjects=["anna"],
        first_target=first,
        reach=reach,
    )
    return made, targets


class Controller:
    """A UDP socket that gives commands and waits for answers."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.heard: list[Message] = []

    def say(self, address: str, *args: Arg) -> None:
        self.socket.sendto(encode(Message(address, args)), self._to)

    def raw(self, data: bytes) -> None:
        self.socket.sendto(data, self._to)

    def hear(self, address: str, patience_s: float = PATIENCE_S) -> Message:
        """Wait for an answer with this address, and keep all that come before."""
        end_ns = monotonic_ns() + round(patience_s * 1e9)
        while (left_s := (end_ns - monotonic_ns()) / 1e9) > 0.0:
            for message in self.heard:
                if message.address == address:
                    self.heard.remove(message)
                    return message
            self.socket.settimeout(left_s)
            self.heard += read(self.socket.recv(65_536)).messages
        raise AssertionError(f"no {address}, only {self.heard}")

    def close(self) -> None:
        self.socket.close()
