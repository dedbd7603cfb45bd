"""One row of the table of wires: everything that the program asks about a wire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from bridge.sinks.sink import Sink
from protocols.osc_reader import LeftOut

from .heard import Reader, Receiver
from .settings import Target

T = TypeVar("T", bound=Target)

Packets = Literal["datagrams", "osc", "messages"]
"""What arrives: datagrams of one layout; datagrams of OSC messages, where the reader
says which addresses it leaves out; or ZeroMQ messages of several parts."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The port that `facewire doctor` looks at for a sink."""

    host: str
    port: int
    transport: Literal["UDP", "TCP"]
    ours: bool
    """True where facewire listens itself and the port must be free; False where the
    receiver listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire(Generic[T]):
    """All that is particular to one wire. The wire's own file makes it."""

    settings: type[T]
    """The sink's settings. The word for `kind` and the default port are defaults in
    it."""

    help: str
    """Who reads the wire, in a few words, as in `run --help`."""

    sample: str
    """The sink in the file that `facewire init` writes: TOML lines from [[sinks]] on,
    with every setting of its own, its default and a comment."""

    open_sink: Callable[[T, Sequence[str]], Sink]
    """Opens a sink for the named faces; raises SinkError."""

    open_receiver: Callable[[T, str | None], Receiver]
    """Listens where such a sink sends; the text is the publisher's public key, where
    a stream is encrypted. Raises SinkError."""

    reader: Callable[[LeftOut], Reader]
    """Makes a reader, which tells the given function of messages it leaves out."""

    probe: Callable[[T], Probe | None]
    """Returns the port to look at; None where the place is no port."""

    packets: Packets = "datagrams"

    default: bool = False
    """True for the sinks that are there without any settings."""

    @property
    def kind(self) -> str:
        """The wire's one word, in settings and on the command line."""
        return str(self.settings.model_fields["kind"].default)
