"""Receivers on free ports, so that a benchmark does not move a running character."""

from __future__ import annotations

import socket
from types import TracebackType

import zmq

from bridge.config import Config, Engines
from bridge.wires.livelink import LiveLink
from bridge.wires.vmc import Vmc
from bridge.wires.zmq import Zmq


class Receivers:
    """One listener for each default sink, on this machine."""

    def __init__(
        self,
        solver: str = "learned",
        engines: Engines | None = None,
        faces: int = 1,
    ) -> None:
        """Start to listen.

        Args:
            solver: the `solve.solver` of `config`.
            engines: the `engines` of `config`; the default settings if None.
            faces: the `track.faces` of `config`.
        """
        self.faces = faces
        self._livelink, livelink = _bound()
        self._vmc, vmc = _bound()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
        self._context = zmq.Context()
        self._subscriber = self._context.socket(zmq.SUB)
        self._subscriber.setsockopt(zmq.LINGER, 0)
        self._subscriber.setsockopt(zmq.SUBSCRIBE, b"")
        self._subscriber.connect(address)
        sinks = [LiveLink(port=livelink), Vmc(port=vmc), Zmq(address=address)]
        self.config = Config.model_validate(
            {
                "solve": {"solver": solver},
                "track": {"faces": faces},
                "engines": engines or Engines(),
                "sinks": sinks,
            }
        )
        """Settings with the default sinks, which send to these receivers."""

    def drain(self) -> None:
        """Discard received packets. Call it about twice a second."""
        for opened in (self._livelink, self._vmc):
            try:
                while True:
                    opened.recv(2048)
            except BlockingIOError:
                pass
        while self._subscriber.poll(0):
            self._subscriber.recv_multipart()

    def __enter__(self) -> Receivers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._livelink.close()
        self._vmc.close()
        self._subscriber.close(0)
        self._context.term()


def _bound() -> tuple[socket.socket, int]:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind(("127.0.0.1", 0))
    opened.setblocking(False)
    return opened, int(opened.getsockname()[1])
