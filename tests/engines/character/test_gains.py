from __future__ import annotations

import numpy as np
import pytest

from engines.character.gains import OPENS, TRAVEL
from engines.character.landmarks import FACE
from engines.character.mapping import Drive
from engines.character.recognise import field_of, recognise
from engines.character.rims import Gap, centre, components, lid_gap, lip_gap
from engines.character.surface import surface
from protocols.arrays import Floats
from protocols.channels import ARKIT

from .faces import face, rig


def scaled(**factors: float) -> Floats:
    """The 52 morphs, some larger or smaller."""
    out = rig()["morphs"][:, :FACE].astype(np.float32)
    for name, factor in factors.items():
        out[ARKIT.index(name)] *= factor
    return out


def drives(moves: Floats) -> dict[str, Drive]:
    found = recognise(face(moves=moves)).mapping
    return {drive.source: drive for drive in found.drives}


def eyes() -> float:
    skin = surface(face(), 1)
    blinks = [skin.at(f"eyeBlink{side}").astype(float) for side in ("Left", "Right")]
    ends = [centre(skin, blink) for blink in blinks]
    return float(np.linalg.norm(ends[0] - ends[1]))


@pytest.mark.parametrize("curve", TRAVEL)
def test_the_table_of_travels_is_the_reference_faces(curve: str) -> None:
    moved = np.linalg.norm(rig()["morphs"][ARKIT.index(curve), :FACE], axis=1).max()
    assert moved / eyes() == pytest.approx(TRAVEL[curve], abs=0.002)


def test_the_opening_of_the_lips_is_the_reference_faces() -> None:
    jaw = rig()["morphs"][ARKIT.index("jawOpen")]
    assert (jaw[13, 1] - jaw[14, 1]) / eyes() == pytest.approx(OPENS, abs=0.002)


@pytest.mark.parametrize("size", [0.6, 0.8, 1.0, 1.3])
def test_a_full_blink_shuts_the_lids(size: float) -> None:
    moves = scaled(eyeBlinkLeft=size, eyeBlinkRight=size)
    found = drives(moves)
    for side in ("Left", "Right"):
        drive = found[f"eyeBlink{side}"]
        assert closure(moves, side) * min(drive.gain, drive.high) == pytest.approx(
            1.0, abs=0.1
        )


def closure(moves: Floats, side: str) -> float:
    skin = surface(face(moves=moves), 1)
    blink = skin.at(f"eyeBlink{side}").astype(np.float64)
    gap = lid_gap(skin, components(skin), blink, eyes())
    assert gap is not None
    return gap.closed(blink)


@pytest.mark.parametrize("size", [0.5, 1.0, 1.6])
def test_lips_meet_at_jaw_open_and_mouth_close(size: float) -> None:
    moves = scaled(jawOpen=size)
    found = drives(moves)
    skin = surface(face(moves=moves), 1)
    jaw = skin.at("jawOpen").astype(np.float64)
    lips = lip_gap(skin, components(skin), jaw, eyes())
    assert lips is not None
    opened = lips.opened(jaw) * found["jawOpen"].gain
    closed = lips.opened(skin.at("mouthClose").astype(float)) * found["mouthClose"].gain
    assert opened + closed == pytest.approx(0.0, abs=0.02 * eyes())


@pytest.mark.parametrize(("size", "gain"), [(1.05, 1.0), (0.6, 1.66), (1.6, 0.63)])
def test_corners_travel_as_far_as_the_references(size: float, gain: float) -> None:
    found = drives(scaled(mouthSmileLeft=size))
    assert found["mouthSmileLeft"].gain == pytest.approx(gain, abs=0.03)
    assert found["mouthSmileRight"].gain == 1.0


@pytest.mark.parametrize(
    ("curve", "size", "gain"),
    [
        ("mouthSmileLeft", 0.1, 2.0),
        ("mouthSmileLeft", 10.0, 0.5),
        # A brow keeps its shape.
        ("browInnerUp", 0.85, 1.18),
        ("browInnerUp", 0.6, 1.25),
        ("browDownLeft", 0.1, 1.25),
        ("browOuterUpRight", 10.0, 0.5),
    ],
)
def test_no_gain_is_beyond_its_limits(curve: str, size: float, gain: float) -> None:
    found = drives(scaled(**{curve: size}))
    assert found[curve].gain == gain


def test_lids_are_measured_at_a_weight_of_one() -> None:
    lids = recognise(face(moves=scaled(eyeBlinkLeft=0.7))).mapping.lids
    assert lids.blink[0] == pytest.approx(0.7 * lids.blink[1], abs=0.12)
    assert 0.0 < lids.squint[0] < 0.6


def test_a_target_that_is_an_expression_is_measured_by_its_parts() -> None:
    character = face()
    of = field_of(character, surface(character, 1))
    assert np.array_equal(of("jawOpen"), of("jawOpen"))
    assert not of("clip:none").any()


def test_a_gap_opens_and_closes_along_its_way() -> None:
    one, two = np.array([0]), np.array([1])
    gap = Gap(one, two, np.array([0.5]), np.array([[0.0, 1.0, 0.0]]))
    field = np.array([[9.0, -0.25, 0.0], [0.0, 0.0, 0.0]])
    assert gap.opened(field) == -0.25
    assert gap.closed(field) == 0.5
