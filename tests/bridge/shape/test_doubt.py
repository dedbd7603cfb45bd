"""The doubt of the curves on its way through motion, absence, ranges and mirror."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bridge.config_file import load_config
from bridge.shape.doubt import RISE_S, unseen
from bridge.shape.finish import finishes, mirrored_doubt
from bridge.shape.motion import learned_motion, open_motion
from bridge.shape.profile import CurveRange, Profile, Ranges
from bridge.shape.shaper import Shaper, ShapeStyle
from engines.face.doubt import UNKNOWN
from protocols.channels import ARKIT, INDEX, WEIGHTS_SLICE, Vector
from protocols.frame import FaceFrame
from tests.bridge.faces import FRAME_NS, face, vector
from tests.engines.motion.faces import engine
from tests.engines.motion.graph import mean_of

JAW, LEFT, RIGHT = (
    INDEX[name] for name in ("jawOpen", "mouthSmileLeft", "mouthSmileRight")
)
SHARES = arrays(np.float32, 52, elements=st.floats(0, 1, width=32))


def doubts(most: float = 0.2) -> Vector:
    """A different doubt for every curve, rising up to `most`."""
    return np.linspace(0.01, most, len(ARKIT), dtype=np.float32)


def doubting(index: int = 0, jaw: float = 0.0) -> FaceFrame:
    return replace(face(index, jawOpen=jaw), doubt=doubts())


def shapers(*settings: str, profile: Profile | None = None) -> list[Shaper]:
    """The same face moved by the network, by the filter, and by nothing."""
    network = learned_motion(
        load_config(settings=["shape.motion=lstm", *settings]), engine(mean_of()), ""
    )
    plain = [
        open_motion(load_config(settings=[f"shape.motion={name}", *settings]))
        for name in ("one_euro", "off")
    ]
    return [m.shaper("face", profile or Profile()) for m in (network, *plain)]


def known(frame: FaceFrame) -> Vector:
    assert frame.doubt is not None
    return frame.doubt


def test_motion_and_prediction_keep_the_doubt_as_it_came() -> None:
    for shaper in shapers("shape.lead_ms=100"):
        for i in range(10):
            out = shaper.keep(doubting(i, i / 10))
            np.testing.assert_array_equal(known(out), doubts())
        ahead = shaper.show(9, 9 * FRAME_NS + 8_000_000)
        np.testing.assert_array_equal(known(ahead), doubts())


def test_faces_of_unknown_doubt_stay_so() -> None:
    for shaper in shapers("shape.mirror=true"):
        assert shaper.miss(0, 0).doubt is None
        assert shaper.keep(face(1)).doubt is None
        assert shaper.miss(2, 2 * FRAME_NS).doubt is None
        # Another program's face after one of ours takes nothing over.
        shaper.keep(doubting(3))
        assert shaper.keep(face(4)).doubt is None


def test_the_doubt_of_a_face_that_is_gone_rises_until_nothing_is_known() -> None:
    for shaper in shapers():
        shaper.keep(doubting(0))
        held = [known(shaper.miss(i, i * FRAME_NS)) for i in range(1, 200)]
        for before, after in itertools.pairwise([doubts(), *held]):
            assert (after >= before).all()
        assert held[0].max() < 0.25
        np.testing.assert_allclose(held[-1], UNKNOWN, atol=1e-4)
        back = shaper.keep(doubting(200))
        np.testing.assert_array_equal(known(back), doubts())


def test_a_frame_that_holds_the_last_pose_is_no_face() -> None:
    for shaper in shapers():
        shaper.keep(doubting(0))
        held = replace(doubting(15), tracked=False)
        since_s = 15 * FRAME_NS / 1e9
        np.testing.assert_allclose(
            known(shaper.keep(held)), unseen(doubts(), since_s), rtol=1e-6
        )


def test_frames_at_a_rate_of_their_own_rise_by_time_and_not_by_number() -> None:
    shaper = Shaper("face", ShapeStyle(smooth=False))
    shaper.take(doubting(0))
    shaper.lose(FRAME_NS)
    for i in range(1, 50):
        at_ns = round(i * 1e9 / 120)
        out = known(shaper.show(i, at_ns))
        np.testing.assert_allclose(out, unseen(doubts(), at_ns / 1e9), rtol=1e-6)


def test_the_rise_reaches_63_percent_after_its_time_constant() -> None:
    part = (unseen(doubts(), RISE_S) - doubts()) / (UNKNOWN - doubts())
    np.testing.assert_allclose(part, 0.632, atol=1e-3)


@given(SHARES, st.floats(-10.0, 1e6))
def test_a_rising_doubt_never_falls_and_stays_a_doubt(
    doubt: Vector, since_s: float
) -> None:
    risen = unseen(doubt, since_s)
    assert risen.dtype == np.float32 and (risen >= doubt).all()
    assert (risen <= np.maximum(doubt, UNKNOWN)).all()


def test_a_gain_scales_the_doubt_and_the_mirror_changes_sides() -> None:
    profile = Profile(
        curves={
            "mouthSmileLeft": CurveRange(gain=2.0),
            "jawOpen": CurveRange(gain=0.5, dead_zone=0.2),
            "cheekPuff": CurveRange(gain=0.0),
            "tongueOut": CurveRange(low=0.3, high=0.4),
        }
    )
    doubt = doubts()
    for shaper in shapers("shape.mirror=true", profile=profile):
        out = known(shaper.keep(doubting()))
        assert out[RIGHT] == pytest.approx(2.0 * doubt[LEFT])
        assert out[LEFT] == pytest.approx(doubt[RIGHT])
        assert out[JAW] == pytest.approx(0.5 * 1.25 * doubt[JAW])
        assert out[INDEX["cheekPuff"]] == 0.0
        assert out[INDEX["tongueOut"]] == pytest.approx(0.1)
        np.testing.assert_array_equal(doubt, doubts())


@given(SHARES)
def test_a_mirror_in_a_mirror_is_the_doubt_itself(doubt: Vector) -> None:
    np.testing.assert_array_equal(mirrored_doubt(mirrored_doubt(doubt)), doubt)


@given(SHARES, SHARES, st.floats(0, 10), st.floats(0, 0.99), st.floats(-1, 1))
def test_ranges_move_no_weight_farther_than_they_scale_its_doubt(
    weights: Vector, moved: Vector, gain: float, dead: float, offset: float
) -> None:
    one = CurveRange(gain=gain, dead_zone=dead, offset=offset)
    ranges = Ranges(Profile(curves=dict.fromkeys(ARKIT, one)))
    apart = np.abs(ranges.weights(weights) - ranges.weights(moved))
    assert (apart <= ranges.doubt(np.abs(weights - moved)) * 1.001 + 1e-4).all()


@pytest.mark.parametrize(("style", "size"), [("calm", 0.85), ("toon", 1.25)])
def test_a_style_sizes_the_doubt_as_it_sizes_the_weights(
    style: str, size: float
) -> None:
    shaper = shapers(f"shape.style={style}")[0]
    out = known(shaper.keep(doubting()))
    doubt = doubts()
    assert out[JAW] == pytest.approx(size * doubt[JAW])
    for name in ("eyeBlinkLeft", "eyeLookUpRight"):
        assert out[INDEX[name]] == doubt[INDEX[name]]


def test_no_finishes_without_a_mirror_or_a_profile_keep_the_very_doubt() -> None:
    assert finishes(mirror=False) == ()
    doubt = doubts()
    shaper = Shaper("face", ShapeStyle(smooth=False))
    frame = FaceFrame(0, 0, "face", vector(jawOpen=0.5), doubt=doubt)
    out = shaper.keep(frame)
    assert out.doubt is doubt
    assert out.vector[WEIGHTS_SLICE][JAW] == 0.5
