import logging
import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from bridge.sinks.mailbox import MailboxSink
from bridge.sinks.open import Route
from bridge.sinks.sink import FIRST_RETRY_NS, Sink
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.bridge.faces import FRAME_NS, face

TIME = Timecode(0, 0.0, 60)
LIMIT_S = 60.0
AFTER_RETRY = FIRST_RETRY_NS // FRAME_NS + 2
"""Index of a frame that is tried again after one failure at frame 0."""


class Far:
    """The far end: every connect and send waits there until it is answered."""

    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()
        self.answers: queue.Queue[Exception | None] = queue.Queue()
        self.connected = 0
        self.closed = 0

    def ask(self, what: str) -> None:
        self.asked.put(what)
        answer = self.answers.get(timeout=LIMIT_S)
        if answer is not None:
            raise answer

    def connect(self) -> "Connection":
        self.ask("connect")
        self.connected += 1
        return Connection(self)

    def next(self) -> str:
        return self.asked.get(timeout=LIMIT_S)

    def answer(self, *answers: Exception | None) -> None:
        for answer in answers:
            self.answers.put(answer)


class Connection:
    def __init__(self, far: Far) -> None:
        self._far = far

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        self._far.ask(f"{frame.subject} {frame.index}")

    def close(self) -> None:
        self._far.closed += 1


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
def sink(far: Far) -> Iterator[MailboxSink]:
    opened = MailboxSink("vts=127.0.0.1:8001", far.connect, close_limit_s=LIMIT_S)
    yield opened
    far.answer(*[None] * 10)
    opened.close()
    assert not thread_of(opened).is_alive()


def thread_of(sink: MailboxSink) -> threading.Thread:
    return sink._thread


def failed(sink: MailboxSink, count: int) -> Callable[[], bool]:
    return lambda: sink.failed == count


def until(true: Callable[[], bool]) -> None:
    """Wait for what the sink's thread does next."""
    never = threading.Event()
    for _ in range(round(LIMIT_S / 0.002)):
        if true():
            return
        never.wait(0.002)
    raise AssertionError("waited in vain")


def test_the_newest_frame_wins_while_the_sender_is_busy(
    far: Far, sink: MailboxSink
) -> None:
    sink.send(face(0), TIME)
    far.answer(None)
    assert (far.next(), far.next()) == ("connect", "face 0")
    for index in range(1, 1000):
        sink.send(face(index), TIME)
    far.answer(None)
    assert far.next() == "face 999"
    far.answer(None)
    until(lambda: sink.sent == 2)
    assert (sink.failed, sink.dropped, far.connected) == (0, 998, 1)


