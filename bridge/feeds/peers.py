"""The readers of the senders that use one port: one for each host, with a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bridge.binding import Address

from .report import Reader, Report, Talker

MOST_PEERS: Final = 16
"""Maximum number of hosts with a reader. More hosts take the places of those that have
sent a face longest ago."""


class _Peer:
    """A sender's reader, the address that it answers, and its last face."""

    def __init__(self, reader: Reader, address: Address, *, asked: bool) -> None:
        self.reader = reader
        self.address = address
        self.asked = asked
        self.useful_ns = -1


class Peers:
    """Gives each host its own reader. Not thread-safe."""

    def __init__(
        self, make: Callable[[str], Reader], asked: Sequence[Address] = ()
    ) -> None:
        """Start with the senders that must be asked.

        Args:
            make: creates the reader of a host.
            asked: senders that send only when asked; they keep their places.
        """
        self._make = make
        self._peers = {
            address[0]: _Peer(make(address[0]), address, asked=True)
            for address in asked
        }

    def __len__(self) -> int:
        """Return the number of hosts with a reader."""
        return len(self._peers)

    def read(self, data: bytes, address: Address, now_ns: int) -> Sequence[Report]:
        """Return the faces that a packet completes.

        Raises:
            DecodeError: the packet is malformed.
        """
        host = address[0]
        peer = self._peers.get(host)
        if peer is None:
            if len(self._peers) >= MOST_PEERS:
                self._forget_one()
            peer = _Peer(self._make(host), address, asked=False)
            self._peers[host] = peer
        elif not peer.asked:
            peer.address = address
        reports = peer.reader(data, now_ns)
        if reports:
            peer.useful_ns = now_ns
        return reports

    def due(self, now_ns: int) -> list[tuple[bytes, Address]]:
        """Return what is to be sent now, and to whom."""
        return [
            (data, peer.address)
            for peer in self._peers.values()
            if isinstance(peer.reader, Talker)
            for data in peer.reader.due(now_ns)
        ]

    def bye(self) -> list[tuple[bytes, Address]]:
        """Return what is to be sent at the end, and to whom."""
        return [
            (data, peer.address)
            for peer in self._peers.values()
            if isinstance(peer.reader, Talker)
            for data in peer.reader.bye()
        ]

    def _forget_one(self) -> None:
        """Forget the host that sent a face longest ago; those asked for are kept."""
        strangers = [host for host, peer in self._peers.items() if not peer.asked]
        if strangers:
            del self._peers[min(strangers, key=lambda h: self._peers[h].useful_ns)]
