"""A daemon that is stopped while a thread of it is at work, or before it is whole."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from bridge.capture.source import Pixels
from bridge.config import Config
from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.shape.motion import Motion
from bridge.solve.tracker import Landmarks
from bridge.takes.read import read_contents
from bridge.wires.livelink import LiveLink
from protocols.errors import DecodeError
from tests.bridge.fakes import ListSource, ScriptedTracker, image

NOWHERE = Config(sinks=[LiveLink(port=9)])


class BusyTracker(ScriptedTracker):
    """Has a picture that takes as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.busy, self.let = threading.Event(), threading.Event()

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        self.busy.set()
        assert self.let.wait(30.0)
        if self.closed:
            raise RuntimeError("tracker: used after close")
        return []


@pytest.fixture
def busy() -> Iterator[BusyTracker]:
    tracker = BusyTracker()
    yield tracker
    tracker.let.set()


def pipeline() -> threading.Thread:
    (thread,) = [t for t in threading.enumerate() if t.name == "pipeline"]
    return thread


def test_a_picture_that_is_being_solved_keeps_its_engines(
    busy: BusyTracker, caplog: pytest.LogCaptureFixture
) -> None:
    source = ListSource([image(0)], wait=True)
    daemon = Daemon(NOWHERE, tracker=busy, source=source)
    daemon.start()
    assert busy.busy.wait(10.0)
    thread = pipeline()
    daemon.stop()
    assert source.closed.is_set() and not busy.closed
    assert "an image was still being solved" in caplog.text
    sent = daemon.routes[0].sink.sent
    busy.let.set()
    thread.join(10.0)
    assert not thread.is_alive()
    # What it had in hand is not sent any more, and is no error.
    assert daemon.routes[0].sink.sent == sent == 0
    assert daemon.routes[0].sink.failed == 0
    daemon.stop()
    assert busy.closed and daemon.exit_code == 0


def test_what_fails_because_all_ends_is_no_failure() -> None:
    source = ListSource([image(0)], wait=True)
    busy = threading.Event()

    class Disturbed(ScriptedTracker):
        def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
            busy.set()
            assert source.closed.wait(10.0)
            raise RuntimeError("closed meanwhile")

    daemon = Daemon(NOWHERE, tracker=Disturbed(), source=source)
    daemon.start()
    assert busy.wait(10.0)
    daemon.stop()
    assert daemon.exit_code == 0


def test_what_failed_before_is_one_with_its_exit_code() -> None:
    class Broken(ScriptedTracker):
        def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
            raise DecodeError("before anybody asked for the end")

    daemon = Daemon(NOWHERE, tracker=Broken(), source=ListSource([image(0)], wait=True))
    daemon.start()
    while daemon.wait(10.0):
        pass
    assert daemon.exit_code == 1
    with pytest.raises(DecodeError):
        daemon.stop()


def test_a_take_is_whole_although_a_picture_is_not(
    busy: BusyTracker, tmp_path: Path
) -> None:
    class Second(BusyTracker):
        def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
            return busy.track(pixels) if captured_ns else []

    config = load_config(
        sinks=["livelink=127.0.0.1:9"],
        settings=["record.at_start=true", f"record.folder='{tmp_path}'"],
    )
    source = ListSource([image(0), image(1)], wait=True)
    daemon = Daemon(config, tracker=Second(), source=source)
    steps: list[int] = []
    daemon.start()
    assert busy.busy.wait(10.0)
    daemon.stop(lambda: steps.append(1))
    assert steps and daemon.recorder.failure == ""
    contents = read_contents(tmp_path / "Take_001.mcap")
    assert contents.whole and len(contents.recording.takes[0].index) == 1


def test_what_comes_after_the_parts_closes_them_when_it_fails() -> None:
    closed: list[str] = []

    def shaper(*_: object) -> object:
        raise ZeroDivisionError("no shaper today")

    with zmq.Context() as context, context.socket(zmq.PUB) as probe:
        port = probe.bind_to_random_port("tcp://127.0.0.1")
        probe.unbind(f"tcp://127.0.0.1:{port}")
    config = load_config(sinks=[f"zmq=tcp://127.0.0.1:{port}"])
    source, tracker = ListSource([], wait=True), ScriptedTracker()
    motion = Motion("fake", "", False, shaper, lambda: closed.append("motion"))  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        Daemon(config, tracker=tracker, source=source, motion=motion)
    assert source.closed.is_set() and tracker.closed and closed == ["motion"]
    with zmq.Context() as context, context.socket(zmq.PUB) as again:
        again.bind(f"tcp://127.0.0.1:{port}")


def test_a_part_that_cannot_be_closed_keeps_none_of_the_others_open() -> None:
    class Stubborn(ListSource):
        def close(self) -> None:
            super().close()
            raise OSError("not now")

    source, tracker = Stubborn([], wait=True), ScriptedTracker()
    daemon = Daemon(NOWHERE, tracker=tracker, source=source)
    with pytest.raises(OSError, match="not now"):
        daemon._parts.close()
    assert tracker.closed
