import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.features import AT, TYPICAL
from engines.face.lips import PARTED, TOUCHING, closed_part, seal, seal_again
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

JAW, CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
PARTING = [
    INDEX[name]
    for name in (
        *("mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight"),
        *("mouthUpperUpLeft", "mouthUpperUpRight"),
    )
]
OTHERS = np.setdiff1d(np.arange(len(ARKIT)), [CLOSE, *PARTING])
WEIGHTS = hnp.arrays(np.float32, len(ARKIT), elements=st.floats(0, 1, width=32))


def lips(gap: float, width: float = 5.0) -> Floats:
    """Return (F,) measures of lips apart by a part of the mouth's width."""
    measures = TYPICAL.copy()
    measures[[AT["cornerXLeft"], AT["cornerXRight"]]] = 0.5 * width
    measures[AT["gap"]] = gap * width
    return measures


def weights(**named: float) -> Floats:
    out = np.zeros(len(ARKIT), dtype=np.float32)
    for name, value in named.items():
        out[INDEX[name]] = value
    return out


TALKING = weights(
    jawOpen=0.5, mouthClose=0.1, mouthFunnel=0.4, mouthUpperUpLeft=0.3, eyeWideLeft=0.7
)


@pytest.mark.parametrize("width", [4.0, 5.0, 7.0])
def test_lips_that_touch_are_closed(width: float) -> None:
    shut = seal(TALKING, lips(0.9 * TOUCHING, width))
    assert shut[CLOSE] == shut[JAW] == TALKING[JAW]
    assert not shut[PARTING].any()
    np.testing.assert_array_equal(shut[OTHERS], TALKING[OTHERS])
    assert TALKING[CLOSE] == np.float32(0.1)  # nobody's array is written to


def test_lips_that_are_parted_stay_as_they_are() -> None:
    assert seal(TALKING, lips(1.1 * PARTED)) is TALKING


def test_between_the_two_they_close_by_degrees() -> None:
    gaps = np.linspace(PARTED, TOUCHING, 12)
    closes = [float(seal(TALKING, lips(gap))[CLOSE]) for gap in gaps]
    assert (np.diff(closes) > 0.0).all()
    assert closes[0] == pytest.approx(0.1, abs=1e-3)
    assert closes[-1] == pytest.approx(0.5, abs=1e-3)
    parts = [closed_part(lips(gap)) for gap in gaps]
    assert parts == pytest.approx(np.linspace(0.0, 1.0, 12).tolist(), abs=1e-4)


def test_a_mouth_that_is_closed_by_more_than_its_jaw_is_open_stays_so() -> None:
    pressed = weights(jawOpen=0.1, mouthClose=0.3)
    np.testing.assert_array_equal(seal(pressed, lips(0.0)), pressed)


def test_a_slit_that_smoothing_opened_is_closed_again() -> None:
    seen = seal(TALKING, lips(0.0))
    lagging = seen.copy()
    lagging[CLOSE] -= 0.15
    lagging[PARTING] = 0.1
    sent = seal_again(lagging, seen)
    assert sent[CLOSE] == pytest.approx(seen[JAW])
    assert not sent[PARTING].any()
    np.testing.assert_array_equal(sent[OTHERS], lagging[OTHERS])


def test_open_lips_are_sent_as_smoothed() -> None:
    assert seal_again(TALKING, weights(jawOpen=0.4)) is TALKING


def apart(sent: Floats) -> tuple[float, ...]:
    """Return how far each curve that parts lips does so; less is more closed."""
    return (float(sent[JAW] - sent[CLOSE]), *sent[PARTING].tolist())


@given(WEIGHTS, WEIGHTS)
def test_lips_are_never_opened_and_weights_stay_weights(
    sent: Floats, seen: Floats
) -> None:
    kept = sent.copy()
    for found in (seal_again(sent, seen), seal(sent, lips(float(seen[0]) * 0.06))):
        assert 0.0 <= float(found.min()) <= float(found.max()) <= 1.0
        np.testing.assert_array_equal(found[OTHERS], sent[OTHERS])
        for after, before in zip(apart(found), apart(sent), strict=True):
            assert after <= before + 1e-6
        np.testing.assert_array_equal(sent, kept)


@given(WEIGHTS)
def test_closed_lips_are_closed_once_and_for_all(said: Floats) -> None:
    seen = seal(said, lips(0.0))
    np.testing.assert_allclose(seal(seen, lips(0.0)), seen, atol=1e-6)
    once = seal_again(said, seen)
    np.testing.assert_allclose(once, seen, atol=1e-6)
    np.testing.assert_allclose(seal_again(once, seen), once, atol=1e-6)
