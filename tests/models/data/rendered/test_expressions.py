import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.data.recorded.takes import Take
from models.data.rendered.expressions import Kind, calm_take, perform, plausible
from models.data.rendered.moves import PAIRS, UNITS, mix
from models.data.rendered.person import CAST
from protocols.arrays import Floats
from protocols.channels import ARKIT, INDEX

LIDS = ("eyeBlink", "eyeSquint")
LOOKS = [INDEX[name] for name in ARKIT if name.startswith("eyeLook")]


def some(kind: Kind, count: int = 400, seed: int = 3) -> Floats:
    rng = np.random.default_rng(seed)
    take = np.clip(rng.normal(0.2, 0.3, (50, 52)), 0, 1).astype(np.float32)
    return np.array([perform(kind, [take], rng) for _ in range(count)])


@pytest.mark.parametrize("kind", Kind)
def test_every_face_is_one_that_a_mesh_can_show(kind: Kind) -> None:
    faces = some(kind)
    assert faces.min() >= 0.0
    assert faces.max() <= 1.0
    close, jaw = faces[:, INDEX["mouthClose"]], faces[:, INDEX["jawOpen"]]
    assert (close <= jaw + 1e-6).all()
    for a, b in (("jawLeft", "jawRight"), ("eyeLookUpLeft", "eyeLookDownLeft")):
        assert (np.minimum(faces[:, INDEX[a]], faces[:, INDEX[b]]) == 0).all()


def test_a_still_face_is_all_zero() -> None:
    assert not some(Kind.NEUTRAL).any()
    assert not some(Kind.TURN).any()


def test_every_curve_moves_somewhere() -> None:
    faces = np.concatenate([some(k) for k in (Kind.MIXTURE, Kind.SPARSE, Kind.SWEEP)])
    assert (faces.max(axis=0) > 0.6).all()


def test_a_sweep_moves_one_unit_or_the_eyes() -> None:
    helpers = {INDEX["jawOpen"], INDEX["mouthClose"]}
    for face in some(Kind.SWEEP, 100):
        # A third of all faces twitch a little besides.
        moved = set(np.flatnonzero(face > 0.2).tolist()) - helpers
        lids = {INDEX[f"{n}{s}"] for n in LIDS for s in ("Left", "Right")}
        assert any(moved <= set(unit) for unit in UNITS) or moved <= set(LOOKS) | lids


def test_units_hold_every_curve_but_the_gaze_once() -> None:
    listed = sorted(at for unit in UNITS for at in unit)
    assert listed == sorted(set(range(52)) - set(LOOKS))
    assert (INDEX["mouthLeft"],) in UNITS
    assert (INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]) in UNITS


def test_a_tongue_comes_out_of_an_open_mouth() -> None:
    face = np.zeros(52, dtype=np.float32)
    face[[INDEX["tongueOut"], INDEX["cheekPuff"], INDEX["mouthClose"]]] = 1.0
    out = plausible(face)
    assert out[INDEX["jawOpen"]] > 0.25
    assert out[INDEX["mouthClose"]] == 0.0
    assert out[INDEX["cheekPuff"]] == 0.0


@given(hnp.arrays(np.float32, 52, elements=st.floats(-2, 3, width=32)))
def test_what_is_plausible_stays_within_0_and_1(face: Floats) -> None:
    out = plausible(face)
    assert out.min() >= 0.0
    assert out.max() <= 1.0


def test_a_takes_rest_is_zero_and_its_gaze_is_centred() -> None:
    rows = np.full((100, 52), 0.2, dtype=np.float32)
    rows[:, INDEX["eyeLookDownLeft"]] = 0.4
    rows[50:60, INDEX["jawOpen"]] = 1.0
    take = Take("t", np.arange(100) / 60.0, rows, np.ones(100, dtype=bool))
    calm = calm_take(take)
    assert not calm[:50].any()
    assert calm[55, INDEX["jawOpen"]] == pytest.approx(1.0)


def test_a_third_of_all_pictures_part_left_from_right() -> None:
    rng = np.random.default_rng(1)
    # A symmetrical performance, so that only the sampler parts the sides.
    take = np.clip(rng.normal(0.2, 0.3, (80, 52)), 0, 1).astype(np.float32)
    left, right = np.array(PAIRS).T
    take[:, right] = take[:, left]
    kinds = [kind for kind, count in CAST.items() for _ in range(40 * count)]
    faces = np.array([perform(kind, [take], rng) for kind in kinds])
    apart = np.abs(faces[:, left] - faces[:, right]).max(axis=1)
    assert (apart > 0.25).mean() > 0.35


def test_a_mixed_face_has_each_muscle_of_another_moment() -> None:
    rng = np.random.default_rng(2)
    # Every curve tells the moment it is of.
    take = np.repeat(np.arange(100, dtype=np.float32)[:, None] / 100, 52, axis=1)
    for _ in range(20):
        face = mix(take, rng)
        assert len(np.unique(face)) > 15
        assert len(np.unique(face[LOOKS])) == 1
        assert face[INDEX["jawOpen"]] == face[INDEX["mouthClose"]]
