"""Packets that are known beforehand, and the screen after them."""

from __future__ import annotations

import io

from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.screen import Screen
from bridge.inspect.tally import Ledger
from bridge.inspect.watch import listen
from bridge.printing import PlainConsole
from bridge.wires.heard import Parts

ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
SHOWN = "�]0;owned��[2J�31m�"


class Played:
    """A receiver of packets that are known beforehand; silence after them."""

    where = "127.0.0.1:39539"

    def __init__(self, packets: list[Parts]) -> None:
        self._packets = list(reversed(packets))

    def receive(self, timeout_s: float) -> Parts | None:
        return self._packets.pop() if self._packets else None

    def close(self) -> None:
        pass


def heard(kind: str, packets: list[Parts]) -> Ledger:
    ledger = Ledger()
    for _ in listen(Played(packets), kind, ledger, 0.0):
        if ledger.packets == len(packets):
            break
    return ledger


def picture(kind: str, ledger: Ledger) -> str:
    file = io.StringIO()
    console = PlainConsole(file=file, width=160, height=60)
    screen = Screen(parse_endpoint(kind), Played.where, ledger)
    screen.now_ns = 10**15
    console.print(screen)
    told = file.getvalue()
    assert all(letter == "\n" or letter.isprintable() for letter in told)
    return told


def shown(kind: str, *packets: bytes) -> str:
    return picture(kind, heard(kind, [(packet,) for packet in packets]))
