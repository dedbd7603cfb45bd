"""The loop of `facewire inspect`: shows a live table or prints lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.live import Live

from bridge.clock import monotonic_ns
from bridge.errors import BridgeError
from bridge.printing import say_json
from bridge.wires.heard import Heard, Parts, Reader, Receiver
from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from protocols.errors import DecodeError
from protocols.recognised import recognised
from protocols.wording import counted

from .foreign import is_foreign, sentence
from .screen import Screen
from .tally import Ledger

REDRAW_S = 0.2


def open_receiver(target: Target, key: str | None = None) -> Receiver:
    """Open a receiver, or raise SinkError.

    Args:
        target: the settings of a sink that sends to the receiver.
        key: the publisher's public CURVE key, if the stream is encrypted.
    """
    return WIRES[target.kind].open_receiver(target, key)


def listen(
    receiver: Receiver, kind: str, ledger: Ledger, timeout_s: float
) -> Iterator[Heard | None]:
    """Yield each frame; yield None after `timeout_s` or a packet without a frame."""
    reader = WIRES[kind].reader(ledger.leave_out)
    while True:
        parts = receiver.receive(timeout_s)
        heard = [] if parts is None else _heard(parts, reader, kind, ledger)
        yield from heard
        if not heard:
            yield None


def _heard(parts: Parts, reader: Reader, kind: str, ledger: Ledger) -> list[Heard]:
    """Return a packet's frames, and count the packet in the ledger."""
    ledger.packets += 1
    datagram = WIRES[kind].packets != "messages"
    found = recognised(parts[0]) if datagram else None
    if found is not None and is_foreign(found, kind):
        ledger.disown(found)
        return []
    try:
        heard = reader(parts)
    except DecodeError as error:
        ledger.reject(str(error))
        return []
    at_ns = monotonic_ns()
    for frame in heard:
        ledger.add(frame, at_ns)
    return heard


def inspect_json(
    target: Target, key: str | None, count: int | None, duration_s: float | None
) -> None:
    """Print one JSON line per frame, and one per malformed packet.

    Packets of other wires and ignored messages get one line for each kind.

    Raises:
        BridgeError: fewer than `count` frames arrived in time.
    """
    ledger, news = Ledger(), News(target)
    receiver = open_receiver(target, key)
    start_ns, end_ns = monotonic_ns(), _end(duration_s)
    frames = 0
    try:
        for heard in listen(receiver, target.kind, ledger, REDRAW_S):
            for told in news.of(ledger):
                say_json(told, indent=None)
            if heard is not None:
                frames += 1
                say_json(as_json(heard), indent=None)
            if count is not None and frames >= count:
                return
            if end_ns is not None and monotonic_ns() >= end_ns:
                break
    except KeyboardInterrupt:
        # With `count`, report below that too few frames arrived.
        if count is None:
            return
    finally:
        receiver.close()
    if count is not None:
        waited_s = (monotonic_ns() - start_ns) / 1e9
        raise BridgeError(
            f"inspect: {frames} of {counted(count, 'frame')} arrived on "
            f"{receiver.where} in {round(waited_s, 1):g} s; {why(target, ledger)}"
        )


def as_json(heard: Heard) -> dict[str, object]:
    """Return a frame as plain values."""
    return {
        "subject": heard.subject,
        "tracked": heard.tracked,
        "time": heard.time,
        "stamp": heard.stamp,
        "age_ms": heard.age_ms,
        "values": dict(heard.values),
        "mood": heard.mood,
        "doubt": None if heard.doubt is None else dict(heard.doubt),
    }


class News:
    """Finds entries of a ledger that have not been reported yet."""

    def __init__(self, target: Target) -> None:
        self._where = target.where
        self._malformed = 0
        self._told: set[tuple[str, str]] = set()

    def of(self, ledger: Ledger) -> list[dict[str, object]]:
        """Return the newest malformed packet and the new kinds of ignored packets."""
        new: list[dict[str, object]] = []
        if ledger.malformed > self._malformed:
            self._malformed = ledger.malformed
            new.append({"malformed": ledger.problem})
        for kind, count in ledger.foreign.items():
            if self._first("foreign", kind):
                told = sentence(kind, count, self._where)
                new.append({"foreign": kind, "told": told})
        for address, left in ledger.left_out.items():
            if self._first("left out", address):
                new.append({"left_out": address, "why": left.why})
        return new

    def _first(self, what: str, name: str) -> bool:
        known = (what, name) in self._told
        self._told.add((what, name))
        return not known


def why(target: Target, ledger: Ledger) -> str:
    """Return the likely reason why frames are missing."""
    told = [
        sentence(kind, count, target.where) for kind, count in ledger.foreign.items()
    ]
    if ledger.malformed:
        told.append(f"{ledger.malformed} malformed, the last: {ledger.problem}")
    if told:
        return "; ".join(told)
    if ledger.packets:
        return f"{counted(ledger.packets, 'packet')} arrived, but no complete frame"
    return "does the sender send to this address and port?"


def inspect_live(
    target: Target, key: str | None, console: Console, duration_s: float | None
) -> None:
    """Show a live table until Ctrl-C, or for `duration_s`."""
    ledger = Ledger()
    receiver = open_receiver(target, key)
    screen = Screen(target, receiver.where, ledger)
    end_ns = _end(duration_s)
    drawn_ns = 0
    try:
        with Live(screen, console=console, auto_refresh=False) as picture:
            for _ in listen(receiver, target.kind, ledger, REDRAW_S):
                screen.now_ns = monotonic_ns()
                if screen.now_ns - drawn_ns > REDRAW_S * 1e9:
                    drawn_ns = screen.now_ns
                    picture.refresh()
                if end_ns is not None and screen.now_ns >= end_ns:
                    break
            picture.refresh()
    except KeyboardInterrupt:
        pass
    finally:
        receiver.close()


def _end(duration_s: float | None) -> int | None:
    return None if duration_s is None else monotonic_ns() + round(duration_s * 1e9)
