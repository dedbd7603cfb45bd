import numpy as np
import pytest

from bridge.feeds.phone_face import given_by, report_of, vector_of
from engines.motion.body import jaw_turn
from protocols import ifacialmocap, vts_phone
from protocols.channels import ARKIT, INDEX, POSITION_SLICE, Vector, bone_slice
from protocols.frame import FaceFrame
from protocols.phone import PhoneFace
from tests.protocols.golden import golden

NECK = 0.35


def solved() -> Vector:
    """A face as facewire solves it: head and neck share the turn, the jaw follows."""
    vector = np.zeros(85, np.float32)
    vector[:52] = np.arange(52) / 100
    turn = np.array((0.1, -0.2, 0.05))
    vector[bone_slice("head")] = (1.0 - NECK) * turn
    vector[bone_slice("neck")] = NECK * turn
    vector[bone_slice("leftEye")] = 0.05, 0.1, 0.0
    vector[bone_slice("rightEye")] = 0.05, 0.02, 0.0
    vector[bone_slice("jaw")] = jaw_turn(vector[:52].tolist())
    vector[POSITION_SLICE] = 0.01, -0.02, -0.6
    return vector


@pytest.mark.parametrize("version", [1, 2])
def test_what_facewire_sends_it_reads_as_the_same_face(
    version: ifacialmocap.Version,
) -> None:
    vector = solved()
    data = ifacialmocap.Encoder(version).encode(FaceFrame(0, 0, "anna", vector))
    report = report_of(ifacialmocap.decode(data), ("phone", "app"), NECK)
    assert report.vector is not None and report.given is not None
    np.testing.assert_allclose(report.vector, vector, atol=1e-5)
    names = {name for name, i in INDEX.items() if not report.given[i]}
    assert {name.partition(".")[0] for name in names} == {
        *("upperChest", "chest", "spine", "leftShoulder", "rightShoulder")
    }


def test_a_real_phones_face() -> None:
    face = vts_phone.decode(golden("phones/vts_phone.json")).face
    vector = vector_of(face, NECK)
    head = vector[bone_slice("head")] + vector[bone_slice("neck")]
    assert np.degrees(head[1]) == pytest.approx(-11.1, abs=0.5)
    assert vector[bone_slice("leftEye")][1] > 0.0
    assert vector[POSITION_SLICE][2] == pytest.approx(-0.4734525)


def face_with(**parts: object) -> PhoneFace:
    weights = np.zeros(52, np.float32)
    given = np.zeros(52, np.bool_)
    given[ARKIT.index("jawOpen")] = True
    return PhoneFace(weights, given, **parts)  # type: ignore[arg-type]


def test_what_was_not_sent_is_not_given() -> None:
    mask = given_by(face_with())
    assert mask.sum() == 1 and mask[INDEX["jawOpen"]]
    mask = given_by(face_with(head=(1.0, 2.0, 3.0), left_eye=(0.0, 0.0, 0.0)))
    given = {name.partition(".")[0] for name, i in INDEX.items() if mask[i]}
    assert given == {"jawOpen", "head", "neck", "leftEye"}


def test_no_face_has_no_vector() -> None:
    assert report_of(face_with(tracked=False), ("a", "b"), NECK).vector is None
    assert report_of(face_with(tracked=None), ("a", "b"), NECK).vector is not None


def test_weights_of_an_app_are_kept_within_0_to_1() -> None:
    face = ifacialmocap.decode(b"jawOpen&150|mouthClose&-20|")
    vector = vector_of(face, NECK)
    assert vector[INDEX["jawOpen"]] == 1.0 and vector[INDEX["mouthClose"]] == 0.0
