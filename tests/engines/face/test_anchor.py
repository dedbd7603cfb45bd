import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.face.anchor import BASIS, Anchor
from engines.face.anchor_rows import GAZE
from engines.face.anchor_strengths import SHIPPED
from engines.face.expected_error import REGIONS
from engines.face.face_basis import Evidence, FaceBasis
from engines.face.features import AT, TYPICAL
from protocols.arrays import Floats, Numbers
from protocols.channels import INDEX
from tests.engines.face.anchored import COUNT, noisy, prior, solved, unranged
from tests.engines.face.made_views import REST, made_view, some

GAZES = [INDEX[name + side] for name in GAZE for side in ("Left", "Right")]
OTHERS = np.setdiff1d(np.arange(COUNT), GAZES)
UNIT = st.floats(0.0, 1.0)
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=30, deadline=None)


@FEW
@given(SEEDS, UNIT, st.tuples(*[st.floats(-0.5, 0.5)] * 3))
def test_what_the_basis_made_is_given_back_where_nothing_else_is_known(
    seed: int, share: float, seen: tuple[float, float, float]
) -> None:
    # All curves of a whole face at once would count as noise: see `Anchor.misfit`.
    weights = np.random.default_rng(seed).uniform(0.0, 0.5, COUNT)
    # Eyes that look ahead agree, and open ones show their irises.
    weights[GAZES] = 0.0
    view = made_view(BASIS, weights, seen=seen, measures=None)
    view.measures[[AT["lidsLeft"], AT["lidsRight"]]] = TYPICAL[AT["lidsLeft"]]
    found = solved(unranged(), view, prior(0.5, 1e3), share=share)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, weights, atol=5e-3)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_prior_without_error_is_not_changed(share: float) -> None:
    told = np.random.default_rng(1).uniform(0.0, 1.0, COUNT)
    view = made_view(BASIS, some(jawOpen=0.8), noise=noisy(1.0))
    found = solved(unranged(), view, prior(told, 1e-4), share=share)
    np.testing.assert_allclose(found, told, atol=1e-3)


def test_landmarks_and_network_meet_between_their_answers() -> None:
    view = made_view(BASIS, some(jawOpen=0.8))
    errors = (0.02, 0.1, 0.5, 2.5)
    jaws = [
        float(solved(Anchor(), view, prior(0.0, error))[INDEX["jawOpen"]])
        for error in errors
    ]
    assert jaws[0] > 0.0 and (np.diff(jaws) > 0.0).all() and jaws[-1] < 0.8
    assert jaws[-1] == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("size", [0.0, 0.3, 1.0])
def test_a_range_widens_what_is_found_but_for_0_and_1(size: float) -> None:
    view = made_view(BASIS, some(mouthLeft=size, jawOpen=0.5))
    wide = Anchor(strengths=replace(SHIPPED, ranges={"mouthLeft": 1.5}))
    told, left = prior(0.0, 10.0), INDEX["mouthLeft"]
    as_found, widened = solved(unranged(), view, told), solved(wide, view, told)
    assert as_found[left] == pytest.approx(size, abs=0.05)
    once = float(as_found[left])
    assert widened[left] == pytest.approx(once * (1.5 - 0.5 * once))
    np.testing.assert_array_equal(np.delete(widened, left), np.delete(as_found, left))


def test_trust_goes_from_nothing_known_to_the_network() -> None:
    weights = np.linspace(0.0, 1.0, COUNT, dtype=np.float32)
    sigma = np.full(COUNT, 0.05, dtype=np.float32)
    anchor = Anchor()
    believed = anchor.prior(weights, sigma)
    not_believed = anchor.prior(weights, sigma, 0.0)
    np.testing.assert_allclose(believed.weights, weights, rtol=1e-6)
    assert not not_believed.weights.any()
    assert (not_believed.error > believed.error).all()
    half = anchor.prior(weights, sigma, 0.5)
    assert (half.weights[1:] > 0.0).all() and (half.weights[1:] < weights[1:]).all()
    assert (half.error > believed.error).all()
    assert (half.error < not_believed.error).all()
    # A network that is less sure of itself is believed less.
    assert (anchor.prior(weights, 3.0 * sigma).error > believed.error).all()


def made_basis(gram: Numbers, gain: Numbers) -> FaceBasis:
    """Return a basis of known evidence, whose noise explains any misfit."""
    evidence = Evidence(gain, gram)
    return replace(
        BASIS,
        measures=np.zeros_like(BASIS.measures),
        noise=np.full_like(BASIS.noise, 1e9),
        known=evidence,
        unknown=evidence,
    )


def eyes_apart() -> Numbers:
    """Return (52, 52): a quadratic form of how far the eyes' gaze is apart.

    Both eyes turn to the same side if one turns outward as far as the other turns
    inward, so the sum of the outward turns is 0; up and down are equal.
    """
    rows = np.zeros((2, COUNT))
    outward, down = rows
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        outward[INDEX[f"eyeLookOut{side}"]] = GAZE["eyeLookOut"]
        outward[INDEX[f"eyeLookIn{side}"]] = GAZE["eyeLookIn"]
        down[INDEX[f"eyeLookDown{side}"]] = sign * GAZE["eyeLookDown"]
        down[INDEX[f"eyeLookUp{side}"]] = sign * GAZE["eyeLookUp"]
    form: Numbers = rows.T @ rows / SHIPPED.together**2
    return form


