"""What each wire's packets say, as one kind of value.

A reader takes a packet's parts and returns the frames it completes. It raises
DecodeError for what is malformed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from bridge.clock import ClockNs, monotonic_ns
from protocols import livelink, native, plain_osc
from protocols.channels import ARKIT, CHANNELS, Vector, pascal
from protocols.errors import DecodeError
from protocols.osc_reader import LeftOut, nobody_asks
from protocols.vmc_receiver import Assembler

from .receive import Parts
from .tally import Heard

MOST_AGE_MS: Final = 60_000.0
"""An age beyond it means another machine's clock, and says nothing."""

CAMEL: Final = {pascal(name): name for name in ARKIT}
"""Our own spelling of the names that hosts write in PascalCase."""

LIVELINK_NAMES: Final = tuple(CAMEL.get(name, name) for name in livelink.CURVES)


class Reader(Protocol):
    """Makes frames of one wire's packets."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frames that a packet completes; raise DecodeError."""


class LiveLinkReader:
    """Live Link Face, a packet a frame."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the packet's frame."""
        packet = livelink.decode(parts[0])
        values: dict[str, float] = {}
        if packet.values is not None:
            values = _named(LIVELINK_NAMES, packet.values)
        time = packet.time
        rate = time.rate_num / time.rate_den
        return [
            Heard(
                packet.subject,
                values,
                packet.values is not None,
                time.frame + time.subframe,
                time=f"{time} @ {rate:g}",
            )
        ]


class VmcReader:
    """VMC, several datagrams a frame."""

    def __init__(self, left_out: LeftOut = nobody_asks) -> None:
        self._assembler = Assembler(left_out)

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame that this datagram completes, if it does."""
        return [
            Heard(
                "vmc",
                {CAMEL.get(name, name): value for name, value in frame.values.items()}
                | {
                    f"{bone}.{axis}": part
                    for bone, (_, rotation) in frame.bones.items()
                    for axis, part in zip("xyzw", rotation, strict=True)
                },
                frame.tracked,
                frame.time,
                time="" if frame.time is None else f"{frame.time:.3f} s",
            )
            for frame in self._assembler.feed(parts[0])
        ]


class OscReader:
    """Plain OSC, a bundle a frame, or several where it is split."""

    def __init__(self, left_out: LeftOut = nobody_asks) -> None:
        self._left_out = left_out
        self._open: dict[str, dict[str, float]] = {}

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return a frame for every subject whose last value has arrived."""
        heard = []
        for subject, said in plain_osc.decode(parts[0], self._left_out).items():
            values = self._open.setdefault(subject, {})
            if "tracked" in said:
                # First in sending order: what stood here before was never finished.
                values.clear()
            for name, value in said.items():
                if isinstance(value, tuple):
                    short = name.removeprefix("bone/")
                    values |= {f"{short}.{i}": float(v) for i, v in enumerate(value)}
                else:
                    values[name] = float(value)
            if ARKIT[-1] in said:
                heard.append(_osc_frame(subject, self._open.pop(subject)))
            elif len(self._open) > 64:
                self._open.clear()
        return heard


class NativeReader:
    """facewire's own stream. Ages hold where both ends share a machine's clock."""

    def __init__(self, clock_ns: ClockNs = monotonic_ns) -> None:
        self._clock_ns = clock_ns

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the message's frame; none for the schema."""
        if len(parts) > 2:
            raise DecodeError(f"native: a message of {len(parts)} parts, expected 2")
        topic, payload = parts if len(parts) == 2 else native.split(parts[0])
        if topic == native.SCHEMA_TOPIC:
            native.decode_schema(payload)
            return []
        if not topic.startswith(native.FACE_TOPICS):
            raise DecodeError(
                f"native: topic {topic!r:.60} is none of facewire's; expected "
                "face.<subject> or schema"
            )
        packet = native.decode(payload)
        age_ms = (self._clock_ns() - packet.sent_ns) / 1e6
        frame = packet.frame
        return [
            Heard(
                frame.subject,
                _named(CHANNELS, frame.vector),
                frame.tracked,
                packet.seq,
                exact=True,
                time=str(packet.time),
                age_ms=age_ms if 0.0 <= age_ms < MOST_AGE_MS else None,
            )
        ]


def reader_of(wire: str, left_out: LeftOut = nobody_asks) -> Reader:
    """Return what reads a wire's packets.

    Args:
        wire: one of `SINK_KINDS`.
        left_out: told of messages that no frame is made of, where a wire has messages.
    """
    readers: dict[str, Callable[[], Reader]] = {
        "livelink": LiveLinkReader,
        "vmc": lambda: VmcReader(left_out),
        "osc": lambda: OscReader(left_out),
        "zmq": NativeReader,
    }
    return readers[wire]()


def _osc_frame(subject: str, values: dict[str, float]) -> Heard:
    tracked = values.pop("tracked", None)
    stamp = values.pop("frame", None)
    seconds = values.pop("time", None)
    code = [int(values.pop(f"timecode.{i}", 0)) for i in range(4)]
    ordered = {name: values[name] for name in ARKIT if name in values} | values
    return Heard(
        subject,
        ordered,
        None if tracked is None else tracked == 1,
        stamp if stamp is not None else seconds,
        time=":".join(f"{part:02}" for part in code),
    )


def _named(names: tuple[str, ...], vector: Vector) -> dict[str, float]:
    return dict(zip(names, vector.tolist(), strict=True))
