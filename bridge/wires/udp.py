"""What all UDP wires have in common: a sending socket, a receiving socket, a port."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from bridge.inspect.receive import UdpReceiver
from bridge.sinks.sink import Sink
from bridge.sinks.udp import Encode, UdpSink
from protocols.osc_reader import LeftOut

from .heard import Reader, Receiver
from .settings import UdpTarget
from .wire import Probe, Wire

if TYPE_CHECKING:
    from bridge.characters.live import LiveCharacter

T = TypeVar("T", bound=UdpTarget)


def udp_wire(
    settings: type[T],
    encoder: Callable[[T, Sequence[str]], Encode],
    reader: Callable[[LeftOut], Reader],
    *,
    help: str,
    sample: str,
    packets: Literal["datagrams", "osc"] = "datagrams",
    named: bool = False,
    default: bool = False,
    encoder_for: Callable[[T, Sequence[str], LiveCharacter], Encode] | None = None,
) -> Wire[T]:
    """Return a wire that sends datagrams.

    Args:
        settings: the sink's settings.
        encoder: returns, for the named faces, a function that encodes a frame.
        reader: creates a reader, which calls its argument for each ignored message.
        help: who receives the wire.
        sample: the sink in the settings file.
        packets: contents of the datagrams.
        named: True if frames are sent under their subject's name; then the encoder
            takes any name.
        default: True if the sink is used without any settings.
        encoder_for: as `encoder`, for a wire that speaks a character's own names.
    """

    def opened(target: T, encode: Encode) -> Sink:
        name = f"{target.kind}={target.where}"
        return UdpSink(name, target.host, target.port, encode)

    def open_sink(target: T, subjects: Sequence[str]) -> Sink:
        return opened(target, encoder(target, subjects))

    def open_for_character(
        target: T, subjects: Sequence[str], character: LiveCharacter
    ) -> Sink:
        if encoder_for is None:
            return open_sink(target, subjects)
        return opened(target, encoder_for(target, subjects, character))

    def reencode(
        target: T, subjects: Sequence[str], character: LiveCharacter | None
    ) -> Encode:
        if encoder_for is None or character is None:
            return encoder(target, subjects)
        return encoder_for(target, subjects, character)

    return Wire(
        settings=settings,
        help=help,
        sample=sample,
        open_sink=open_sink,
        open_for_character=open_for_character,
        encoder_for=None if encoder_for is None else reencode,
        open_receiver=_open_receiver,
        reader=reader,
        probe=_probe,
        packets=packets,
        named=named,
        default=default,
    )


def _open_receiver(target: UdpTarget, key: str | None) -> Receiver:
    return UdpReceiver(target.host, target.port)


def _probe(target: UdpTarget) -> Probe:
    return Probe(target.host, target.port, "UDP", ours=False)
