import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="the command's module imports clips of training")

from models.expression import own_neutral, steadiness
from models.expression.watched import Watched
from protocols.channels import EXPRESSIONS
from tests.models.expression.readings import SAD, clip, likely


def flickering(seed: int = 0, n: int = 900) -> Watched:
    rng = np.random.default_rng(seed)
    chances = rng.uniform(0.1, 0.9, n).tolist()
    return clip([likely(happiness=one, neutral=0.95 - one) for one in chances])


def test_a_flickering_clip_is_steady_where_it_is_held() -> None:
    found = steadiness.compare([flickering()])
    read, held = found["largest, as read"], found["held"]
    assert read.changes > 500.0
    assert held.changes < read.changes / 20
    assert held.shortest_s >= 0.5


def test_a_step_is_named_after_the_hold() -> None:
    step = clip([likely(neutral=0.95)] * 60 + [likely(anger=0.95)] * 60)
    found = steadiness.compare([step])
    assert found["largest, as read"].delay_ms == 0.0
    # Smoothing takes 0.12 s * ln(1 / (1 - 0.6)), the hold 0.15 s, rounded up to frames.
    assert 150.0 < found["held"].delay_ms < 150.0 + 120.0 + 2 * 34.0
    assert found["held"].changes == pytest.approx(1 / step.minutes)


def test_a_clip_without_an_expression_has_no_delay() -> None:
    found = steadiness.compare([clip([likely(neutral=0.95)] * 60)])
    assert math.isnan(found["held"].delay_ms)
    assert found["held"].changes == 0.0
    assert math.isinf(found["held"].shortest_s)


def test_a_raised_clip_reads_so_at_rest() -> None:
    calm = clip([likely(neutral=0.9)] * 60)
    read = own_neutral.raised(calm, "sadness")
    np.testing.assert_allclose(read.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(read[:, SAD] / read[:, 0], 2.0, rtol=1e-3)
    # What reads so already is not raised.
    sad = clip([likely(sadness=0.8)] * 60)
    np.testing.assert_allclose(own_neutral.raised(sad, "sadness"), sad.read, atol=1e-5)


def test_a_gloomy_person_is_neutral_at_rest_and_keeps_expressions() -> None:
    rows = [likely(neutral=0.9)] * 200 + [likely(happiness=0.97)] * 60
    shown = clip(rows, rest=[True] * 200 + [False] * 60)
    plain = own_neutral.compare([shown])
    assert plain.neutral == (1.0, 1.0, 1.0) and plain.kept == (1.0, 1.0, 1.0)
    found = own_neutral.compare([shown], "sadness")
    assert (found.rest, found.clear) == (200, 60)
    assert found.neutral[0] == 0.0
    assert found.neutral[1] > 0.8 and found.neutral[2] == 1.0
    assert found.kept[2] == 1.0


def test_the_cost_is_that_of_faces_at_rest_that_read_so() -> None:
    gloomy = likely(sadness=0.5, neutral=0.4)
    rows = [gloomy, likely(neutral=0.9), likely(sadness=0.52, neutral=0.4)]
    rows += [likely(sadness=0.95), likely(happiness=0.9)]
    truth = np.array([0, 0, SAD, SAD, EXPRESSIONS.index("happiness")])
    before, after, right, now = own_neutral.cost(np.stack(rows), truth, "sadness")
    assert before == 1.0 and after == 0.5
    assert right == pytest.approx(0.8) and now == pytest.approx(0.8)
    nobody = own_neutral.cost(np.stack(rows), truth, "fear")
    assert math.isnan(nobody[1])
