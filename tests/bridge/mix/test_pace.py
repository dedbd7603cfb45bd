"""A flood is read at a bounded rate; a source of any usual rate is never held up."""

from __future__ import annotations

from bridge.mix.pace import BURST, RATE, Pace


def test_usual_sources_never_wait() -> None:
    for rate in (24, 30, 60, 120, 240):
        pace = Pace()
        assert not any(pace.pause_s(i * 10**9 // rate) for i in range(1_000))


def test_a_burst_passes_and_a_flood_waits() -> None:
    pace = Pace()
    burst = [pace.pause_s(0) for _ in range(int(BURST))]
    assert not any(burst)
    assert pace.pause_s(0) == 1.0 / RATE


def test_a_flood_is_read_at_the_rate() -> None:
    pace, now_ns, reads = Pace(), 0, 0
    while now_ns < 2_000_000_000:
        reads += 1
        now_ns += 10_000 + round(pace.pause_s(now_ns) * 1e9)
    assert reads <= 2 * RATE + BURST + 1


def test_a_clock_that_goes_back_is_no_reason_to_wait_long() -> None:
    pace = Pace()
    pace.pause_s(10**12)
    assert pace.pause_s(0) == 0.0
