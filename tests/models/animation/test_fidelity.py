from __future__ import annotations

import numpy as np
import pytest

from engines.face.canonical_face import CANONICAL
from models.animation.fidelity import aligned, distances, fidelity, moved, neutral

REST = neutral(CANONICAL)


def smile(size: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return (1, 478, 3): a face whose points 61 and 291 rise by some centimetres."""
    face = CANONICAL[None].copy()
    face[:, [61, 291], 1] += size
    return face


def test_a_face_at_rest_has_not_moved() -> None:
    assert np.allclose(moved(CANONICAL[None], REST), 0.0)


def test_motion_is_in_eye_distances() -> None:
    found = moved(smile(REST.eyes), REST)
    assert found[0, 61].tolist() == pytest.approx([0.0, 1.0])


def test_a_larger_head_that_does_the_same_is_at_no_distance() -> None:
    large = neutral(2.0 * CANONICAL)
    actor, drawn = moved(smile(0.5), REST), moved(2.0 * smile(0.5), large)
    assert distances(actor, drawn)[0] == pytest.approx(0.0, abs=1e-9)


def test_a_character_at_rest_has_a_share_of_one() -> None:
    actor = moved(smile(0.5), REST)
    found = fidelity(actor, np.zeros_like(actor))
    assert found.share == pytest.approx(1.0)
    assert fidelity(actor, actor).share == pytest.approx(0.0)
    assert fidelity(actor, 0.5 * actor).share == pytest.approx(0.5)


def test_pictures_without_a_face_do_not_count() -> None:
    actor = np.concatenate([moved(smile(0.5), REST)] * 2)
    drawn = actor.copy()
    drawn[1] = np.nan
    assert fidelity(actor, drawn).pictures == 1
    assert np.isnan(fidelity(actor[1:], drawn[1:]).distance)


def test_no_face_is_aligned_to_nothing() -> None:
    assert np.isnan(aligned(None)).all()
