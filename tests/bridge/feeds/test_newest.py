from __future__ import annotations

import pytest

from bridge.feeds.newest import HOSTS, MOST, Newest

from .test_peers import Line

ANNA, BEN = ("10.0.0.1", 5), ("10.0.0.2", 5)


def test_only_the_newest_packet_of_each_sender_is_read() -> None:
    line = Line((b"1", ANNA), (b"2", BEN), (b"3", ANNA), (b"4", ANNA))
    inlet = Newest(line)
    assert [inlet.receive(0.1) for _ in range(3)] == [(b"2", BEN), (b"4", ANNA), None]
    line.waiting = [(b"5", BEN)]
    assert inlet.receive(0.1) == (b"5", BEN)
    inlet.send(b"x", ANNA)
    inlet.close()
    assert line.said == [(b"x", ANNA)] and line.closed == 1


def test_a_flood_is_looked_at_in_pieces_and_hosts_are_bounded() -> None:
    line = Line(*[(b"x", ANNA)] * 1000)
    inlet = Newest(line)
    assert inlet.receive(0.0) == (b"x", ANNA)
    assert len(line.waiting) == 1000 - MOST
    line.waiting = [(b"y", (f"10.1.0.{i}", 5)) for i in range(200)]
    assert inlet.receive(0.0) is not None
    assert len(inlet._kept) == HOSTS - 1


def test_a_fault_of_the_system_is_passed_on() -> None:
    class Faulty(Line):
        def receive(self, wait_s: float) -> tuple[bytes, tuple[str, int]] | None:
            raise ConnectionResetError

    with pytest.raises(OSError):
        Newest(Faulty()).receive(0.0)
