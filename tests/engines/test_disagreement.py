import math

import pytest

from engines.disagreement import Disagreement

STEP_S = 0.1


def made(*, counts_first_step: bool = False) -> Disagreement:
    return Disagreement(
        apart=0.6, agree=0.3, patience_s=0.45, counts_first_step=counts_first_step
    )


def frames_until_change(disagreement: Disagreement, distance: float) -> int:
    """Return after how many frames of a distance sides are changed."""
    before = disagreement.active
    for frame in range(1, 100):
        disagreement.consider(distance, STEP_S)
        if disagreement.active is not before:
            return frame
    raise AssertionError("never changed")


@pytest.mark.parametrize(("counts_first_step", "frames"), [(False, 6), (True, 5)])
def test_sides_change_after_the_patience_and_back(
    *, counts_first_step: bool, frames: int
) -> None:
    disagreement = made(counts_first_step=counts_first_step)
    for distance in (0.7, math.inf):
        assert frames_until_change(disagreement, distance) == frames
        assert disagreement.active
        assert frames_until_change(disagreement, 0.2) == frames
        assert not disagreement.active
    assert disagreement.count == 2


def test_one_frame_of_another_kind_begins_the_count_again() -> None:
    disagreement = made()
    for _ in range(20):
        for distance in (0.7, 0.7, 0.7, 0.5):
            disagreement.consider(distance, STEP_S)
    assert not disagreement.active and disagreement.count == 0


def test_between_agreement_and_contradiction_nothing_changes() -> None:
    disagreement = made()
    frames_until_change(disagreement, 1.0)
    for _ in range(50):
        disagreement.consider(0.45, STEP_S)
    assert disagreement.active


def test_no_time_passes_in_a_gap_and_reset_keeps_the_count() -> None:
    disagreement = made()
    for _ in range(50):
        disagreement.consider(1.0, 0.0)
    assert not disagreement.active
    frames_until_change(disagreement, 1.0)
    disagreement.reset()
    assert not disagreement.active and disagreement.count == 1
    assert frames_until_change(disagreement, 1.0) == 6
