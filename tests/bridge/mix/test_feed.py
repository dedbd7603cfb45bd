"""The feed of a mix: who sets the pace, and that no source delays another."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from bridge.clock import monotonic_ns
from bridge.errors import CaptureError
from bridge.feeds.feed import Solved
from bridge.metrics import Stopwatch
from bridge.mix.asked import has_images, joined, parts_of, wait_ms_of
from bridge.mix.feed import MixFeed
from protocols.channels import INDEX
from protocols.timecode import Timecode
from tests.bridge.fakes import PATIENCE_S, until

from .fake_feed import FakeFeed, mix_of, solved

BLINK, JAW = INDEX["eyeBlinkLeft"], INDEX["jawOpen"]


@contextmanager
def opened(*feeds: FakeFeed, **options: object) -> Iterator[MixFeed]:
    mix = mix_of(*feeds, **options)  # type: ignore[arg-type]
    try:
        yield mix
    finally:
        mix.close()
        assert mix.join()


def read(mix: MixFeed) -> Solved:
    found = mix.read(PATIENCE_S)
    assert found is not None
    return found


def read_until(
    mix: MixFeed, put: Callable[[], object], is_it: Callable[[Solved], bool]
) -> Solved:
    """Put faces and read, until a face is as it must be: threads pass them on."""
    end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
    while True:
        put()
        found = mix.read(0.05)
        if found is not None and is_it(found):
            return found
        assert monotonic_ns() < end_ns, "no such face came in time"


def put_into(feed: FakeFeed, index: int) -> None:
    feed.box.put(solved(0.2, index))


def shows(found: Solved, jaw: float, blink: float) -> bool:
    face = found.frames.get(0)
    return (
        face is not None
        and face.vector[JAW] == np.float32(jaw)
        and face.vector[BLINK] == np.float32(blink)
    )


def long_ago() -> int:
    """An instant after which a source counts as silent."""
    return monotonic_ns() - 200_000_000


def test_the_base_sets_the_pace_and_a_layer_shows_its_region() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        assert mix.read(0.0) is None

        def put() -> None:
            layer.box.put(solved(0.8))
            base.box.put(solved(0.2, 7, time=Timecode(5, 0.5, 30)))

        found = read_until(mix, put, lambda found: shows(found, 0.2, 0.8))
        assert found.index == 7 and found.places == (0,)
        assert found.time is not None and found.time.rate_num == 30
        assert found.frames[0].subject == "one"


def test_a_layer_sets_the_pace_while_the_base_is_silent() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        base.box.put(solved(0.2, 40, at_ns=long_ago()))
        first = read(mix)
        layer.box.put(solved(0.8, 3))
        found = read(mix)
        assert found.index == first.index + 1 and found.time is None
        assert found.captured_ns > first.captured_ns
        layer.box.put(solved(0.8, 5))
        assert read(mix).index == found.index + 2
        # The base comes back, and the index goes on.
        base.box.put(solved(0.2, 41, time=Timecode(5, 0.5, 30)))
        back = read_until(mix, lambda: None, lambda found: found.time is not None)
        assert back.index == found.index + 3


def test_a_layer_that_is_stuck_delays_nothing() -> None:
    base, layer = FakeFeed(), FakeFeed()
    layer.stuck.clear()
    with opened(base, layer) as mix:
        for i in range(50):
            base.box.put(solved(0.2, i))
            assert read(mix).index == i
        assert [part.state for part in parts_of(mix)] == ["live", "waiting"]


def test_a_layer_that_floods_is_read_at_a_bounded_rate() -> None:
    class Flood(FakeFeed):
        def read(self, timeout_s: float | None = None) -> Solved | None:
            self.reads += 1
            return solved(0.8, self.reads)

    base, layer = FakeFeed(), Flood()
    with opened(base, layer) as mix:
        began_ns = monotonic_ns()
        mix.read(0.0)
        until(lambda: layer.reads > 50, PATIENCE_S)
        for i in range(50):
            put = functools.partial(put_into, base, i)
            read_until(mix, put, lambda found: shows(found, 0.2, 0.8))
        spent_s = (monotonic_ns() - began_ns) / 1e9
        assert layer.reads <= 250 * spent_s + 10


def test_a_layer_that_fails_or_ends_is_left_out() -> None:
    base, broken, short = FakeFeed(), FakeFeed("broken"), FakeFeed("short")
    broken.error = CaptureError("the device is gone")
    short.close()
    with opened(base, broken, short) as mix:
        mix.read(0.0)
        until(lambda: mix.parts[1].failure is not None, PATIENCE_S)
        base.box.put(solved(0.2))
        assert read(mix).frames[0].vector[BLINK] == np.float32(0.2)
        states = [part.state for part in parts_of(mix)]
        assert states == ["live", "failed", "ended"]


def test_a_layer_that_lies_in_nan_is_refused_and_counted() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        mix.read(0.0)
        lie = np.full(85, np.nan, dtype=np.float32)
        layer.box.put(solved(lie))
        until(lambda: mix.parts[1].refused == 1, PATIENCE_S)
        base.box.put(solved(0.2))
        face = read(mix).frames[0]
        assert np.isfinite(face.vector).all()
        assert face.vector[BLINK] == np.float32(0.2)
        (_, told) = parts_of(mix)
        assert told.refused == 1 and told.state in ("no face", "waiting")


def test_a_face_that_only_the_layer_sees_is_shown() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:

        def put() -> None:
            layer.box.put(solved(0.8))
            base.box.put(solved(None))

        read_until(mix, put, lambda found: shows(found, 0.8, 0.8))


def test_without_any_face_the_place_is_told_as_not_seen() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        base.box.put(solved(None, 3))
        found = read(mix)
        assert found.index == 3 and not found.frames and found.places == (0,)


def test_held_faces_of_a_silent_base_pass_if_no_layer_is_heard() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        base.box.put(solved(None, 3, held=True))
        assert read(mix).held

        def put() -> None:
            layer.box.put(solved(0.8))
            base.box.put(solved(None, 3, held=True))

        read_until(mix, put, lambda found: shows(found, 0.8, 0.8))


def test_faces_of_other_places_pass_unchanged() -> None:
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer) as mix:
        other = solved(None, 9, places=(1,))
        base.box.put(other)
        assert read(mix) is other


def test_an_error_of_the_base_ends_the_run() -> None:
    base, layer = FakeFeed(), FakeFeed()
    base.error = CaptureError("the device is gone")
    with opened(base, layer) as mix, pytest.raises(CaptureError):
        mix.read(PATIENCE_S)


def test_close_ends_a_waiting_read() -> None:
    mix = mix_of(FakeFeed(), FakeFeed())
    done: list[Solved | None] = []
    thread = threading.Thread(target=lambda: done.append(mix.read(None)))
    thread.start()
    mix.close()
    thread.join(PATIENCE_S)
    assert done == [None] and mix.ended and mix.join()
    mix.close()


def test_the_stages_of_a_layer_that_sets_the_pace_are_counted() -> None:
    watch = Stopwatch()
    base, layer = FakeFeed(), FakeFeed()
    with opened(base, layer, watch=watch) as mix:
        layer.box.put(solved(0.8))
        read(mix)
        watch.shape()
        watch.lap()
        watch.lap()
        watch.finish(tracked=True)
        assert watch.frames == 1 and watch.latency_ms()["capture_to_send"]["p50"] > 0


def test_other_feeds_are_no_mix() -> None:
    feed = FakeFeed()
    assert parts_of(feed) == () and joined(feed) and wait_ms_of(feed) == 0.0
    assert not has_images(feed)
    assert not has_images(mix_of(feed))
