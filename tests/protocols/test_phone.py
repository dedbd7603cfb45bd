import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import ifacialmocap
from protocols.channels import ARKIT, pascal
from protocols.phone import COLUMN, UNDERSCORED, angles, percent, pose, turn
from protocols.rotation import rotation_vector

from .faces import broken, face
from .golden import golden

angle = st.floats(-70.0, 70.0)


def test_every_spelling_leads_to_its_curve() -> None:
    assert len(COLUMN) == 52 * 3 - 16
    for i, name in enumerate(ARKIT):
        assert COLUMN[name] == COLUMN[UNDERSCORED[i]] == COLUMN[pascal(name)] == i
    assert UNDERSCORED[0] == "eyeBlink_L" and UNDERSCORED[13] == "eyeWide_R"


def test_directions_are_not_sides() -> None:
    ways = ["jawLeft", "jawRight", "mouthLeft", "mouthRight"]
    assert [UNDERSCORED[ARKIT.index(name)] for name in ways] == ways


@given(angle, angle, angle)
def test_angles_undo_a_turn(rx: float, ry: float, rz: float) -> None:
    assert angles(turn((rx, ry, rz))) == pytest.approx((rx, ry, rz), abs=1e-6)


@pytest.mark.parametrize(
    ("told", "axis", "sign"),
    [((10.0, 0.0, 0.0), 0, 1), ((0.0, 10.0, 0.0), 1, 1), ((0.0, 0.0, 10.0), 2, 1)],
)
def test_the_frame_of_reference_is_ours(
    told: tuple[float, float, float], axis: int, sign: int
) -> None:
    vector = [0.0, 0.0, 0.0]
    vector[axis] = sign * np.radians(10.0)
    assert rotation_vector(turn(told)) == pytest.approx(vector)


def test_the_eyes_of_real_phones_turn_as_their_weights_say() -> None:
    """Down is positive in rx, and the actor's left in ry."""
    for name in ("ifacialmocap_v1.txt", "facemotion3d.txt"):
        seen = ifacialmocap.decode(golden(f"phones/{name}"))
        weights = dict(zip(ARKIT, seen.weights.tolist(), strict=True))
        assert seen.left_eye is not None and seen.right_eye is not None
        assert weights["eyeLookDownLeft"] > weights["eyeLookUpLeft"]
        assert seen.left_eye[0] > 0.0 and seen.right_eye[0] > 0.0
        # The right eye looks inward, to the actor's left.
        assert weights["eyeLookInRight"] > weights["eyeLookOutRight"]
        assert seen.right_eye[1] > 0.0
        # What the left eye does differs between the two.
        inward = weights["eyeLookInLeft"] - weights["eyeLookOutLeft"]
        assert np.sign(seen.left_eye[1]) == -np.sign(inward)


def test_the_gaze_of_a_real_phones_packet_meets_the_phone() -> None:
    """Head and eyes together look toward the camera, within ten degrees each way."""
    for name in ("ifacialmocap_v1.txt", "facemotion3d.txt"):
        seen = ifacialmocap.decode(golden(f"phones/{name}"))
        assert seen.head and seen.position and seen.left_eye and seen.right_eye
        x, y, z = seen.position
        assert z < 0.0
        pitch = seen.head[0] + (seen.left_eye[0] + seen.right_eye[0]) / 2
        yaw = seen.head[1] + (seen.left_eye[1] + seen.right_eye[1]) / 2
        assert pitch == pytest.approx(np.degrees(np.arctan2(y, -z)), abs=10.0)
        assert yaw == pytest.approx(np.degrees(np.arctan2(-x, -z)), abs=10.0)


def test_the_vts_packet_has_the_spelling_of_the_table() -> None:
    shapes = json.loads(golden("phones/vts_phone.json"))["BlendShapes"]
    assert {COLUMN[each["k"]] for each in shapes} == set(range(52))


def test_a_frame_becomes_degrees_and_percent() -> None:
    turned = face(
        jawOpen=0.256,
        head__x=0.1,
        neck__x=0.1,
        leftEye__y=0.2,
        rightEye__x=-0.1,
        headPosition__z=-0.6,
    )
    told = pose(turned)
    expected = [np.degrees(0.2), 0, 0, 0, 0, -0.6, np.degrees(-0.1), 0, 0]
    assert told == pytest.approx([*expected, 0, np.degrees(0.2), 0], abs=1e-5)
    assert percent(turned)[ARKIT.index("jawOpen")] == 26


def test_nothing_broken_goes_out() -> None:
    assert all(0 <= value <= 100 for value in percent(broken()))
    assert np.isfinite(pose(broken())).all()
