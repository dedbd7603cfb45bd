"""The documented lines that read the ZeroMQ stream, run as they are in the docs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zmq

from bridge.sinks.zmq_pub import ZmqSink
from protocols.timecode import Timecode
from tests.bridge.faces import face

from .test_zmq import free_address

PAGE = Path(__file__).parents[3] / "docs" / "wires.md"

ROUNDS = 30
BETWEEN = 20
"""Frames that are sent while the reader is busy with one."""

NEAR = 5 * BETWEEN
"""A reader of every frame is ROUNDS * BETWEEN behind, six times as many."""


def lines() -> str:
    """The block below the heading, with its own address."""
    _, _, below = PAGE.read_text("utf-8").partition("### ZeroMQ in a dozen lines\n")
    return below.partition("```python\n")[2].partition("```")[0]


class Publisher:
    """Sends frames about every two milliseconds until it is stopped."""

    def __init__(self, address: str) -> None:
        self._sink = ZmqSink("zmq", address, curve=False)
        self._stop = threading.Event()
        self._sent = threading.Condition()
        self.count = 0
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.wait(0.002):
            for subject in ("anna", "ben"):
                self._sink.send(face(self.count, subject), Timecode(0, 0.0, 60))
            with self._sent:
                self.count += 1
                self._sent.notify_all()

    def wait_for(self, frames: int) -> None:
        """Return once so many more have been sent."""
        with self._sent:
            wanted = self.count + frames
            assert self._sent.wait_for(lambda: self.count >= wanted, 60.0)

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()
        self._sink.close()


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    """Where nothing waits for ever."""
    opened: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    opened.setsockopt(zmq.RCVTIMEO, 60_000)
    opened.setsockopt(zmq.LINGER, 0)
    yield opened
    opened.destroy(linger=0)


class Enough(Exception):
    pass


def test_a_slow_reader_gets_the_newest_frame_of_each_face(
    monkeypatch: pytest.MonkeyPatch, context: zmq.Context[zmq.Socket[bytes]]
) -> None:
    address = free_address()
    code = lines()
    assert '"tcp://127.0.0.1:5560"' in code
    behind: dict[str, list[int]] = {"anna": [], "ben": []}

    with Publisher(address) as publisher:

        def slow_print(subject: str, index: int, jaw: float) -> None:
            behind[subject].append(publisher.count - index)
            publisher.wait_for(BETWEEN)
            rounds = min(map(len, behind.values()))
            near = all(told[-1] < NEAR for told in behind.values() if told)
            # A machine that is busy may let one round come late, but not all.
            if rounds >= ROUNDS and near:
                raise Enough
            assert rounds < 10 * ROUNDS, f"never the newest: {behind}"

        monkeypatch.setattr(zmq, "Context", lambda: context)
        names: dict[str, Any] = {"print": slow_print}
        try:
            with pytest.raises(Enough):
                exec(code.replace("tcp://127.0.0.1:5560", address), names)
        finally:
            names["sub"].close(0)
