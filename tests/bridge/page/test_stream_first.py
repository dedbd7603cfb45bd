"""The stream comes first: what breaks on the pages' side, and what ends with it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from bridge.capture.source import Image, Pixels
from bridge.daemon import Daemon
from bridge.feeds.feed import Solved
from bridge.page.monitor import MonitorPage
from bridge.page.pictures import Pictures, Seen
from bridge.page.settings import Monitor
from protocols.frame import FaceFrame
from protocols.page import PICTURE
from tests.bridge.fakes import NOWHERE, ListSource, ScriptedTracker, image, until
from tests.bridge.page.served import (
    LIMIT_S,
    FakeStage,
    NotingDesk,
    binary,
    page,
    served,
    text,
)
from tests.bridge.page.test_hub import stalled

IMAGES = 60


@dataclass
class BrokenStage(FakeStage):
    """A character that cannot be posed, each time for another reason."""

    asked: int = 0

    def posture(self, frame: FaceFrame, place: int) -> bytes | None:
        self.asked += 1
        raise RuntimeError(f"failure {self.asked}")


class StepSource(ListSource):
    """Gives its images one by one, as a test says."""

    def __init__(self, images: list[Image]) -> None:
        super().__init__([], wait=True)
        self._rest = images

    def give(self) -> None:
        self._images.append(self._rest.pop(0))
        self.closed.set()
        self.closed.clear()

    def read(self, timeout_s: float | None = None) -> Image | None:
        # The list is filled by another thread, so wait in short steps.
        return super().read(0.01)


@contextmanager
def watched(stage: FakeStage) -> Iterator[tuple[Daemon, StepSource, Any]]:
    """A running daemon, its source, and an open page of it."""
    source = StepSource([image(number) for number in range(IMAGES)])
    daemon = Daemon(NOWHERE, source=source, tracker=ScriptedTracker())
    with ExitStack() as stack:
        stack.callback(daemon.stop)
        monitor = MonitorPage(daemon, Monitor(port=0), stage=stage)
        stack.callback(monitor.close)
        monitor.start(NotingDesk())
        parts = urlsplit(monitor.address)
        at: Any = SimpleNamespace(
            host=parts.netloc, origin=f"http://{parts.netloc}", port=parts.port
        )
        token = parts.fragment.removeprefix("token=")
        opened = stack.enter_context(page(at, token=token))
        text(opened, "hello")
        daemon.start()
        yield daemon, source, opened


def solved(daemon: Daemon, count: int) -> bool:
    return daemon.watch.frames == count


def test_the_stream_goes_on_when_the_pages_thread_breaks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = BrokenStage()
    with watched(stage) as (daemon, source, _):
        sink = daemon.routes[0].sink
        for number in range(IMAGES):
            source.give()
            until(partial(solved, daemon, number + 1))
        until(lambda: sink.sent + sink.failed >= IMAGES)
        until(lambda: stage.asked >= 2, LIMIT_S)
        assert daemon.running
    broken = [row for row in caplog.records if "a frame was not sent" in row.message]
    assert len(broken) == 1
    assert broken[0].levelno == logging.ERROR and broken[0].exc_info is not None


def seen(number: int, pixels: Pixels | None = None) -> Seen:
    taken = image(number)
    if pixels is not None:
        taken = replace(taken, pixels=pixels)
    return Seen(Solved(number, 0, 0, {}, image=taken), 0.0)


def test_a_picture_that_cannot_be_compressed_is_logged_once_and_the_next_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    shown: list[bytes] = []
    pictures = Pictures(shown.append, 1e6)

    def put(one: Seen, done: Callable[[], bool]) -> None:
        """Offer a picture until it is taken: one that comes too soon is not."""

        def offered() -> bool:
            pictures.put(one)
            return done()

        until(offered)

    try:
        empty = np.zeros((0, 0, 3), dtype=np.uint8)
        put(seen(1, empty), lambda: "a picture was not sent" in caplog.text)
        for number in (2, 3):
            pictures.put(seen(number, empty))
        put(seen(4), lambda: bool(shown))
    finally:
        pictures.close()
    assert shown[0][0] == PICTURE
    assert caplog.text.count("a picture was not sent") == 1


def closed_by(opened: Any) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            opened.recv(LIMIT_S)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code, ended.value.rcvd.reason


def test_the_end_closes_all_pages_also_stalled_ones() -> None:
    with served() as at, ExitStack() as stack:
        lines = [stalled(at, stack) for _ in range(4)]
        until(lambda: len(at.hub.clients) == 4)
        for _ in range(50):
            at.hub.tell({"type": "progress", "text": "x" * 60_000})
        pages = [stack.enter_context(page(at)) for _ in range(3)]
        until(lambda: len(at.hub.clients) == 7)
        at.server.close()
        assert {closed_by(one) for one in pages} == {(1001, "facewire has ended")}
        for line in lines:
            try:
                while line.recv(65_536):
                    pass
            except ConnectionResetError:
                continue
        until(lambda: not at.hub.clients)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_ctrl_c_ends_a_run_with_open_and_stalled_pages() -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "bridge", "run", "--monitor", "--quiet"),
            *("--source", "demo", "--sink", "osc=127.0.0.1:9"),
            *("--set", "monitor.port=0"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with ExitStack() as stack:
        stack.callback(process.kill)
        while "#token=" not in (line := process.stdout.readline()):
            assert line, "it ended too early"
        parts = urlsplit(line.split()[-1])
        at: Any = SimpleNamespace(
            host=parts.netloc, origin=f"http://{parts.netloc}", port=parts.port
        )
        token = parts.fragment.removeprefix("token=")
        for _ in range(2):
            stalled(at, stack, token)
        opened = stack.enter_context(page(at, token=token))
        binary(opened, PICTURE)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
        assert closed_by(opened) == (1001, "facewire has ended")
    assert process.returncode == 0
    assert "Traceback" not in output and "without waiting" not in output
