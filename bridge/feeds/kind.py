"""One row of the table of sources: everything that the program needs of a kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from bridge.binding import Address

from .inlet import LARGEST, QUEUE_BYTES, Inlet, UdpInlet
from .listen import check, find, listen
from .report import Reader, Setup
from .spec import Spec

Sinks = Iterable[object]
"""The settings of all sinks; those of UDP sinks have `host` and `port`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """All properties of one kind of packets. Each kind's file creates one."""

    word: str
    """The word before the colon in the source's name."""

    form: str
    """The source's name, for help texts: livelink:PORT."""

    help: str
    """Who sends such packets, in a few words."""

    reader: Callable[[Setup], Reader]
    """Creates the reader of one sender; a `Talker` where the sender must be asked."""

    check: Callable[[Spec, Sinks], str]
    """Checks a name and returns it for people; opens nothing. Raises ConfigError for a
    wrong name or one that a sink would send to, and CaptureError for an unknown
    host."""

    open: Callable[[Spec, Sinks], tuple[str, Inlet]]
    """Opens the edge; returns the source's name for people, too. Raises ConfigError or
    CaptureError."""

    options: Collection[str] = ()
    """The options that may follow the question mark."""

    asks: Callable[[Spec], Sequence[Address]] | None = None
    """Returns the addresses of senders that send only when asked. Raises ConfigError
    or CaptureError. None if all senders come by themselves."""

    port: int | None = None
    """The UDP port where this kind of packets usually arrives, for `facewire doctor`;
    None if there is none."""


def udp_kind(
    word: str,
    reader: Callable[[Setup], Reader],
    *,
    help: str,
    port: int | None = None,
    largest: int = LARGEST,
    queue: int = QUEUE_BYTES,
    options: Collection[str] = (),
    asks: Callable[[Spec], Sequence[Address]] | None = None,
) -> Kind:
    """Return a kind whose packets arrive at a UDP port: WORD:PORT or WORD:HOST:PORT.

    Args:
        word: the word before the colon.
        reader: creates the reader of one sender.
        help: who sends such packets.
        port: the port if the name has none; None if it must be named.
        largest: size of the longest valid datagram, bytes.
        queue: size of the system's receive queue, bytes.
        options: the options that may follow the question mark.
        asks: returns the addresses of senders that must be asked.
    """

    def open_port(spec: Spec, sinks: Sinks) -> tuple[str, Inlet]:
        name, bound = listen(spec, sinks, port)
        return name, UdpInlet(bound, largest, queue)

    return Kind(
        word=word,
        form=f"{word}:PORT",
        help=help,
        reader=reader,
        check=lambda spec, sinks: check(spec, sinks, port)[0],
        open=open_port,
        options=options,
        asks=asks,
        port=port,
    )


def sender_at(spec: Spec, host: str, port: int) -> Address:
    """Return the address of a sender that must be asked.

    Raises:
        CaptureError: the host cannot be found.
    """
    return find(host, port, f"source {spec.text}")[1]