def test_each_face_has_a_place_of_its_own(far: Far, sink: MailboxSink) -> None:
    sink.send(face(0, "anna"), TIME)
    far.answer(None)
    assert (far.next(), far.next()) == ("connect", "anna 0")
    for index in (1, 2):
        for subject in ("anna", "ben"):
            sink.send(face(index, subject), TIME)
    far.answer(None, None, None)
    assert (far.next(), far.next()) == ("anna 2", "ben 2")
    until(lambda: sink.sent == 3)
    assert sink.dropped == 2


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), KeyError("ours")])
def test_after_a_failure_it_waits_connects_anew_and_tells_both_once(
    far: Far, sink: MailboxSink, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("bridge").propagate = True
    with caplog.at_level(logging.WARNING, "bridge"):
        far.answer(None, error)
        sink.send(face(0), TIME)
        until(failed(sink, 1))
        for index in (1, 2):
            sink.send(face(index), TIME)
            until(failed(sink, index + 1))
        assert far.connected == far.closed == 1
        far.answer(None, None)
        sink.send(face(AFTER_RETRY), TIME)
        until(lambda: sink.sent == 1)
    assert (sink.failed, sink.dropped, far.connected, far.closed) == (3, 0, 2, 1)
    assert [record.getMessage() for record in caplog.records] == [
        f"x vts=127.0.0.1:8001: {error}; trying again",
        "> vts=127.0.0.1:8001: sending again",
    ]


def test_a_handshake_that_fails_is_tried_again(far: Far, sink: MailboxSink) -> None:
    far.answer(ConnectionRefusedError("nobody there"))
    sink.send(face(0), TIME)
    until(failed(sink, 1))
    far.answer(None, None)
    sink.send(face(AFTER_RETRY), TIME)
    until(lambda: sink.sent == 1)
    assert (far.connected, far.closed) == (1, 0)


def test_an_error_without_words_is_told_by_its_name(
    far: Far, sink: MailboxSink, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("bridge").propagate = True
    with caplog.at_level(logging.WARNING, "bridge"):
        far.answer(None, TimeoutError())
        sink.send(face(0), TIME)
        until(failed(sink, 1))
    assert ": TimeoutError; trying again" in caplog.text


def test_an_idle_sink_closes_and_never_connected(far: Far) -> None:
    sink = MailboxSink("x", far.connect, close_limit_s=LIMIT_S)
    sink.close()
    sink.close()
    sink.send(face(0), TIME)
    assert not thread_of(sink).is_alive()
    assert (far.connected, sink.sent, sink.failed, sink.dropped) == (0, 0, 0, 0)


def test_the_connection_is_closed_with_the_sink(far: Far) -> None:
    sink = MailboxSink("x", far.connect, close_limit_s=LIMIT_S)
    far.answer(None, None)
    sink.send(face(0), TIME)
    until(lambda: sink.sent == 1)
    sink.close()
    assert far.closed == 1 and not thread_of(sink).is_alive()


def test_a_sender_that_is_stuck_does_not_keep_close(
    far: Far, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("bridge").propagate = True
    sink = MailboxSink("x", far.connect, close_limit_s=0.05)
    far.answer(None)
    sink.send(face(0), TIME)
    assert (far.next(), far.next()) == ("connect", "face 0")
    sink.send(face(1), TIME)
    with caplog.at_level(logging.WARNING, "bridge"):
        sink.close()
        sink.close()
    assert thread_of(sink).is_alive() and thread_of(sink).daemon
    assert sink.dropped == 1 and far.closed == 0
    (told,) = [record.getMessage() for record in caplog.records]
    assert told == "x x: did not answer within 0.05 s at the end; not closed"
    far.answer(None)
    thread_of(sink).join(LIMIT_S)
    assert far.closed == 1


def test_a_close_that_fails_is_no_failure_of_the_program(far: Far) -> None:
    class Rude(Connection):
        def close(self) -> None:
            super().close()
            raise OSError("already gone")

    sink = MailboxSink("x", lambda: Rude(far), close_limit_s=LIMIT_S)
    far.answer(None)
    sink.send(face(0), TIME)
    until(lambda: sink.sent == 1)
    sink.close()
    assert far.closed == 1 and not thread_of(sink).is_alive()


def test_it_is_a_sink_like_any_other(far: Far, sink: MailboxSink) -> None:
    plain: Sink = sink
    route = Route(plain, ["face"])
    far.answer(None, None)
    route.publish(face(0), TIME)
    route.publish(face(1, "somebody else"), TIME)
    until(lambda: sink.sent == 1)
    assert far.connected == 1


def test_an_interrupt_ends_what_it_waits_for_and_nothing_is_told(
    far: Far, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("bridge").propagate = True
    sink = MailboxSink(
        "x",
        far.connect,
        close_limit_s=LIMIT_S,
        interrupt=lambda: far.answer(ConnectionAbortedError("closed")),
    )
    sink.send(face(0), TIME)
    assert far.next() == "connect"
    with caplog.at_level(logging.WARNING, "bridge"):
        sink.close()
    assert not thread_of(sink).is_alive() and not caplog.records