def projected_gradient(gram: Numbers, side: Numbers) -> Numbers:
    """Return the least w' gram w / 2 - side' w of 0 to 1, slowly, after Nesterov."""
    step = 1.0 / float(np.linalg.eigvalsh(gram)[-1])
    now = ahead = np.full(len(side), 0.5)
    pace = 1.0
    for _ in range(3000):
        after = np.clip(ahead - step * (gram @ ahead - side), 0.0, 1.0)
        next_pace = 0.5 * (1.0 + math.sqrt(1.0 + 4.0 * pace * pace))
        ahead = after + (pace - 1.0) / next_pace * (after - now)
        now, pace = after, next_pace
    return now


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(20, 120), st.floats(0.05, 0.3), st.floats(1.0, 30.0))
def test_the_answer_is_the_least_within_the_bounds(
    seed: int, rank: int, error: float, force: float
) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((rank, COUNT))
    wanted = force * rng.standard_normal(COUNT)
    # The displacement is its own evidence: one coordinate speaks for each curve.
    gain = np.zeros((COUNT, len(BASIS.noise)))
    gain[:, :COUNT] = np.eye(COUNT)
    basis = made_basis(rows.T @ rows, gain)
    view = made_view(basis, np.zeros(COUNT), noise=gain.T @ wanted)
    told = prior(rng.uniform(0.0, 1.0, COUNT), error)
    anchor = unranged(basis)
    found = solved(anchor, view, told)
    moved = (view.alignment.points - REST)[basis.points].reshape(-1).astype(np.float64)
    sure = 1.0 / np.square(told.error.astype(np.float64))
    gram = basis.known.gram + eyes_apart() + np.diag(sure)
    least = projected_gradient(gram, gain @ moved + sure * told.weights)
    np.testing.assert_allclose(found, least, atol=1e-3)
    # From where the last frame ended, the answer to the same face is the same.
    np.testing.assert_allclose(solved(anchor, view, told), least, atol=1e-3)


@FEW
@given(SEEDS, st.floats(0.0, 1e3), UNIT)
def test_bounds_are_kept_whatever_the_landmarks_say(
    seed: int, size: float, share: float
) -> None:
    anchor = Anchor()
    for k in range(3):
        view = made_view(BASIS, np.zeros(COUNT), noise=noisy(size, seed + k))
        found = solved(anchor, view, prior(0.5, 0.2), share=share)
        assert found.shape == (COUNT,) and found.dtype == np.float32
        assert 0.0 <= float(found.min()) <= float(found.max()) <= 1.0


def test_landmarks_that_no_face_has_leave_the_word_to_the_network() -> None:
    told = prior(some(jawOpen=0.2, mouthPucker=0.6), 0.1)
    away, misfits = [], []
    for size in (0.1, 10.0, 100.0):
        anchor = Anchor()
        view = made_view(BASIS, some(jawOpen=0.8), noise=noisy(size))
        found = solved(anchor, view, told)
        away.append(float(np.abs(found - told.weights).max()))
        misfits.append(anchor.misfit)
    assert misfits[0].shape == (len(REGIONS),)
    assert (np.diff(misfits, axis=0) > 0.0).all()
    # In deviations of the usual noise.
    assert 30.0 < misfits[-1].min() <= misfits[-1].max() < 300.0
    # Clean landmarks move the answer away from the network, noisy ones do not.
    assert away[0] > 0.15
    assert away[2] < 0.02


def test_a_hand_before_the_mouth_does_not_silence_the_brows() -> None:
    hidden = np.zeros((len(BASIS.points), 3))
    mouth = REST[BASIS.points, 1] < -1.0
    hidden[mouth] = np.random.default_rng(4).normal(0.0, 2.0, (mouth.sum(), 3))
    weights = some(browOuterUpLeft=0.8, browOuterUpRight=0.8, jawOpen=0.8)
    clean, covered = Anchor(), Anchor()
    told = prior(0.0, 0.3)
    open_face = solved(clean, made_view(BASIS, weights), told)
    half_face = solved(
        covered, made_view(BASIS, weights, noise=hidden.reshape(-1)), told
    )
    brow, jaw = INDEX["browOuterUpLeft"], INDEX["jawOpen"]
    assert open_face[brow] > 0.5 and open_face[jaw] > 0.5
    assert half_face[brow] > 0.5 * open_face[brow]
    assert half_face[jaw] < 0.25 * open_face[jaw]
    by_region = dict(zip(REGIONS, covered.misfit.tolist(), strict=True))
    assert by_region["mouth"] > 10.0 * by_region["brow"]


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float32, (478, 3), elements=st.floats(-1e6, 1e6, width=32)),
    hnp.arrays(np.float32, len(TYPICAL), elements=st.floats(-1e6, 1e6, width=32)),
    hnp.arrays(np.float32, COUNT, elements=st.floats(0, 1, width=32)),
    UNIT,
)
def test_garbage_gives_finite_weights(
    points: Floats, measures: Floats, told: Floats, share: float
) -> None:
    anchor = Anchor()
    good = made_view(BASIS, some(jawOpen=0.5))
    alignment = replace(good.alignment, points=points)
    bad = replace(good, alignment=alignment, measures=measures)
    for view in (bad, bad, good):
        found = solved(anchor, view, prior(told, 0.1), share=share)
        assert np.isfinite(found).all() and np.isfinite(anchor.misfit).all()
        assert 0.0 <= float(found.min()) <= float(found.max()) <= 1.0


def test_misfit_of_one_frame_counts_in_part() -> None:
    anchor = Anchor()
    told = prior(0.0, 0.1)
    solved(anchor, made_view(BASIS, np.zeros(COUNT)), told)
    calm = anchor.misfit
    steps = []
    for _ in range(30):
        solved(anchor, made_view(BASIS, np.zeros(COUNT), noise=noisy(20.0)), told)
        steps.append(anchor.misfit)
    assert (steps[0] > calm).all() and (steps[0] < 0.9 * steps[-1]).all()
    np.testing.assert_allclose(steps[-1], steps[-2], rtol=0.01)
