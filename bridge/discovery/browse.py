"""Listens for what is announced in the network, for some seconds.

mDNS answers come from anybody: names are bounded here and made safe where they are
printed, and nothing is connected to.
"""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from bridge.clock import monotonic_ns
from bridge.errors import BridgeError
from protocols import vts_beacon
from protocols.errors import DecodeError

from .service import LONGEST, TYPES, Row, Service, row_of, row_of_beacon

if TYPE_CHECKING:
    from zeroconf import Zeroconf

logger = logging.getLogger(__name__)

MOST: Final = 128
"""Services that are kept; more are left out."""
MOST_PROPERTIES: Final = 16
ASK_MS: Final = 700
"""How long the address of a service is asked for."""
SLICE_S: Final = 0.2


def discover(seconds: float, beacon_port: int = vts_beacon.PORT) -> list[Row]:
    """Listen for some seconds; return what was found, in order of kind and name.

    Args:
        seconds: how long.
        beacon_port: where VTube Studio's broadcasts arrive.

    Raises:
        BridgeError: this machine has no network.
    """
    # Imported here, so that --help does not load it.
    from zeroconf import ServiceBrowser, Zeroconf

    names: dict[tuple[str, str], None] = {}
    lock = threading.Lock()

    def changed(
        *, service_type: str, name: str, state_change: Any, **_: object
    ) -> None:
        with lock:
            if len(names) < MOST:
                names[service_type, name] = None

    with ExitStack() as stack:
        try:
            network = Zeroconf()
        except OSError as error:
            raise BridgeError(
                f"discover: no network to listen to ({error.strerror}); connect this "
                "machine to the network of the phones"
            ) from None
        stack.callback(network.close)
        browser = ServiceBrowser(network, list(TYPES), handlers=[changed])
        stack.callback(browser.cancel)
        rows = set(_beacons(seconds, beacon_port))
        with lock:
            known = list(names)
        for kind, name in known:
            rows.update(map(row_of, _services(network, kind, name)))
    return sorted(rows, key=lambda row: (row.what, row.name, row.where))


def _services(network: Zeroconf, kind: str, name: str) -> list[Service]:
    """Return a service at each of its IPv4 addresses, or at another one."""
    info = None
    # It raises errors of its own for names and records that are broken.
    with suppress(Exception):
        info = network.get_service_info(kind, name, ASK_MS)
    if info is None or not info.port:
        return []
    addresses = info.parsed_addresses()
    plain = [one for one in addresses if ":" not in one] or addresses[:1]
    properties = {
        _text(key): _text(value)
        for key, value in list(info.properties.items())[:MOST_PROPERTIES]
    }
    title = name.removesuffix(f".{kind}")[:LONGEST]
    return [
        Service(kind, title, address, info.port, properties) for address in plain[:4]
    ]


def _text(value: bytes | None) -> str:
    return (value or b"")[:LONGEST].decode("utf-8", "replace")


def _beacons(seconds: float, port: int) -> list[Row]:
    """Listen for VTube Studio; if another program has the port, only wait."""
    found: dict[tuple[str, str], Row] = {}
    end_ns = monotonic_ns() + round(seconds * 1e9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        # Every plugin on this machine listens there.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            listening.bind(("", port))
        while (left_s := (end_ns - monotonic_ns()) / 1e9) > 0.0:
            listening.settimeout(min(left_s, SLICE_S))
            try:
                data, peer = listening.recvfrom(vts_beacon.LONGEST + 1)
                beacon = vts_beacon.decode(data)
            except (OSError, DecodeError):
                continue
            if len(found) < MOST:
                found[peer[0], beacon.instance] = row_of_beacon(beacon, peer[0])
    return list(found.values())


def own_addresses() -> list[str]:
    """Return this machine's IPv4 addresses, without loopback."""
    import psutil

    return sorted(
        {
            one.address
            for rows in psutil.net_if_addrs().values()
            for one in rows
            if one.family == socket.AF_INET and not one.address.startswith("127.")
        }
    )
