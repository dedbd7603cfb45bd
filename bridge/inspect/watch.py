"""The listening loop of `facewire inspect`, as a live table or as lines of JSON."""

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
    """Listen, or raise SinkError.

    Args:
        target: what to listen to, as the settings of a sink that sends there.
        key: the publisher's public CURVE key where the stream is encrypted.
    """
    return WIRES[target.kind].open_receiver(target, key)


def listen(
    receiver: Receiver, kind: str, ledger: Ledger, timeout_s: float
) -> Iterator[Heard | None]:
    """Yield every frame; None after `timeout_s`, and for a packet without a frame."""
    reader = WIRES[kind].reader(ledger.leave_out)
    while True:
        parts = receiver.receive(timeout_s)
        heard = [] if parts is None else _heard(parts, reader, kind, ledger)
        yield from heard
        if not heard:
            yield None


def _heard(parts: Parts, reader: Reader, kind: str, ledger: Ledger) -> list[Heard]:
    """Return a packet's frames, and note in the ledger all that it is."""
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
    """Print one JSON line a frame, and one for every packet that cannot be read.

    What belongs to no frame is told of once: packets of another wire, and messages.

    Raises:
        BridgeError: `count` frames were asked for and did not come in time.
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
        # Whoever waits for so many frames shall hear that they did not come.
        if count is None:
            return
    finally:
        receiver.close()
    if count is not None:
        waited_s = (monotonic_ns() - start_ns) / 1e9
        raise BridgeError(
            f"inspect: {frames} of {counted(count, 'frame')} came on {receiver.where} "
            f"in {round(waited_s, 1):g} s; {why(target, ledger)}"
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
    }


class News:
    """What a ledger has that was not told of before."""

    def __init__(self, target: Target) -> None:
        self._where = target.where
        self._malformed = 0
        self._told: set[tuple[str, str]] = set()

    def of(self, ledger: Ledger) -> list[dict[str, object]]:
        """Return every malformed packet, and once each kind of what is left out."""
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
    """Return why frames are wanting, as far as what came tells."""
    told = [
        sentence(kind, count, target.where) for kind, count in ledger.foreign.items()
    ]
    if ledger.malformed:
        told.append(f"{ledger.malformed} malformed, the last: {ledger.problem}")
    if told:
        return "; ".join(told)
    if ledger.packets:
        return f"{counted(ledger.packets, 'packet')} came without a whole frame"
    return "does the sender send to this address and port?"


def inspect_live(
    target: Target, key: str | None, console: Console, duration_s: float | None
) -> None:
    """Draw a live table until Ctrl-C, or for `duration_s`."""
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
