"""What facewire sends, as another program receives it: the truth for the page."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

import zmq

from protocols import native
from protocols.channels import Vector
from protocols.frame import FaceFrame

MOST: Final = 4000
"""Frames that are kept, the newest."""
POLL_MS: Final = 100
END_S: Final = 10.0


class Sent:
    """The newest frames of all faces, by their vectors."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._frames: OrderedDict[bytes, FaceFrame] = OrderedDict()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def like(self, vector: Vector) -> FaceFrame | None:
        """Return the frame with this (85,) vector; None if it has not been received."""
        with self._lock:
            return self._frames.get(vector.tobytes())

    def close(self) -> None:
        """Stop receiving."""
        self._stop.set()
        self._thread.join(END_S)

    def _receive(self) -> None:
        context = zmq.Context()
        with context.socket(zmq.SUB) as socket:
            socket.setsockopt(zmq.SUBSCRIBE, native.FACE_TOPICS)
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.RECONNECT_IVL, 10)
            socket.connect(self._address)
            while not self._stop.is_set():
                if not socket.poll(POLL_MS):
                    continue
                _, payload = socket.recv_multipart()
                frame = native.decode(payload).frame
                with self._lock:
                    self._frames[frame.vector.astype("<f4").tobytes()] = frame
                    if len(self._frames) > MOST:
                        self._frames.popitem(last=False)
        context.term()


@contextlib.contextmanager
def received(address: str) -> Iterator[Sent]:
    """Receive frames until the block ends."""
    sent = Sent(address)
    try:
        yield sent
    finally:
        sent.close()
