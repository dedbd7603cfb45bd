"""The extension's port and its actors: real sockets, and faces out of order."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from facewire.core import words
from facewire.core.face import Face, Timecode
from facewire.core.native import read_datagram
from facewire.core.presence import Presence
from facewire.core.receiver import MOST, RETRY_NS, Receiver
from facewire.core.subjects import BUFFERED, MAX_SUBJECTS, TIMECODE, Subject, Subjects

from bridge.clock import monotonic_ns
from tests.plugins.unity.listening import PATIENCE_S, Counted
from tests.ports import free_port
from tests.protocols.faces import ramp
from tests.protocols.native_golden import refused, schemas, written

MS = 1_000_000
FRAME_NS = 16 * MS


def face(seq: int, at_ns: int | None = None, **more: object) -> Face:
    """A face of the golden stream, with one number that tells it apart."""
    read = read_datagram(written("frame_live.bin"))
    assert read is not None
    at_ns = seq * FRAME_NS if at_ns is None else at_ns
    found = replace(
        read,
        seq=seq,
        captured_ns=at_ns,
        sent_ns=at_ns,
        display_ns=at_ns,
        vector=(float(seq), *read.vector[1:]),
    )
    return replace(found, **more)  # type: ignore[arg-type]


def shown(subject: Subjects, now_ns: int, delay_ns: int = 0) -> float | None:
    found = subject.show("", now_ns, delay_ns)
    return None if found is None else found.vector[0]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with closing(Receiver("127.0.0.1", free_port())) as made:
        made.poll(monotonic_ns())
        assert made.is_open, made.problem
        yield made


def send(receiver: Receiver, *datagrams: bytes) -> None:
    """Send, and take what was sent: loopback keeps all of a few datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        for data in datagrams:
            end.sendto(data, (receiver.host, receiver.port))
    wanted = receiver.statistics.messages + len(datagrams)
    end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
    while receiver.statistics.messages < wanted and monotonic_ns() < end_ns:
        receiver.poll(monotonic_ns())
    assert receiver.statistics.messages == wanted


def test_faces_are_taken_and_strangers_counted(receiver: Receiver) -> None:
    faces = Counted(ramp())
    send(receiver, *(faces.datagram() for _ in range(20)))
    send(receiver, *(written(name) for name in refused()), b"", bytes(60_000))
    send(receiver, *(written(name) for name in schemas()))
    count = receiver.statistics
    assert (count.frames, count.refused) == (20, len(refused()) + 2)
    assert "expected" in count.refusal
    counted = f"20 faces, 0 lost, 0 late, {len(refused()) + 2} refused"
    assert words.counted(receiver) == counted


def test_lost_late_and_doubled_faces_are_counted(receiver: Receiver) -> None:
    faces = Counted(ramp())
    sent = [faces.datagram() for _ in range(10)]
    send(receiver, *(sent[at] for at in (0, 1, 1, 4, 2, 5, 9)))
    (subject,) = receiver.subjects.all()
    assert subject.newest is not None and subject.newest.seq == 9
    assert (subject.lost, receiver.subjects.late) == (5, 2)


def test_a_flood_does_not_stop_a_look(receiver: Receiver) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        for _ in range(2 * MOST):
            end.sendto(b"x", (receiver.host, receiver.port))
    receiver.poll(monotonic_ns())
    assert receiver.statistics.messages <= MOST


def test_every_face_is_heard_in_order(receiver: Receiver) -> None:
    faces, heard = Counted(ramp()), list[Face]()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        for _ in range(30):
            end.sendto(faces.datagram(), (receiver.host, receiver.port))
    end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
    while len(heard) < 30 and monotonic_ns() < end_ns:
        receiver.poll(monotonic_ns(), heard.append)
    assert [one.seq for one in heard] == list(range(30))


def test_a_port_that_is_taken_is_a_sentence_and_tried_again() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        made = Receiver("127.0.0.1", other.getsockname()[1])
        made.poll(0)
        assert "in use; close the other receiver" in made.problem
        assert words.state(made, "", None, False) == words.RETRYING
    made.poll(RETRY_NS - 1)
    assert not made.is_open
    made.poll(RETRY_NS)
    assert made.is_open and made.problem == ""
    made.close()
    made.close()


@pytest.mark.parametrize("host", ["", "nowhere.invalid", "1.2.3", "192.0.2.1", "a\0b"])
def test_a_wrong_address_is_a_sentence(host: str) -> None:
    made = Receiver(host, 5561)
    made.poll(0)
    if host:
        assert (
            not made.is_open and "expected an address of this machine" in made.problem
        )
    made.close()


def test_the_newest_face_is_shown() -> None:
    subjects = Subjects()
    for seq in (0, 2, 1):
        subjects.take(face(seq), seq)
    assert shown(subjects, 0) == 2.0


def test_buffered_faces_come_evenly_whatever_the_network_does() -> None:
    subjects = Subjects()
    subjects.play(BUFFERED)
    late_ms = [5, 0, 9, 3, 7, 1]
    for seq, jitter in enumerate(late_ms):
        subjects.take(face(seq), seq * FRAME_NS + jitter * MS)
    # The second frame was quickest, so the clocks differ by nothing.
    halves = [shown(subjects, k * FRAME_NS // 2 + 20 * MS, 20 * MS) for k in range(11)]
    assert halves == pytest.approx([0.5 * k for k in range(11)], abs=0.001)


def test_timecode_plays_senders_with_one_timecode_together() -> None:
    subjects = Subjects()
    subjects.play(TIMECODE)
    for seq in range(4):
        code = Timecode(100 + seq, 0.0, 50, 1)
        subjects.take(face(seq, 7 * seq, timecode=code), seq * 20 * MS)
    assert shown(subjects, 50 * MS, 20 * MS) == pytest.approx(1.5)


def test_a_sender_that_starts_again_is_followed() -> None:
    subject = Subject("face")
    assert subject.take(face(900, 20 * FRAME_NS), 0, BUFFERED)
    assert not subject.take(face(3, 19 * FRAME_NS), 1, BUFFERED)
    assert subject.take(face(0, 21 * FRAME_NS), 2, BUFFERED)
    assert subject.take(face(0, 0), 10**9, BUFFERED)
    assert subject.lost == 0


def test_actors_are_bounded_and_keep_their_names() -> None:
    subjects = Subjects()
    for k in range(MAX_SUBJECTS):
        assert subjects.take(face(0, subject=f"actor {k}"), 0)
    assert not subjects.take(face(0, subject="one more"), 0)
    assert shown(subjects, 0) == 0.0
    assert subjects.show("nobody", 0, 0) is None
    assert subjects.find("actor 7") is not None


def test_the_state_is_told_in_words(receiver: Receiver) -> None:
    now = read_datagram(written("frame_live.bin"))
    assert now is not None
    assert words.state(None, "", None, False) == words.CLOSED
    assert words.state(receiver, "", None, False) == words.WAITING
    receiver.subjects.take(now, 0)
    assert words.state(receiver, "Ann", None, False).endswith("but not Ann: face")
    assert words.state(receiver, "", now, True) == words.RECEIVING
    assert words.state(receiver, "", replace(now, tracked=False), True) == words.HELD
    assert words.state(receiver, "", now, False) == words.SILENT


def test_a_face_fades_out_and_comes_back() -> None:
    presence = Presence()
    shares = [
        presence.step(here, at * 100 * MS, 0.2)
        for at, here in enumerate((True, True, True, False, False, False))
    ]
    assert shares == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0, 0.0])
    assert Presence().step(True, 0, 0.0) == 1.0
