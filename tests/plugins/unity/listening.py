"""A harness that listens, and people it listens to."""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType

import zmq

from bridge.clock import monotonic_ns
from protocols import native
from protocols.frame import FaceFrame
from tests.protocols.faces import NOON

PATIENCE_S = 60.0
"""A loaded machine gets this time for what should take a second at most."""


class Listening:
    """A running harness whose lines are read as they come."""

    def __init__(self, harness: Path, *words: str) -> None:
        command = ["mono", str(harness), *words]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self.pid = self._process.pid
        self._lines: Queue[str] = Queue()
        self.heard: list[str] = []
        self._looked = 0
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))

    def until(self, *parts: str, timeout_s: float = PATIENCE_S) -> list[str]:
        """Return the fields of the next line that has all of these parts.

        Lines that `next` has returned count, those before the last found one do not.
        """
        end_ns = monotonic_ns() + round(timeout_s * 1e9)
        while monotonic_ns() < end_ns:
            while self._looked < len(self.heard):
                line = self.heard[self._looked]
                self._looked += 1
                if all(part in line for part in parts):
                    return line.split("\t")
            self.next(0.1)
        raise AssertionError(f"no line with {parts} in {self.heard}")

    def next(self, timeout_s: float) -> str | None:
        """Return the next line, or None after a time."""
        try:
            line = self._lines.get(timeout=timeout_s)
        except Empty:
            return None
        self.heard.append(line)
        return line

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def __enter__(self) -> Listening:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait(PATIENCE_S)
        self._thread.join(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass
class Counted:
    """Messages of one actor, counted as a daemon counts them."""

    frame: FaceFrame
    seq: int = 0
    parts: list[bytes] = field(default_factory=list)

    def next(self) -> tuple[bytes, bytes]:
        """Return topic and map of the next frame."""
        ns = monotonic_ns()
        frame = replace(self.frame, captured_ns=ns, index=self.seq)
        payload = native.encode(frame, NOON, seq=self.seq, sent_ns=ns)
        self.seq += 1
        return native.topic(frame.subject), payload

    def datagram(self) -> bytes:
        """Return the next frame as one datagram."""
        return native.join(*self.next())


class Publisher:
    """libzmq's own XPUB on a port of this machine."""

    def __init__(self, port: int, queued: int = 4) -> None:
        self._context = zmq.Context()
        self.socket = self._context.socket(zmq.XPUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, queued)
        self.socket.bind(f"tcp://127.0.0.1:{port}")

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close(0)
        self._context.term()
