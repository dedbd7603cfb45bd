"""The plugin's receiver as a process, and publishers for it."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from bridge.sinks.zmq_pub import ZmqSink
from tests.protocols.faces import NOON, face

from .building import Programs

LONGEST_MS: Final = 20_000
"""Time in which something must happen, on a busy machine."""

GAP_S: Final = 0.004
"""Between two frames of a publisher."""


class Listening:
    """A receiver that works only while it is asked to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.pid = process.pid

    def ask(self, line: str) -> dict[str, Any]:
        """Send one line and return the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the receiver ended"
        found: dict[str, Any] = json.loads(answer)
        return found

    def faces(self, wanted: int, longest_ms: int = LONGEST_MS) -> dict[str, Any]:
        """Receive so many more faces."""
        found = self.ask(f"faces {wanted} {longest_ms}")
        assert len(found["faces"]) >= wanted, found
        return found

    def says(self, words: str, longest_ms: int = LONGEST_MS) -> dict[str, Any]:
        """Receive until the status has these words; the first has no blank."""
        found = self.ask(f"says {words.partition(' ')[0]} {longest_ms}")
        assert words in found["status"], found
        return found


@contextmanager
def listening(programs: Programs, address: str) -> Iterator[Listening]:
    """Run a receiver of an address, and end it."""
    process = subprocess.Popen(
        [programs("listen"), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Listening(process)
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(20)
        process.stdin.close()
        process.stdout.close()


@contextmanager
def publishing(
    address: str,
    *,
    subject: str = "face",
    first: int = 0,
    curve: bool = False,
    gap_s: float = GAP_S,
) -> Iterator[Callable[[], int]]:
    """Publish frames with libzmq, one after the other, from a thread of its own.

    Yields a function that tells how many were sent. jawOpen is the share of a hundred
    frames that have been sent.
    """
    sink = ZmqSink("zmq", address, curve=curve)
    stop = threading.Event()
    failed: list[BaseException] = []

    def publish() -> None:
        try:
            for index in count(first):
                if stop.wait(gap_s):
                    return
                frame = face(index, subject=subject, jawOpen=index % 100 / 100)
                sink.send(frame, NOON)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield lambda: sink.sent
    finally:
        stop.set()
        thread.join(20)
        sink.close()
    assert not failed
