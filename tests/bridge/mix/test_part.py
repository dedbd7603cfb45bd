"""One source of a mix, without its thread."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.metrics import Stopwatch
from bridge.mix.delay import compare
from bridge.mix.part import Part
from bridge.mix.regions import REGIONS
from bridge.mix.weights import Rank
from protocols.timecode import Timecode
from tests.bridge.faces import vector

from .fake_feed import FakeFeed, solved
from .simulated import Sender, Stage

MS = 1_000_000


def part_of(feed: FakeFeed, **options: object) -> Part:
    rank = Rank(0, REGIONS["all"])
    return Part("part", feed, rank, Stopwatch(), **options)  # type: ignore[arg-type]


def test_what_is_heard_has_all_faces_that_are_kept() -> None:
    part = part_of(FakeFeed())
    part.take(solved(0.1, at_ns=10 * MS))
    heard = part.take(solved(0.2, at_ns=20 * MS))
    assert [sample.at_ns for sample in heard.samples] == [10 * MS, 20 * MS]
    assert heard.seen and heard.faced_ns == 20 * MS


def test_without_a_face_the_last_faces_stay() -> None:
    part = part_of(FakeFeed())
    part.take(solved(0.1, at_ns=10 * MS))
    heard = part.take(solved(None, at_ns=20 * MS))
    assert not heard.seen and len(heard.samples) == 1 and heard.faced_ns == 10 * MS


def test_faces_of_other_places_are_not_mixed() -> None:
    part = part_of(FakeFeed())
    heard = part.take(solved(0.1, at_ns=10 * MS, places=(1,)))
    assert not heard.seen and not heard.samples


def test_another_person_starts_a_new_run() -> None:
    part = part_of(FakeFeed())
    part.take(solved(0.1, at_ns=10 * MS))
    heard = part.take(solved(0.2, at_ns=20 * MS, changed=(0,)))
    assert [sample.run for sample in heard.samples] == [0, 1]


def test_a_face_that_is_not_finite_is_counted_and_not_kept() -> None:
    part = part_of(FakeFeed())
    heard = part.take(solved(np.full(85, np.nan, dtype=np.float32), at_ns=MS))
    assert part.refused == 1 and not heard.seen and not heard.samples


def test_a_file_is_placed_on_the_clock() -> None:
    feed = FakeFeed()
    feed.own_time = True
    part = part_of(feed)
    for i in range(40):
        face = solved(0.1, i, at_ns=10**12 + i * 33 * MS)
        heard = part.take(face)
    assert heard.at_ns == pytest.approx(10**12 + 39 * 33 * MS, abs=MS)


def test_the_rate_is_that_of_the_newest_faces() -> None:
    part = part_of(FakeFeed())
    for i in range(100):
        part.take(solved(0.1, i, at_ns=i * 20 * MS))
    assert part.rate_hz == pytest.approx(50.0)
    for i in range(3):
        part.take(solved(0.1, i, at_ns=10_000 * MS + i * 100 * MS))
    assert part.rate_hz == pytest.approx(10.0)


def test_a_delay_is_set_or_measured_or_unknown() -> None:
    assert part_of(FakeFeed()).delay_ns == 0
    assert part_of(FakeFeed(), delay_ns=5, moves=lambda: ([], [])).delay_ns == 5
    assert part_of(FakeFeed(), moves=lambda: ([], [])).delay_ns is None


def test_the_delay_is_measured_twice_a_second() -> None:
    stage = Stage([Sender(30.0), Sender(30.0, 0.05, noise=0.01, priority=1)])
    for came_s, i, face in stage.arrivals(12.0):
        stage.take(i, face)
        if came_s < 2.0:
            assert stage.parts[1].delay_ns is None
    found = stage.parts[1].delay_ns
    assert found is not None and abs(found - 50 * MS) < 5 * MS
    first, second = (part.history.moves() for part in stage.parts)
    measured = compare(*first, *second)
    assert measured is not None and measured.likeness > 0.9


def test_a_timecode_steadies_the_instants() -> None:
    part = part_of(FakeFeed())
    rng = np.random.default_rng(3)
    instants = []
    for i in range(200):
        late = int(rng.uniform(0, 10) * MS)
        face = solved(
            vector(jawOpen=0.5),
            i,
            at_ns=i * 20 * MS + late,
            time=Timecode(i, 0.0, 50),
        )
        instants.append(part.take(face).at_ns)
    assert np.ptp(np.diff(instants[100:])) < MS
