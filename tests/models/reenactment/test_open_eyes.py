import numpy as np
import pytest

from models.reenactment.agreement import agreement
from models.reenactment.measures import COLUMN, MOVES
from models.reenactment.open_eyes import while_open
from tests.models.reenactment.made import OURS, measures, reenacted

GAZE = COLUMN["gaze x"]
N = 40


def test_guesses_of_closed_eyes_do_not_count() -> None:
    look = 3.0 * MOVES[GAZE] * np.sin(np.arange(N))
    blinks = np.arange(N) % 8 == 0
    lids = np.where(blinks, 0.01, 0.3)
    actor = measures(N, gaze_x=look + blinks, eye_open_L=lids, eye_open_R=lids)
    avatar = measures(N, gaze_x=0.5 * look - blinks)
    clips = [reenacted(actor, avatar)]
    found = while_open(clips, OURS)
    assert agreement(clips, OURS).mean_r[GAZE] < 0.0
    assert found.mean_r[GAZE] == pytest.approx(1.0)
    assert found.mean_slope[GAZE] == pytest.approx(0.5)


def test_one_closed_eye_is_enough_to_leave_a_picture_out() -> None:
    look = 3.0 * MOVES[GAZE] * np.sin(np.arange(N))
    left = np.where(np.arange(N) % 2, 0.01, 0.3)
    left[0::10] = left[1::10] = 0.3
    actor = measures(N, gaze_x=look, eye_open_L=left, eye_open_R=0.3)
    gone = left < 0.1
    avatar = measures(N, gaze_x=np.where(gone, 9.0, look))
    assert while_open([reenacted(actor, avatar)], OURS).mean_r[GAZE] > 0.999


def test_a_clip_without_a_face_says_nothing() -> None:
    nothing = np.full((N, len(COLUMN)), np.nan)
    found = while_open([reenacted(nothing, nothing)], OURS)
    assert np.isnan(found.mean_r).all()
