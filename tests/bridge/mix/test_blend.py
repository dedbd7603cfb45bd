"""The blended face never jumps, whatever its sources do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mix.blend import FASTEST, FORGET_S, MOST, Blender, Mixed
from bridge.mix.history import NS, Sample
from bridge.mix.regions import REGIONS, WIDTH
from bridge.mix.weights import Weights
from protocols.channels import INDEX, Vector

BLINK, JAW = INDEX["eyeBlinkLeft"], INDEX["jawOpen"]


def sample(value: float, run: int = 0, doubt: float | None = None) -> Sample:
    row = np.full(WIDTH, value, dtype=np.float32)
    known = None if doubt is None else np.full(52, doubt, dtype=np.float32)
    return Sample(0, run, row, None, known, 0.5)


def shared(*shares: float) -> Weights:
    return np.array([[share] * WIDTH for share in shares], dtype=np.float32)


def split() -> Weights:
    """The second source has the eyes, the first one the rest."""
    eyes = REGIONS["eyes"]
    weights: Weights = np.stack([1.0 - eyes, eyes]).astype(np.float32)
    return weights


def blended(
    blender: Blender,
    weights: Weights,
    *samples: Sample | None,
    at: float,
) -> Mixed:
    return blender.blend(samples, weights, round(at * NS))


def test_each_number_comes_from_its_source_exactly() -> None:
    mixed = blended(Blender(2), split(), sample(0.1), sample(0.7), at=0.0)
    assert mixed.vector[JAW] == np.float32(0.1)
    assert mixed.vector[BLINK] == np.float32(0.7)


def test_weights_that_change_at_once_are_eased() -> None:
    blender, rate = Blender(2), 30.0
    blended(blender, shared(0.0, 1.0), sample(0.0), sample(1.0), at=0.0)
    alone, values = shared(1.0, 0.0), [1.0]
    for i in range(1, 40):
        mixed = blended(blender, alone, sample(0.0), None, at=i / rate)
        values.append(float(mixed.vector[JAW]))
    steps = -np.diff(values)
    assert steps.min() >= 0.0 and steps.max() <= FASTEST / rate + 1e-6
    assert values[3] > 0.7 and values[-1] == 0.0


def test_a_returning_source_is_followed_from_where_it_was_held() -> None:
    blender, alone = Blender(1), shared(1.0)
    blended(blender, alone, sample(0.0, run=0), at=0.0)
    mixed = blended(blender, alone, sample(1.0, run=1), at=0.2)
    assert mixed.vector[JAW] <= MOST + 1e-6
    # The same run may move as fast as the face does.
    mixed = blended(blender, alone, sample(0.5, run=1), at=0.233)
    assert mixed.vector[JAW] < MOST


def test_a_slow_rate_does_not_make_a_large_step() -> None:
    blender = Blender(2)
    blended(blender, shared(0.0, 1.0), sample(0.0), sample(1.0), at=0.0)
    mixed = blended(blender, shared(1.0, 0.0), sample(0.0), None, at=0.9)
    assert mixed.vector[JAW] == pytest.approx(1.0 - MOST)


def test_after_a_long_pause_the_face_starts_anew() -> None:
    blender = Blender(2)
    blended(blender, shared(0.0, 1.0), sample(0.0), sample(1.0), at=0.0)
    alone = shared(1.0, 0.0)
    mixed = blended(blender, alone, sample(0.0), None, at=FORGET_S + 0.1)
    assert mixed.vector[JAW] == 0.0


def test_doubt_is_known_if_all_that_count_know_theirs() -> None:
    blender, even = Blender(2), shared(0.5, 0.5)
    one, other = sample(0.2, doubt=0.1), sample(0.2, doubt=0.3)
    mixed = blended(blender, even, one, other, at=0.0)
    assert mixed.doubt is not None and mixed.doubt == pytest.approx([0.2] * 52)
    mixed = blended(blender, even, one, sample(0.2), at=0.1)
    assert mixed.doubt is None
    mixed = blended(Blender(2), shared(1.0, 0.0), one, sample(0.2), at=0.0)
    assert mixed.doubt is not None and mixed.doubt == pytest.approx([0.1] * 52)


def test_doubt_is_larger_while_a_change_is_eased_and_where_nobody_knows() -> None:
    blender = Blender(2)
    faces = sample(0.0, doubt=0.1), sample(0.6, doubt=0.1)
    blended(blender, shared(0.0, 1.0), *faces, at=0.0)
    mixed = blended(blender, shared(1.0, 0.0), *faces, at=0.01)
    assert mixed.doubt is not None and mixed.doubt[JAW] > 0.6
    eyes = np.stack([REGIONS["eyes"]])
    mixed = blended(Blender(1), eyes, sample(0.3, doubt=0.1), at=0.0)
    assert mixed.doubt is not None
    assert mixed.doubt[BLINK] == pytest.approx(0.1)
    assert mixed.doubt[JAW] == pytest.approx(0.5)


def test_an_expression_that_nobody_has_is_none() -> None:
    mixed = blended(Blender(1), shared(1.0), sample(0.1), at=0.0)
    assert mixed.expression is not None and len(mixed.expression) == 8
    channels = np.stack([1.0 - REGIONS["expression"]])
    assert blended(Blender(1), channels, sample(0.1), at=0.0).expression is None


def test_confidence_is_that_of_the_sources_that_count() -> None:
    sure = replace(sample(0.0), confidence=1.0)
    mixed = blended(Blender(2), shared(0.25, 0.75), sure, sample(0.0), at=0.0)
    assert mixed.confidence == pytest.approx(0.25 + 0.75 * 0.5)


events = st.lists(
    st.tuples(
        st.floats(0.001, 0.2),
        st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (0.8, 0.2)]),
        st.tuples(st.booleans(), st.booleans()),
        st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    ),
    min_size=2,
    max_size=30,
)


@settings(deadline=None)
@given(events)
def test_no_event_moves_the_face_by_more_than_a_tenth(
    found: list[
        tuple[float, tuple[float, float], tuple[bool, bool], tuple[float, float]]
    ],
) -> None:
    """Values change only with a new run here, so every change is an event."""
    blender, at = Blender(2), 0.0
    runs, held = [0, 0], [0.3, 0.9]
    before: Vector | None = None
    for step, shares, again, values in found:
        at += step
        for i in (0, 1):
            if again[i]:
                runs[i], held[i] = runs[i] + 1, values[i]
        samples = [sample(held[i], runs[i]) for i in (0, 1)]
        vector = blended(blender, shared(*shares), *samples, at=at).vector
        assert np.isfinite(vector).all()
        assert vector[:52].min() >= 0.0 and vector[:52].max() <= 1.0
        if before is not None:
            assert np.abs(vector - before).max() <= MOST + 1e-5
        before = vector
