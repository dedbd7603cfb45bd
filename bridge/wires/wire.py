"""One row of the table of wires: everything that the program needs of a wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from bridge.sinks.sink import Sink
from bridge.sinks.udp import Encode
from protocols.osc_reader import LeftOut

from .heard import Reader, Receiver
from .settings import Target

if TYPE_CHECKING:
    from bridge.characters.live import LiveCharacter

T = TypeVar("T", bound=Target)

Packets = Literal["datagrams", "osc", "messages"]
"""What arrives: datagrams of one layout; datagrams of OSC messages, whose reader
reports the addresses that it ignores; or ZeroMQ messages of several parts."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The port that `facewire doctor` checks for a sink."""

    host: str
    port: int
    transport: Literal["UDP", "TCP"]
    ours: bool
    """True if facewire itself listens and the port must be free; False if the
    receiver listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire(Generic[T]):
    """All properties of one wire. Each wire's file creates one."""

    settings: type[T]
    """The sink's settings; its defaults include the word for `kind` and the port."""

    help: str
    """Who receives the wire, in a few words, for `run --help`."""

    sample: str
    """The sink in the file that `facewire init` writes: TOML lines from [[sinks]] on,
    with each of the wire's settings, its default and a comment."""

    open_sink: Callable[[T, Sequence[str]], Sink]
    """Opens a sink for the named faces; raises SinkError."""

    open_receiver: Callable[[T, str | None], Receiver]
    """Listens where such a sink sends; the text is the publisher's public key if the
    stream is encrypted. Raises SinkError."""

    reader: Callable[[LeftOut], Reader]
    """Creates a reader, which calls the given function for each ignored message."""

    probe: Callable[[T], Probe | None]
    """Returns the port to check; None if the address has no port."""

    packets: Packets = "datagrams"

    named: bool = False
    """True if frames are sent under their subject's name, which may change."""

    default: bool = False
    """True if the sink is used without any settings."""

    open_for_character: Callable[[T, Sequence[str], LiveCharacter], Sink] | None = None
    """As `open_sink`, for a wire that speaks a character's own names. None if the wire
    has the same 52 names for every character."""

    encoder_for: Callable[[T, Sequence[str], LiveCharacter | None], Encode] | None = (
        None
    )
    """Returns the encoder that an open sink uses for another character, None for no
    character. None if the wire has the same 52 names for every character."""

    @property
    def kind(self) -> str:
        """The wire's word in settings and on the command line."""
        return str(self.settings.model_fields["kind"].default)
