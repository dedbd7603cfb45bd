"""Services in the network as values: what they are, where, and what to do with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from protocols.vts_beacon import Beacon

OSC: Final = "_osc._udp.local."
OSCQUERY: Final = "_oscjson._tcp.local."
FACEWIRE: Final = "_facewire._tcp.local."
APPLE: Final = "_apple-mobdev2._tcp.local."
"""What iPhones and iPads announce while they may be synchronised by Wi-Fi."""
TYPES: Final = (OSC, OSCQUERY, FACEWIRE, APPLE)

OURS: Final = "facewire"
VRCHAT: Final = "VRChat-Client-"
LONGEST: Final = 80
"""Characters of a name that are kept."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service that was announced."""

    kind: str
    """One of `TYPES`."""
    name: str
    """Without the kind."""
    address: str
    """IP address."""
    port: int
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `facewire discover`."""

    what: str
    name: str
    where: str
    next: str
    """A command or a sentence."""


def row_of(service: Service) -> Row:
    """Return what a service is and what to do with it."""
    host = f"[{service.address}]" if ":" in service.address else service.address
    where = f"{host}:{service.port}"
    name = service.name[:LONGEST]
    if service.kind == FACEWIRE:
        return _facewire(service, name, host, where)
    if service.kind == APPLE:
        return Row(
            "iPhone or iPad",
            # Its name is a number of its hardware and says nothing.
            "",
            host,
            f"open a face app there; then --source ifacialmocap:{host} or "
            "livelink:0.0.0.0:11112 (docs/connect/phones.md)",
        )
    if service.kind == OSCQUERY:
        if name.startswith(VRCHAT):
            return Row("VRChat", name, host, f"facewire run --sink vrchat={host}")
        return Row(
            "OSCQuery",
            name,
            where,
            f"http://{where}/?HOST_INFO says where it hears OSC",
        )
    if name.startswith(OURS) or service.properties.get("software") == OURS:
        return Row(
            "facewire, remote control",
            name,
            where,
            "give this address to a controller of Live Link Face",
        )
    if name.startswith(VRCHAT):
        return Row("VRChat", name, host, f"facewire run --sink vrchat={host}")
    return Row("OSC", name, where, f"facewire run --sink osc={where}")


def row_of_beacon(beacon: Beacon, address: str) -> Row:
    """Return the line of a VTube Studio.

    Args:
        beacon: what it says.
        address: IP address that it came from.
    """
    where = f"{address}:{beacon.port}"
    if beacon.active:
        told = f"facewire run --sink vts={where}"
    else:
        told = "switch on its API: Settings, VTube Studio Plugins, Start API"
    return Row("VTube Studio", beacon.title or "VTube Studio", where, told)


def _facewire(service: Service, name: str, host: str, where: str) -> Row:
    what = service.properties.get("what", "")
    if what == "stream":
        told = f"facewire run --source 'zmq:tcp://{where}?key=KEY'; it prints its KEY"
        return Row("facewire, stream", name, where, told)
    if what == "monitor":
        told = "open the address that it printed; the token is not announced"
        return Row("facewire, monitor page", name, where, told)
    return Row("facewire", name, where, f"another version, with {what[:20]!r}")
