from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engines.face.canonical_face import CANONICAL
from engines.face.crop import SOURCE, cut
from models.data.photographs.fer2013 import Faces
from models.expression.live_faces import (
    Forms,
    as_live,
    kept,
    landmarks,
    new_faces,
    shown_in,
)
from protocols.arrays import Floats
from tests.models.faces import made_up


def somewhere(turn: float) -> Floats:
    """(478, 2) landmarks of a face that is turned by so many degrees, as shares."""
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    flat = CANONICAL[:, :2] * (1.0, -1.0)
    flat = flat - flat.mean(axis=0)
    shares: Floats = 0.5 + 0.04 * flat @ np.array([[c, s], [-s, c]])
    return shares.astype(np.float32)


def test_a_face_is_cut_as_the_daemon_cuts_it_and_others_stay_whole() -> None:
    faces = made_up(12)
    points = np.full((12, 478, 2), np.nan, np.float32)
    points[3], points[7] = somewhere(0.0), somewhere(30.0)
    found = as_live(faces, points)
    for i in range(12):
        expected = faces.images[i]
        if i in (3, 7):
            expected = cut(expected, points[i] * SOURCE)
            assert (expected != faces.images[i]).any()
        np.testing.assert_array_equal(found.images[i], expected)
    np.testing.assert_array_equal(found.label, faces.label)
    np.testing.assert_array_equal(found.votes, faces.votes)


def test_a_turned_face_is_level_afterwards() -> None:
    """A picture and the same one turned are cut alike."""
    rng = np.random.default_rng(2)
    smooth = cv2.GaussianBlur(rng.uniform(0, 255, (48, 48)), (0, 0), 4)
    level = np.interp(smooth, (smooth.min(), smooth.max()), (40, 215)).astype(np.uint8)
    turned = cv2.warpAffine(
        level,
        cv2.getRotationMatrix2D((23.5, 23.5), -30.0, 1.0),
        (48, 48),
        borderMode=cv2.BORDER_REPLICATE,
    )
    faces = made_up(2)
    pair = Faces(
        np.stack([level, turned]), faces.label, faces.usage, faces.votes, faces.group
    )
    points = np.stack([somewhere(0.0), somewhere(30.0)])
    one, other = as_live(pair, points).images[:, 12:36, 12:36].astype(float)
    before = np.abs(level[12:36, 12:36].astype(float) - turned[12:36, 12:36]).mean()
    assert np.abs(one - other).mean() < 0.25 * before


def test_landmarks_are_kept(tmp_path: Path) -> None:
    told: list[str] = []
    faces = made_up(6)
    first = landmarks(faces, tmp_path, told.append)
    again = landmarks(faces, tmp_path, told.append)
    np.testing.assert_array_equal(first, again)
    assert first.shape == (6, 478, 2) and told == ["landmarks: measuring 6 faces"]
    # Other faces are measured by themselves.
    kept("landmarks", made_up(5), tmp_path, told.append, lambda: first[:5])
    assert len(told) == 2 and len(list(tmp_path.iterdir())) == 2


def test_faces_are_only_cut_when_they_are_asked_for(tmp_path: Path) -> None:
    faces = made_up(6)
    forms = Forms(faces, tmp_path, lambda sentence: pytest.fail(sentence))
    assert forms.of(live=False) is faces
    forms = Forms(faces, tmp_path, lambda sentence: None)
    assert forms.of(live=True) is forms.of(live=True)


def test_another_crop_of_a_photograph_is_known() -> None:
    rng = np.random.default_rng(5)
    photographs = [
        cv2.GaussianBlur(rng.uniform(0, 255, (48, 48)), (0, 0), 3) for _ in range(8)
    ]
    base = made_up(8)
    images = np.stack(photographs).astype(np.uint8)
    taught = Faces(images, base.label, base.usage, base.votes, base.group)
    # The light, the noise and the edges of another crop differ.
    lit = np.stack(photographs[:4]) * 0.7 + 20.0 + rng.normal(0, 1, (4, 48, 48))
    lit[:, :6] = 0.0
    strange = [
        cv2.GaussianBlur(rng.uniform(0, 255, (48, 48)), (0, 0), 3) for _ in range(3)
    ]
    part = np.concatenate([lit, strange, np.zeros((1, 48, 48))]).clip(0, 255)
    asked = Faces(part.astype(np.uint8), base.label, base.usage, base.votes, base.group)
    assert shown_in(asked, taught).tolist() == [True] * 4 + [False] * 4
    none = taught.part(np.zeros(8, bool))
    assert not shown_in(asked, none).any()
    # The very same picture is known as well, whatever its crop looks like.
    again = replace(asked, group=np.array([9, 9, 9, 9, 9, 9, 3, 9]))
    assert new_faces(again, taught).tolist() == [False] * 4 + [True, True, False, True]
