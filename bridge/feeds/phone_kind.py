"""Makes the rows of phones in the table of sources."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.binding import Address
from bridge.errors import CaptureError, ConfigError

from .inlet import LARGEST, Inlet, UdpInlet
from .kind import Kind, Sinks
from .listen import check, listen
from .newest import Newest
from .phone_place import OPTIONS, FromPhone, Phone, listening, phones_of
from .report import Reader, Setup
from .spec import Spec
from .stream import Cuts, StreamInlet

SWITCH: Final = ("false", "true")


@dataclass(frozen=True, slots=True)
class Tcp:
    """How a kind of phone sends over TCP."""

    port: int
    """Where this machine listens."""
    phone_port: int | None
    """Where the phone listens for a connection; None if only the phone connects, and
    is asked by UDP."""
    cutter: Callable[[], Cuts]
    """Makes what cuts a connection's bytes into packets."""


def chosen(spec: Spec, option: str, values: Sequence[str]) -> str:
    """Return the value of an option, the first one by default, or raise ConfigError."""
    given = dict(part.partition("=")[::2] for part in spec.query.split("&"))
    value = given.get(option, values[0])
    if value not in values:
        raise ConfigError(
            f"source {spec.text!r}: got {option}={value}, expected "
            f"{' or '.join(f'{option}={each}' for each in values)}"
        )
    return value


def phone_kind(
    word: str,
    reader: Callable[[Setup], Reader],
    *,
    help: str,
    phone_port: int,
    port: int,
    largest: int = LARGEST,
    choices: Mapping[str, Sequence[str]] | None = None,
    tcp: Tcp | None = None,
    alone: bool = True,
) -> Kind:
    """Return a kind whose senders are asked, or come by themselves.

    Args:
        word: the word before the colon.
        reader: creates the reader of one phone.
        help: who sends such packets.
        phone_port: the phone's UDP port.
        port: the UDP port where its packets arrive.
        largest: size of the longest valid datagram, bytes.
        choices: further options, each with its values, the default first.
        tcp: how the phone sends over TCP, if it can.
        alone: True if each datagram stands alone, so that only the newest one counts.
    """

    choices = {**(choices or {}), **({"tcp": SWITCH} if tcp is not None else {})}

    def place(spec: Spec) -> tuple[tuple[Phone, ...], Spec, Tcp | None]:
        """Return the phones, the name of what listens, and TCP if it is asked for."""
        picked = {name: chosen(spec, name, choices[name]) for name in choices}
        stream = tcp if picked.get("tcp") == "true" else None
        asked = stream.phone_port if stream and stream.phone_port else phone_port
        phones = phones_of(spec, asked)
        if len(phones) > 1 and stream is not None and stream.phone_port:
            raise ConfigError(
                f"source {spec.text!r}: over TCP {word} takes one phone; name one, or "
                "leave tcp out"
            )
        return phones, listening(spec, phones, stream.port if stream else port), stream

    def checked(spec: Spec, sinks: Sinks) -> str:
        phones, where, stream = place(spec)
        name, *_ = check(where, () if stream else sinks)
        named = ",".join(phone.name for phone in phones)
        return f"{word}:{named}" if phones else name

    def opened(spec: Spec, sinks: Sinks) -> tuple[str, Inlet]:
        phones, where, stream = place(spec)
        name = checked(spec, sinks)
        if stream is not None:
            return name, _open_stream(where, phones, stream)
        inlet: Inlet = UdpInlet(listen(where, sinks)[1], largest)
        if phones:
            inlet = FromPhone(inlet, [phone.address[0] for phone in phones])
        return name, Newest(inlet) if alone else inlet

    def asks(spec: Spec) -> Sequence[Address]:
        phones, _, _ = place(spec)
        return [phone.address for phone in phones]

    return Kind(
        word=word,
        form=f"{word}:PHONE",
        help=help,
        reader=reader,
        check=checked,
        open=opened,
        options=(*OPTIONS, *choices),
        asks=asks,
        port=port,
    )


def _open_stream(where: Spec, phones: Sequence[Phone], tcp: Tcp) -> StreamInlet:
    """Listen for phones' connections, and connect to a phone that listens."""
    _, host, port, family, address = check(where, ())
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # Connections that were closed a minute ago must not keep the port. On
            # Windows the option would let two programs have it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(4)
    except OSError as error:
        listener.close()
        raise CaptureError(
            f"source {where.text}: TCP {host}:{port} cannot be opened "
            f"({error.strerror}); close the program that listens there, or name "
            "another port by ?listen=PORT"
        ) from None
    if not phones:
        return StreamInlet(tcp.cutter, listener=listener)
    hosts = [phone.address[0] for phone in phones]
    if tcp.phone_port is not None:
        there = phones[0].family, phones[0].address
        return StreamInlet(tcp.cutter, listener=listener, connect=there, hosts=hosts)
    asker = socket.socket(phones[0].family, socket.SOCK_DGRAM)
    asker.setblocking(False)
    return StreamInlet(tcp.cutter, listener=listener, asker=asker, hosts=hosts)


def tcp_setup(setup: Setup) -> bool:
    """Return True if a reader's phone sends over TCP."""
    return setup.options.get("tcp") == "true"
