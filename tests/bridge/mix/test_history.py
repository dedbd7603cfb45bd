"""Faces between two known faces, and faces that are not finite."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mix.history import (
    GAP_NS,
    KEPT,
    LARGEST,
    NS,
    REACH_NS,
    History,
    Sample,
    face_at,
    given_of,
    sample_of,
)
from protocols.channels import CHANNELS, INDEX, Vector, bone_slice
from protocols.frame import FaceFrame
from tests.bridge.faces import face, vector

JAW = INDEX["jawOpen"]
EVEN = np.full(8, 0.125, dtype=np.float32)


def jaw(sample: Sample) -> float:
    return float(sample.row[JAW])


def filled(*faces: tuple[int, float]) -> tuple[Sample, ...]:
    history, samples = History(), None
    for at_ns, value in faces:
        samples = history.add(face(jawOpen=value), at_ns, None, cut=False)
    assert samples is not None
    return samples


def test_between_two_faces_it_is_linear() -> None:
    samples = filled((0, 0.0), (10_000, 0.5), (20_000, 0.7))
    assert jaw(face_at(samples, 5_000)) == pytest.approx(0.25)
    assert jaw(face_at(samples, 15_000)) == pytest.approx(0.6)
    assert face_at(samples, 10_000) is samples[1]


def test_before_the_oldest_and_after_the_newest_the_nearest_is_held() -> None:
    samples = filled((10, 0.1), (20, 0.2))
    assert face_at(samples, 0) is samples[0]
    assert face_at(samples, 1_000) is samples[1]


def test_nothing_is_interpolated_across_a_gap() -> None:
    samples = filled((0, 0.0), (GAP_NS + 2, 1.0), (GAP_NS + 10, 0.5))
    assert jaw(face_at(samples, GAP_NS)) == 0.0
    assert [sample.run for sample in samples] == [0, 1, 1]


def test_another_person_is_a_run_of_its_own() -> None:
    history = History()
    history.add(face(jawOpen=0.0), 0, None, cut=False)
    samples = history.add(face(jawOpen=1.0), 1_000, None, cut=True)
    assert samples is not None
    assert face_at(samples, 999) is samples[0]


def test_instants_always_rise() -> None:
    samples = filled((100, 0.0), (90, 0.5), (100, 1.0))
    assert [sample.at_ns for sample in samples] == [100, 101, 102]


def test_the_history_is_bounded() -> None:
    history, samples = History(), None
    for i in range(10 * KEPT):
        samples = history.add(face(), i * 1_000_000, None, cut=False)
    assert samples is not None and len(samples) == KEPT
    times, rows = history.moves()
    assert len(times) == len(rows) < 1_000
    # A source at 1000 faces a second is compared at 100.
    assert times[-1] - times[-2] == pytest.approx(0.01)


def test_faces_are_kept_as_long_as_they_can_be_shown() -> None:
    history, samples = History(), None
    for i in range(100):
        samples = history.add(face(), i * NS // 30, None, cut=False)
    assert samples is not None
    assert len(samples) == REACH_NS * 30 // NS + 1


def test_the_nearest_doubt_and_confidence_count() -> None:
    low, high = (np.full(52, x, dtype=np.float32) for x in (0.1, 0.3))
    history = History()
    history.add(replace(face(), doubt=low, confidence=0.2), 0, None, cut=False)
    samples = history.add(
        replace(face(), doubt=high, confidence=0.8), 100, None, cut=False
    )
    assert samples is not None
    assert face_at(samples, 40).doubt is samples[0].doubt
    assert face_at(samples, 60).confidence == 0.8


def test_what_a_source_sends_is_one_array_until_it_changes() -> None:
    channels = np.zeros(85, dtype=np.bool_)
    channels[bone_slice("head")] = True
    history = History()
    for i in range(3):
        samples = history.add(face(), i, channels, cut=False)
    samples = history.add(replace(face(), expression=EVEN), 9, channels, cut=False)
    assert samples is not None
    first, second, third, fourth = (sample.given for sample in samples)
    assert first is second is third and first is not None and first.sum() == 3
    assert fourth is not None and fourth.sum() == 3 + 8
    assert given_of(None, expressed=True) is None


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38])
@pytest.mark.parametrize("channel", [0, 51, 52, 84])
def test_a_face_that_is_not_finite_is_refused(value: float, channel: int) -> None:
    broken = vector()
    broken[channel] = value
    assert sample_of(FaceFrame(0, 0, "a", broken), 0, 0) is None
    history = History()
    assert history.add(FaceFrame(0, 0, "a", broken), 0, None, cut=False) is None
    samples = history.add(face(), 1, None, cut=False)
    assert samples is not None and len(samples) == 1


@given(st.lists(st.floats(-(2.0**50), 2.0**50, width=32), min_size=85, max_size=85))
def test_numbers_are_kept_within_what_faces_can_do(values: list[float]) -> None:
    lies: Vector = np.array(values, dtype=np.float32)
    doubt = np.full(52, np.nan, dtype=np.float32)
    frame = FaceFrame(0, 0, "a", lies, EVEN.copy(), 7.0, doubt=doubt)
    sample = sample_of(frame, 0, 0)
    assert sample is not None and sample.doubt is not None
    assert len(sample.row) == len(CHANNELS) + 8
    assert sample.row[:52].min() >= 0.0 and sample.row[:52].max() <= 1.0
    assert np.abs(sample.row[52:]).max() <= LARGEST
    assert sample.confidence == 1.0 and (sample.doubt == 1.0).all()
