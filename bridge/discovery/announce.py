"""Announces by mDNS what other machines can reach in this facewire.

Announced are kinds and ports, never keys or tokens. What listens on loopback is not
announced, because nobody else could reach it. The remote control has the type that
controllers look for (`_osc._udp`); the app itself is said to announce nothing
reliable, so nobody can promise that a controller finds it.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bridge.address import masked
from bridge.config import Config
from bridge.wires.zmq import Zmq

from .browse import own_addresses
from .service import FACEWIRE, OSC, OURS, Service

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

logger = logging.getLogger(__name__)

LONGEST: Final = 60
"""Bytes of a name; mDNS allows 63."""
LOOPBACK: Final = ("127.", "localhost", "::1", "[::1]")
EVERYWHERE: Final = ("0.0.0.0", "::", "*", "")


def announced(config: Config, host_name: str, monitor_port: int = 0) -> list[Service]:
    """Return what is announced for a run.

    Args:
        config: its settings.
        host_name: of this machine.
        monitor_port: where the monitor page is served; 0 if it is not.
    """
    name = config.announce.name.strip() or f"{OURS} on {host_name}"
    name = name.encode()[:LONGEST].decode("utf-8", "ignore").replace(".", "-")
    found = list(_reachable(config, monitor_port))
    out = []
    for number, (kind, what, host, port) in enumerate(found):
        same = sum(other == kind for other, _, _, _ in found[:number])
        title = f"{name} {same + 1}" if same else name
        told = {"software": OURS, "what": what, "txtvers": "1"}
        out.append(Service(kind, title, host, port, told))
    return out


def _reachable(config: Config, monitor: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield kind, meaning, host and port of what listens outside loopback."""
    remote = config.remote
    if remote.enabled and not remote.host.startswith(LOOPBACK):
        yield OSC, "remote", remote.host, remote.port
    for sink in config.sinks:
        if not isinstance(sink, Zmq):
            continue
        parts = urlsplit(sink.address.replace("*", "0.0.0.0"))
        if parts.hostname and parts.port and not parts.hostname.startswith(LOOPBACK):
            yield FACEWIRE, "stream", parts.hostname, parts.port
    if monitor and not config.monitor.host.startswith(LOOPBACK):
        yield FACEWIRE, "monitor", config.monitor.host, monitor


class Announcer:
    """Announces services until it is closed."""

    def __init__(self, services: list[Service]) -> None:
        """Begin to announce; failures are logged, and nothing else stops for them."""
        self._network: Zeroconf | None = None
        if not services:
            logger.warning(
                "x announce: nothing here listens outside loopback, so nothing is "
                "announced; set remote.host, monitor.host or a ZeroMQ address"
            )
            return
        from zeroconf import Zeroconf

        try:
            self._network = Zeroconf()
            for service in services:
                # Another facewire may have the name; then this one gets a number.
                self._network.register_service(_info(service), allow_name_change=True)
        # zeroconf has errors of its own besides OSError.
        except Exception as error:
            told = masked(str(error)) or type(error).__name__
            logger.warning("x announce: mDNS cannot be used (%s)", told)
            self.close()
            return
        listed = ", ".join(f"{each.kind} {each.port}" for each in services)
        logger.info("- announced in the network as %r: %s", services[0].name, listed)

    def close(self) -> None:
        """Take the announcement back. Safe to call twice."""
        opened, self._network = self._network, None
        if opened is not None:
            opened.close()


def _info(service: Service) -> ServiceInfo:
    from zeroconf import ServiceInfo

    every = service.address in EVERYWHERE
    addresses = own_addresses() if every else [service.address]
    return ServiceInfo(
        service.kind,
        f"{service.name}.{service.kind}",
        port=service.port,
        properties=dict(service.properties),
        server=f"{OURS}-{socket.gethostname()[:40].replace('.', '-')}.local.",
        parsed_addresses=addresses,
    )
