"""Where a phone's packets come from: a phone that is asked, or a port of this machine.

    ifacialmocap:192.168.1.7        asks the phone at this address
    ifacialmocap:my-phone.local     the same, by name; IPv6 in brackets
    ifacialmocap:192.168.1.7,192.168.1.8    asks two phones
    ifacialmocap                    listens on 127.0.0.1, at the kind's own port
    ifacialmocap:0.0.0.0:49983      listens there, to anybody

A phone that is asked answers to this machine's address in its network. Only there is a
port bound, and only packets of that phone are used.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bridge.binding import Address
from bridge.errors import CaptureError, ConfigError

from .inlet import Inlet
from .listen import find
from .spec import Spec

OPTIONS: Final = ("listen", "port")
"""`listen` is where this machine listens, PORT or HOST:PORT; `port` is the phone's."""

_PHONE: Final = re.compile(r"\s*(\[[^\[\],]+\]|[^:\[\],]+)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone that is asked."""

    name: str
    """As written, without brackets."""
    family: socket.AddressFamily
    address: Address


def is_phone(place: str) -> bool:
    """Return True if a place is phones' addresses; False for a port to listen on."""
    return not place.isdecimal() and all(map(_PHONE.fullmatch, place.split(",")))


def phones_of(spec: Spec, port: int) -> tuple[Phone, ...]:
    """Return the phones that a source's name has; none if it only listens.

    Args:
        spec: the source's name.
        port: the phones' port, unless the name has another.

    Raises:
        ConfigError: an option is wrong, or a phone is named twice.
        CaptureError: a phone's address cannot be found.
    """
    if not is_phone(spec.place):
        return ()
    asked = port_in(spec, "port", port)
    names = [
        part.strip().removeprefix("[").removesuffix("]")
        for part in spec.place.split(",")
    ]
    found = [Phone(name, *find(name, asked, f"source {spec.text}")) for name in names]
    if len({phone.address[0] for phone in found}) < len(found):
        raise ConfigError(f"source {spec.text!r}: a phone is named twice")
    if len({phone.family for phone in found}) > 1:
        raise ConfigError(
            f"source {spec.text!r}: expected phones with IPv4, or phones with IPv6"
        )
    return tuple(found)


def port_in(spec: Spec, option: str, default: int) -> int:
    """Return the port that an option names, or raise ConfigError."""
    named = _query(spec).get(option, str(default))
    if not named.isascii() or not named.isdecimal() or not 0 < int(named) < 65536:
        raise ConfigError(
            f"source {spec.text!r}: got {option}={named}, expected a port from 1 to "
            "65535"
        )
    return int(named)


def listening(spec: Spec, phones: Sequence[Phone], port: int) -> Spec:
    """Return the name of a source that listens where this one's packets arrive.

    Args:
        spec: the source's name.
        phones: those that are asked.
        port: where packets arrive, unless the name has another port.

    Raises:
        ConfigError: the name has another form.
        CaptureError: no network leads to the phones, or two different ones.
    """
    if not phones:
        host, port = spec.host_and_port(port)
        return replace(spec, place=_place(host, port), query="")
    told = _query(spec).get("listen", "")
    if ":" in told:
        return replace(spec, place=told, query="")
    port = port_in(spec, "listen", port)
    own = {own_address(spec, phone) for phone in phones}
    if len(own) > 1:
        raise CaptureError(
            f"source {spec.text}: the phones are in different networks; name the "
            "address to listen at, as in ?listen=0.0.0.0:" + str(port)
        )
    return replace(spec, place=_place(own.pop(), port), query="")


def own_address(spec: Spec, phone: Phone) -> str:
    """Return the address of this machine from which packets reach the phone."""
    with socket.socket(phone.family, socket.SOCK_DGRAM) as probe:
        try:
            # This sends nothing: it asks the system for a route.
            probe.connect(phone.address)
            host: str = probe.getsockname()[0]
        except OSError as error:
            raise CaptureError(
                f"source {spec.text}: no network leads to {phone.name} "
                f"({error.strerror}); connect this machine to the phone's network"
            ) from None
    return host


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _query(spec: Spec) -> dict[str, str]:
    parts = (part.partition("=") for part in spec.query.split("&"))
    return {name: value for name, _, value in parts}


class FromPhone:
    """Lets through only what comes from some hosts; see `bridge.feeds.inlet.Inlet`."""

    SKIPPED: Final = 256
    """Maximum number of strangers' packets that are skipped in a row."""

    def __init__(self, inlet: Inlet, hosts: Iterable[str]) -> None:
        """Take an open inlet, which is closed with this one."""
        self._inlet = inlet
        self._hosts = frozenset(hosts)

    def receive(self, wait_s: float) -> tuple[bytes, Address] | None:
        """See `Inlet`."""
        for _ in range(self.SKIPPED):
            came = self._inlet.receive(wait_s)
            if came is None or came[1][0] in self._hosts:
                return came
            wait_s = 0.0
        return None

    def send(self, data: bytes, to: Address) -> None:
        """See `Inlet`."""
        self._inlet.send(data, to)

    def close(self) -> None:
        """See `Inlet`."""
        self._inlet.close()
