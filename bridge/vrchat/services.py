"""Looks for VRChat by mDNS, and asks it over HTTP, as OSCQuery has it.

mDNS answers come from anybody in the network. So a service counts only if it is on the
machine that the user names as the sink's host, and only its port is used.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from bridge.clock import monotonic_ns
from protocols.errors import DecodeError
from protocols.oscquery import LONGEST

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, Zeroconf

logger = logging.getLogger(__name__)

SERVICE: Final = "_oscjson._tcp.local."
VRCHAT: Final = "VRChat-Client-"
"""Beginning of the name of VRChat's service."""
MOST_NAMES: Final = 32
LOOK_MS: Final = 500
"""How long a service's address is asked for."""
TIMEOUT_S: Final = 1.0
"""For each part of an answer over HTTP."""
WHOLE_S: Final = 3.0
"""For a whole answer."""
PART: Final = 65_536


@dataclass(frozen=True, slots=True)
class Service:
    """A program that answers OSCQuery."""

    address: str
    """IP address."""
    port: int
    """TCP."""


class Services(Protocol):
    """Finds services. For one thread."""

    def look(self) -> list[Service]:
        """Return what is known now; may take a second."""

    def close(self) -> None:
        """Stop looking. Safe to call twice."""


class MulticastServices:
    """Listens to mDNS. Implements `Services`."""

    def __init__(
        self, beginning: str = VRCHAT, interfaces: Sequence[str] | None = None
    ) -> None:
        """Start to listen.

        Args:
            beginning: of the names of the services.
            interfaces: addresses of this machine; None is all, because VRChat may
                leave out loopback.

        Raises:
            OSError: the machine has no network.
        """
        # Imported here, so that other sinks start without it.
        from zeroconf import InterfaceChoice, ServiceBrowser, Zeroconf

        self._beginning = beginning
        self._lock = threading.Lock()
        self._names: dict[str, None] = {}
        self._zeroconf: Zeroconf | None = Zeroconf(
            InterfaceChoice.All if interfaces is None else list(interfaces)
        )
        self._browser: ServiceBrowser = ServiceBrowser(
            self._zeroconf, SERVICE, handlers=[self._changed]
        )

    def look(self) -> list[Service]:
        """Return the services that answer now."""
        with self._lock:
            names = list(self._names)
        return [one for name in names for one in self._addresses(name)]

    def close(self) -> None:
        """Stop listening."""
        opened, self._zeroconf = self._zeroconf, None
        if opened is not None:
            opened.close()

    def _changed(self, *, name: str, state_change: Any, **_: object) -> None:
        """Remember or forget a name. Called in zeroconf's thread."""
        with self._lock:
            if state_change.name == "Removed":
                self._names.pop(name, None)
            elif name.startswith(self._beginning) and len(self._names) < MOST_NAMES:
                self._names[name] = None

    def _addresses(self, name: str) -> Iterator[Service]:
        info = None
        if self._zeroconf is not None:
            # It raises errors of its own for names and records that are broken.
            with suppress(Exception):
                info = self._zeroconf.get_service_info(SERVICE, name, LOOK_MS)
        if info is None or not info.port:
            return
        for address in info.parsed_addresses():
            yield Service(address, info.port)


def is_at(service: Service, host: str) -> bool:
    """Return True if a service is on the machine of this address.

    Args:
        service: as found.
        host: an IP address. For loopback, all addresses of this machine fit.
    """
    try:
        address = ipaddress.ip_address(service.address)
        target = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address == target:
        return True
    return target.is_loopback and (address.is_loopback or _is_own(service.address))


def _is_own(address: str) -> bool:
    """Return True if this machine has the address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def fetch(service: Service, path: str) -> bytes:
    """Return what a service answers to GET, within a limit of size and time.

    Raises:
        OSError: it does not answer, or not with 200.
        DecodeError: the answer is too long or breaks HTTP.
    """
    line = http.client.HTTPConnection(service.address, service.port, timeout=TIMEOUT_S)
    try:
        line.request("GET", path, headers={"Accept": "application/json"})
        answer = line.getresponse()
        if answer.status != http.HTTPStatus.OK:
            raise OSError(f"status {answer.status}")
        end_ns = monotonic_ns() + round(WHOLE_S * 1e9)
        whole = bytearray()
        while part := answer.read1(PART):
            whole += part
            if len(whole) > LONGEST:
                raise DecodeError(f"oscquery: an answer of more than {LONGEST} bytes")
            if monotonic_ns() > end_ns:
                raise OSError(f"no whole answer within {WHOLE_S:g} s")
        return bytes(whole)
    except (http.client.HTTPException, ValueError) as error:
        if isinstance(error, DecodeError):
            raise
        raise DecodeError("oscquery: the answer is no HTTP") from None
    finally:
        line.close()
