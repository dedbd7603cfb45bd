from __future__ import annotations

import numpy as np
import pytest

from models.reenactment.agreement import FEWEST, agree, agreement
from models.reenactment.measures import COLUMN, MOVES, NAMES
from models.reenactment.seal import count_seal
from tests.models.reenactment.made import OURS, measures, reenacted

N = 40
WAVE = 0.1 * np.sin(np.arange(N) / 3.0)
GAP = COLUMN["mouth gap"]


def test_an_avatar_that_moves_half_as_far_agrees_with_half_the_slope() -> None:
    found = agree(
        [measures(N, mouth_gap=WAVE)], [measures(N, mouth_gap=0.5 * WAVE + 1)]
    )
    assert found.mean_r[GAP] == pytest.approx(1.0)
    assert found.mean_slope[GAP] == pytest.approx(0.5)
    assert found.overall == pytest.approx(1.0)


def test_an_avatar_that_does_the_opposite_has_r_of_minus_one() -> None:
    found = agree([measures(N, smirk=WAVE)], [measures(N, smirk=-WAVE)])
    assert found.mean_r[COLUMN["smirk"]] == pytest.approx(-1.0)


def test_a_still_avatar_has_r_of_zero() -> None:
    found = agree([measures(N, wink=WAVE)], [measures(N)])
    assert found.mean_r[COLUMN["wink"]] == 0.0
    assert found.mean_slope[COLUMN["wink"]] == 0.0


def test_only_clips_in_which_the_actor_moves_count() -> None:
    still = 0.5 * MOVES[GAP] * np.sin(np.arange(N))
    actors = [measures(N, mouth_gap=WAVE), measures(N, mouth_gap=still)]
    avatars = [measures(N, mouth_gap=WAVE), measures(N, mouth_gap=-still)]
    found = agree(actors, avatars)
    assert found.r.shape == (2, len(NAMES))
    assert found.clips[GAP] == 1
    assert found.mean_r[GAP] == pytest.approx(1.0)
    assert np.isnan(found.mean_r[COLUMN["chin"]])


def test_too_few_faces_say_nothing() -> None:
    gone = measures(N, mouth_gap=WAVE)
    gone[FEWEST - 1 :] = np.nan
    assert np.isnan(agree([gone], [measures(N, mouth_gap=WAVE)]).r).all()
    assert np.isnan(agree([], []).overall)


def test_pictures_without_a_face_are_left_out() -> None:
    lost = measures(N, mouth_gap=WAVE)
    lost[3] = np.nan
    found = agreement([reenacted(measures(N, mouth_gap=WAVE), lost)], OURS)
    assert found.mean_r[GAP] == pytest.approx(1.0)


def test_lips_leak_and_openings_are_missed() -> None:
    actor = measures(6, mouth_gap=np.array([0.0, 0.01, 0.01, 0.05, 0.2, 0.3]))
    avatar = measures(6, mouth_gap=np.array([0.0, 0.04, np.nan, 0.1, 0.01, 0.2]))
    seal = count_seal([reenacted(actor, avatar)], OURS)
    assert (seal.shut, seal.leaking, seal.open, seal.missed) == (2, 1, 2, 1)
    assert seal.leaks == 0.5
    assert seal.misses == 0.5


def test_no_closed_lips_give_no_share() -> None:
    seal = count_seal([], OURS)
    assert np.isnan(seal.leaks)
    assert np.isnan(seal.misses)
