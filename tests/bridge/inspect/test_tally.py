import numpy as np
import pytest

from bridge.inspect.tally import MOST_SUBJECTS, Ledger, Tally
from bridge.wires.heard import Heard

FRAME_NS = 16_666_667


def heard(stamp: float | None, *, exact: bool = False, subject: str = "face") -> Heard:
    return Heard(subject, {}, True, stamp, exact=exact)


def test_rate_and_jitter_of_a_steady_and_an_unsteady_sender() -> None:
    steady, unsteady = Tally(), Tally()
    random = np.random.default_rng(5)
    for i in range(200):
        steady.add(heard(i), i * FRAME_NS)
        unsteady.add(heard(i), i * FRAME_NS + int(random.normal(0, 2e6)))
    assert steady.rate_hz == pytest.approx(60, rel=1e-3)
    assert steady.jitter_ms == pytest.approx(0, abs=1e-3)
    assert unsteady.jitter_ms == pytest.approx(2 * 2**0.5, rel=0.2)
    assert steady.lost == unsteady.lost == 0


def test_a_sequence_tells_every_loss_exactly() -> None:
    tally = Tally()
    for stamp in (0, 1, 2, 5, 6):
        tally.add(heard(stamp, exact=True), stamp)
    assert (tally.frames, tally.lost) == (5, 2)
    assert tally.loss == pytest.approx(2 / 7)


def test_without_a_sequence_loss_is_told_from_the_usual_step() -> None:
    """A 30 fps camera counted in 60ths steps by two: no loss until it steps by six."""
    tally = Tally()
    stamps = [*range(0, 100, 2), 104, 106]
    for stamp in stamps:
        tally.add(heard(stamp), stamp * FRAME_NS)
    assert tally.lost == 2


def test_a_sender_that_starts_anew_loses_nothing() -> None:
    tally = Tally()
    for stamp in (100, 101, 102, 0, 1, 2):
        tally.add(heard(stamp, exact=True), 0)
    assert tally.lost == 0


def test_age_and_silence() -> None:
    tally = Tally()
    assert tally.age_ms is None
    tally.add(Heard("face", {}, True, 0, age_ms=0.5), 1_000_000)
    tally.add(Heard("face", {}, True, 1, age_ms=1.5), 2_000_000)
    assert tally.age_ms == 1.0
    assert tally.silent_ms(12_000_000) == 10.0


def test_subjects_are_kept_apart_and_bounded() -> None:
    ledger = Ledger()
    for i in range(MOST_SUBJECTS + 3):
        ledger.add(heard(0, subject=f"face{i}"), 0)
    assert len(ledger.subjects) == MOST_SUBJECTS
    assert ledger.malformed == 3
    ledger.reject("livelink: version 07, expected 06")
    assert ledger.problem == "livelink: version 07, expected 06"
