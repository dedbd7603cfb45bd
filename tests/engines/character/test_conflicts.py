import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.character.conflicts import (
    close,
    lids,
    settle_brows,
    settle_mouth,
    shared_brows,
)
from engines.character.mapping import Drive, Lids, Mapping
from protocols.channels import ARKIT, INDEX
from tests.engines.character.test_sources import weights

SIDES = ("Left", "Right")
LIDDED = Mapping(
    tuple(
        Drive(f"{name}{side}", (f"{name}{side}",))
        for name in ("eyeBlink", "eyeSquint", "cheekSquint", "eyeLookDown")
        for side in SIDES
    ),
    lids=Lids((0.98, 1.03), (0.3, 0.2), (0.4, 0.35), (0.1, 0.15)),
)


def closure(face: list[float], at: int) -> float:
    side, shares = SIDES[at], LIDDED.lids
    return (
        face[INDEX[f"eyeBlink{side}"]] * shares.blink[at]
        + face[INDEX[f"eyeSquint{side}"]] * shares.squint[at]
        + face[INDEX[f"eyeLookDown{side}"]] * shares.down[at]
        + face[INDEX[f"cheekSquint{side}"]] * shares.cheek[at]
    )


@given(st.lists(st.floats(0.0, 1.0), min_size=52, max_size=52))
def test_no_lid_closes_further_than_shut(face: list[float]) -> None:
    before = list(face)
    close(face, lids(LIDDED))
    for at in (0, 1):
        assert closure(face, at) <= 1.05 + 1e-9
        assert closure(face, at) >= min(closure(before, at), 0.98) - 1e-9
    assert all(0.0 <= value <= old for value, old in zip(face, before, strict=True))


def test_the_squint_yields_before_the_blink() -> None:
    face = weights(eyeBlinkLeft=0.9, eyeSquintLeft=1.0)
    close(face, lids(LIDDED))
    assert face[INDEX["eyeBlinkLeft"]] == 0.9
    assert face[INDEX["eyeSquintLeft"]] == pytest.approx((1.0 - 0.9 * 0.98) / 0.3)


def test_the_blink_yields_to_a_gaze_that_lowers_the_lid() -> None:
    face = weights(eyeBlinkRight=1.0, eyeLookDownRight=1.0)
    close(face, lids(LIDDED))
    assert face[INDEX["eyeBlinkRight"]] == pytest.approx((1.05 - 0.35) / 1.03)
    assert face[INDEX["eyeLookDownRight"]] == 1.0


def test_one_blink_for_both_eyes_counts_with_its_gain() -> None:
    mapping = Mapping((Drive("blink", ("Blink",), gain=1.2),))
    face = weights(eyeBlinkLeft=1.0)
    close(face, lids(mapping))
    assert face[INDEX["eyeBlinkLeft"]] == pytest.approx(1.05 / 1.2)


def test_a_character_that_cannot_blink_has_no_lids() -> None:
    assert lids(Mapping((Drive("eyeSquintLeft", ("a",)),))) == ()


@given(st.lists(st.floats(0.0, 1.0), min_size=52, max_size=52))
def test_lips_never_close_further_than_the_jaw_opens(face: list[float]) -> None:
    settle_mouth(face)
    assert face[INDEX["mouthClose"]] <= face[INDEX["jawOpen"]]
    assert all(0.0 <= value <= 1.0 for value in face)
    for side in SIDES:
        assert (
            min(face[INDEX[f"mouthSmile{side}"]], face[INDEX[f"mouthFrown{side}"]])
            == 0.0
        )


def test_the_smaller_of_smile_and_pucker_yields() -> None:
    face = weights(mouthSmileLeft=0.8, mouthSmileRight=0.8, mouthPucker=0.2)
    settle_mouth(face)
    assert face[INDEX["mouthSmileLeft"]] == 0.8
    assert face[INDEX["mouthPucker"]] == pytest.approx(0.2 * 0.2)
    face = weights(mouthSmileLeft=0.2, mouthFunnel=0.8)
    settle_mouth(face)
    assert face[INDEX["mouthSmileLeft"]] == pytest.approx(0.2 * 0.2)
    assert face[INDEX["mouthFunnel"]] == 0.8


def test_a_smile_that_overtakes_a_pucker_moves_nothing_suddenly() -> None:
    path = []
    for at in range(1001):
        face = weights(mouthSmileLeft=at / 1000, mouthPucker=0.5)
        settle_mouth(face)
        path.append((face[INDEX["mouthSmileLeft"]], face[INDEX["mouthPucker"]]))
    steps = [abs(a[k] - b[k]) for a, b in itertools.pairwise(path) for k in (0, 1)]
    assert max(steps) < 0.005


def test_brows_are_settled_only_where_they_share_a_shape() -> None:
    down, up = Drive("browDownLeft", ("Brow", "B")), Drive("browInnerUp", ("Brow",))
    assert shared_brows(Mapping((down, up)))
    assert not shared_brows(Mapping((down, Drive("browInnerUp", ("Other",)))))
    assert not shared_brows(Mapping((down, Drive("browInnerUp", ("Brow",), gain=-1.0))))
    assert not shared_brows(Mapping((down,)))
    face = weights(browDownLeft=0.7, browDownRight=0.1, browInnerUp=0.4)
    settle_brows(face)
    assert face[INDEX["browInnerUp"]] == 0.0
    assert face[INDEX["browDownLeft"]] == pytest.approx(0.3)
    assert face[INDEX["browDownRight"]] == 0.0


def test_a_face_without_conflicts_stays() -> None:
    face = [0.0] * len(ARKIT)
    for name, value in {
        "jawOpen": 0.5,
        "mouthClose": 0.2,
        "mouthSmileLeft": 0.6,
    }.items():
        face[INDEX[name]] = value
    before = list(face)
    settle_mouth(face)
    assert face == before
