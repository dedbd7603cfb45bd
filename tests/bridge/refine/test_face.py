import numpy as np
import pytest

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.refine.bones import FOLLOWERS, TIGHT, WIDE
from bridge.refine.face import RefinedFace, refine_face
from bridge.refine.numbers import changes, numbers_of
from bridge.refine.signals import neck_share, take_signals, with_signals
from bridge.takes.take import Take
from engines.motion.body import NECK_SHARE
from engines.motion.signals import COUNT, TURN, signals_of
from engines.refine.refiner import Refiner
from protocols.arrays import Mask
from protocols.channels import INDEX, bone_slice
from tests.engines.refine.networks import Answer, FakeRefinerEngine, calming, hostile

from .takes import SHARE, gaps, take, vectors

HEAD, NECK = bone_slice("head"), bone_slice("neck")


def refined(
    made: Take,
    answer: Answer = calming,
    *,
    locked: Mask | None = None,
    amount: float = 1.0,
) -> RefinedFace:
    locked = np.zeros(len(made.tracked), bool) if locked is None else locked
    refiner = Refiner(FakeRefinerEngine(answer))
    return refine_face(refiner, made, locked, amount, lambda _frames: None)


def test_signals_of_a_take_are_those_of_its_frames() -> None:
    made = vectors(20)

    one_by_one = np.stack([signals_of(vector) for vector in made])

    np.testing.assert_array_equal(take_signals(made), one_by_one)


def test_what_did_not_change_keeps_its_bits() -> None:
    made = vectors(20)
    signals = take_signals(made)

    assert with_signals(made, signals, signals).tobytes() == made.tobytes()


def test_head_and_neck_share_a_change_as_they_share_the_turn() -> None:
    made = vectors(100)
    before = take_signals(made)
    after = before.copy()
    after[40, TURN] += (0.1, -0.2, 0.0)

    out = with_signals(made, before, after)

    assert neck_share(made) == pytest.approx(SHARE, abs=1e-4)
    moved = out - made
    np.testing.assert_allclose(
        moved[40, NECK], SHARE * np.array([0.1, -0.2, 0.0]), atol=1e-5
    )
    np.testing.assert_allclose(take_signals(out), after, atol=1e-6)
    assert not np.delete(moved, 40, axis=0).any()


def test_a_head_at_rest_tells_nothing_of_its_neck() -> None:
    assert neck_share(np.zeros((5, 85), np.float32)) == NECK_SHARE


def test_bones_that_no_signal_carries_are_calmed_within_their_bound() -> None:
    made = take(600, tracked=gaps(600, (300, 312)))
    eye = bone_slice("leftEye")

    out = refined(made).after.vectors

    steps = [
        np.abs(np.diff(v[:290, eye], n=3, axis=0)).mean() for v in (made.vectors, out)
    ]
    assert steps[1] < 0.5 * steps[0]
    moved = np.abs(out - made.vectors)[:, bone_slice("jaw").start]
    assert 0 < moved[:290].max() <= TIGHT and moved.max() <= 0.3 + WIDE
    assert set(FOLLOWERS) | {"head", "neck"} == {
        name[:-2]
        for name in INDEX
        if name.endswith(".x") and not name.startswith("headP")
    }


@pytest.mark.parametrize("amount", [0.4, 1.0])
def test_locks_and_long_gaps_keep_all_85_channels(amount: float) -> None:
    made = take(600, tracked=gaps(600, (300, 400)))
    locked = np.zeros(600, bool)
    locked[100:150] = True

    out = refined(made, locked=locked, amount=amount)

    kept = locked | ~made.tracked
    assert out.refined.verdict.refined
    assert out.after.vectors[kept].tobytes() == made.vectors[kept].tobytes()
    assert (out.after.vectors[~kept] != made.vectors[~kept]).any()
    assert out.after.timecodes == made.timecodes


def test_amount_nothing_and_a_veto_give_back_the_very_take() -> None:
    made = take(300)

    assert refined(made, amount=0.0).after is made
    assert refined(made, hostile("random")).after is made


def test_a_frame_with_one_nan_is_a_gap_in_all_channels() -> None:
    made = take(300)
    made.vectors[150, bone_slice("leftEye").start] = np.nan

    out = refined(made)

    assert np.isfinite(out.after.vectors).all()
    assert ("gap", 150, 150) in [(s.kind, s.first, s.last) for s in out.refined.spans]


def test_weights_stay_within_their_range() -> None:
    out = refined(take(300), hostile("slow")).after.vectors[:, :52]

    assert out.min() >= 0.0 and out.max() <= 1.0


def test_the_numbers_count_what_was_wrong() -> None:
    made = take(900, tracked=gaps(900, (100, 104), (200, 212), (300, 325), (400, 500)))
    made.vectors[600] = made.vectors[599]
    made.vectors[700, INDEX["jawOpen"]] = 0.99

    out = refined(made)
    told = numbers_of(out)

    assert (told.gaps_to_100_ms, told.gaps_to_250_ms, told.gaps_to_500_ms) == (1, 1, 1)
    assert (told.gaps_left, told.repeats, told.pops) == (1, 1, 1)
    assert told.frames_made_up == 4 + 12 + 25 + 1
    assert told.frames == 900 and told.fps == pytest.approx(60.0, abs=1e-3)
    assert told.refined and told.jitter_after < told.jitter_before
    assert 0.0 < told.changed_energy_percent < 20.0
    assert changes(out).shape == (COUNT,) and changes(out).max() > 0
    assert told.blinks_before == told.blinks_after > 0


def test_numbers_of_one_frame() -> None:
    told = numbers_of(refined(take(1)))

    assert (told.frames, told.seconds, told.fps, told.gaps_left) == (1, 0.0, 0.0, 0)
    assert told.changed_energy_percent == 0.0
