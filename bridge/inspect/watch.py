"""From `facewire inspect`'s argument to a listening loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live

from bridge.clock import monotonic_ns
from bridge.config import SINK_KINDS, LiveLink, Osc, Vmc, Zmq
from bridge.config_file import split_address
from bridge.errors import BridgeError, ConfigError
from bridge.printing import say_json
from protocols.errors import DecodeError

from .readers import READERS, Reader
from .receive import Receiver, UdpReceiver, ZmqReceiver
from .screen import Screen
from .tally import Heard, Ledger

REDRAW_S = 0.2

PORTS = {"livelink": LiveLink().port, "vmc": Vmc().port, "osc": Osc().port}
"""Where each UDP wire arrives unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What to listen to."""

    kind: str
    host: str
    """To bind for UDP."""
    port: int
    address: str
    """To connect to for ZeroMQ."""


def parse_wire(text: str) -> Wire:
    """Return what KIND, KIND:PORT, KIND=HOST:PORT or zmq=tcp://HOST:PORT means.

    Raises:
        ConfigError: the kind is unknown or the port is no number.
    """
    kind, equals, where = text.partition("=")
    if not equals:
        kind, _, port = text.partition(":")
        where = f"127.0.0.1:{port}" if port else ""
    if kind not in SINK_KINDS:
        raise ConfigError(
            f"inspect {text}: {kind!r} is none of {', '.join(SINK_KINDS)}; write "
            "KIND:PORT, or KIND=HOST:PORT to listen on another address"
        )
    if kind == "zmq" and "://" in where:
        return Wire(kind, "", 0, where)
    host, number = split_address(where, f"inspect {text}") if where else ("", None)
    if kind == "zmq":
        address = f"tcp://{host or '127.0.0.1'}:{number}" if number else Zmq().address
        return Wire(kind, "", 0, address)
    return Wire(kind, host or "127.0.0.1", number or PORTS[kind], "")


def open_receiver(wire: Wire, key: str | None = None) -> Receiver:
    """Listen, or raise SinkError.

    Args:
        wire: what to listen to.
        key: the publisher's public CURVE key where the stream is encrypted.
    """
    if wire.kind == "zmq":
        return ZmqReceiver(wire.address, key)
    return UdpReceiver(wire.host, wire.port)


def listen(
    receiver: Receiver, reader: Reader, ledger: Ledger, timeout_s: float
) -> Iterator[Heard | None]:
    """Yield every frame; None after `timeout_s` without a packet, or a bad one."""
    while True:
        parts = receiver.receive(timeout_s)
        heard: list[Heard] = []
        if parts is not None:
            try:
                heard = reader(parts)
            except DecodeError as error:
                ledger.reject(str(error))
            at_ns = monotonic_ns()
            for frame in heard:
                ledger.add(frame, at_ns)
                yield frame
        if not heard:
            yield None


def inspect_json(
    wire: Wire, key: str | None, count: int | None, duration_s: float | None
) -> None:
    """Print one JSON line a frame, and one for every packet that cannot be read.

    Raises:
        BridgeError: `count` frames were asked for and did not come in time.
    """
    ledger = Ledger()
    receiver = open_receiver(wire, key)
    end_ns = _end(duration_s)
    malformed = frames = 0
    try:
        for heard in listen(receiver, READERS[wire.kind](), ledger, REDRAW_S):
            if ledger.malformed > malformed:
                malformed = ledger.malformed
                say_json({"malformed": ledger.problem}, indent=None)
            if heard is not None:
                frames += 1
                told = {
                    "subject": heard.subject,
                    "tracked": heard.tracked,
                    "time": heard.time,
                    "stamp": heard.stamp,
                    "age_ms": heard.age_ms,
                    "values": dict(heard.values),
                }
                say_json(told, indent=None)
            if count is not None and frames >= count:
                return
            if end_ns is not None and monotonic_ns() >= end_ns:
                break
    finally:
        receiver.close()
    if count is not None:
        raise BridgeError(
            f"inspect: {frames} of {count} frames came on {receiver.where} "
            f"in {duration_s:g} s; does the sender send to this address and port?"
        )


def inspect_live(
    wire: Wire, key: str | None, console: Console, duration_s: float | None
) -> None:
    """Draw a live table until Ctrl-C, or for `duration_s`."""
    ledger = Ledger()
    receiver = open_receiver(wire, key)
    screen = Screen(wire.kind, receiver.where, ledger)
    end_ns = _end(duration_s)
    drawn_ns = 0
    try:
        with Live(screen, console=console, auto_refresh=False) as picture:
            for _ in listen(receiver, READERS[wire.kind](), ledger, REDRAW_S):
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
