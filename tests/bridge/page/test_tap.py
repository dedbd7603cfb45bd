"""Where pages listen to the pipeline."""

from bridge.feeds.feed import Solved
from bridge.page.tap import Tap
from protocols.timecode import Timecode
from tests.bridge.faces import face

TIME = Timecode(0, 0.0, 60)
SOLVED = Solved(1, 0, 0, {})


def tap() -> Tap:
    opened = Tap(("ann", "bob"), lambda: 7)
    opened.open = True
    return opened


def test_without_a_page_nothing_is_kept() -> None:
    closed = Tap(("ann",))
    closed.see(SOLVED)
    closed.publish(face(1, "ann"), TIME)
    heard = closed.take(0.0)
    assert (heard.sent, heard.solved, heard.count) == ({}, None, 0)


def test_the_newest_frame_of_each_face_is_taken_once() -> None:
    opened = tap()
    for index in (1, 2, 3):
        opened.publish(face(index, "bob"), TIME)
    first = opened.take(0.0).sent
    assert [(place, one.frame.index, one.seq) for place, one in first.items()] == [
        (1, 3, 3)
    ]
    assert first[1].sent_ns == 7
    assert opened.take(0.0).sent == {}
    opened.publish(face(4, "ann"), TIME)
    assert list(opened.take(0.0).sent) == [0]


def test_solved_faces_are_counted() -> None:
    opened = tap()
    opened.see(SOLVED)
    opened.see(SOLVED)
    heard = opened.take(0.0)
    assert (heard.solved, heard.count) == (SOLVED, 2)


def test_a_frame_or_a_call_wakes_who_waits() -> None:
    opened = tap()
    opened.publish(face(1, "ann"), TIME)
    assert opened.take(60.0).sent
    opened.wake()
    assert not opened.take(60.0).sent


def test_what_was_taken_is_forgotten_when_the_last_page_closes() -> None:
    opened = tap()
    opened.see(SOLVED)
    opened.publish(face(1, "ann"), TIME)
    opened.close()
    heard = opened.take(0.0)
    assert (heard.sent, heard.solved) == ({}, None)
