"""The receiver of `facewire inspect fmv3`: it acknowledges, so that frames follow."""

from __future__ import annotations

import contextlib
from typing import Final

from bridge.binding import Address
from bridge.clock import monotonic_ns
from bridge.inspect.receive import UdpReceiver
from protocols.errors import DecodeError
from protocols.fmv3_computer import Computer

from .heard import Parts

SLICE_S: Final = 0.2


class Fmv3Receiver:
    """Implements `Receiver` for a phone that starts by itself."""

    def __init__(self, host: str, port: int, computer: Computer) -> None:
        """Bind the port.

        Args:
            host: an address of this machine.
            port: the UDP port.
            computer: says what is answered.

        Raises:
            SinkError: the port cannot be bound.
        """
        self._port = UdpReceiver(host, port)
        self.where = self._port.where
        self._computer = computer
        self._peer: Address | None = None

    def receive(self, timeout_s: float) -> Parts | None:
        """Return the next datagram, or None after `timeout_s`."""
        came = self._port.receive_from(min(timeout_s, SLICE_S))
        now_s = monotonic_ns() / 1e9
        if came is not None:
            # The reader says what is wrong with a datagram.
            with contextlib.suppress(DecodeError):
                self._computer.hear(*came, now_s)
        self._computer.tick(now_s)
        self._answer()
        return None if came is None else (came[0],)

    def close(self) -> None:
        """Stop the phone and free the port. Safe to call twice."""
        self._computer.stop()
        self._answer()
        self._port.close()

    def _answer(self) -> None:
        for peer, data in self._computer.outbox:
            self._port.answer(data, peer)  # type: ignore[arg-type]  # from receive_from
        self._computer.outbox.clear()
