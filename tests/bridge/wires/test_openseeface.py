"""OpenSeeFace's packets out, and in again as a source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.feeds.openseeface import WORST, report_of
from bridge.feeds.report import Setup
from bridge.feeds.table import KINDS
from bridge.wires.openseeface import PICTURE, OpenSeeFace, OpenSeeFaceReader, tracked
from bridge.wires.table import WIRES
from engines.face.shape_of_70 import POINTS, shape_of
from protocols import openseeface
from protocols.channels import INDEX, bone_slice
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.rotation import IDENTITY
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.protocols.golden import golden

SETUP = Setup("10.0.0.7", neck_share=0.35)
HEAD, NECK = bone_slice("head"), bone_slice("neck")


def turned(
    x: float = 0.0, y: float = 0.0, z: float = 0.0, **curves: float
) -> FaceFrame:
    vector = face(0, "anna", **curves).vector.copy()
    vector[HEAD] = np.array([x, y, z]) * 0.65
    vector[NECK] = np.array([x, y, z]) * 0.35
    vector[82:] = (0.1, -0.05, -0.7)
    vector[bone_slice("leftEye")] = (0.1, 0.2, 0.0)
    vector[bone_slice("rightEye")] = (0.1, 0.2, 0.0)
    return FaceFrame(0, 0, "anna", vector)


def sent(frame: FaceFrame) -> openseeface.Tracked:
    (found,) = openseeface.decode(openseeface.encode([tracked(frame, 0, 1.7e9)]))
    return found


def test_the_shape_is_that_of_the_tracker() -> None:
    points = shape_of(np.zeros(52), IDENTITY, IDENTITY)
    assert points.shape == (70, 3) and len(set(POINTS)) == 66
    # +X is the actor's right, +Y up, +Z out of the face; the nose's tip is at 0.
    assert points[30].tolist() == [0.0, 0.0, 0.0]
    assert points[68, 0] - points[69, 0] == pytest.approx(0.516, abs=0.01)
    for right, left in ((0, 16), (17, 26), (36, 45), (48, 52), (58, 62), (31, 35)):
        np.testing.assert_allclose(points[right], points[left] * (-1, 1, 1), atol=1e-3)
        assert points[right, 0] > 0.0
    # As the tracker's, it is tilted; otherwise it has the same proportions.
    real = decoded("openseeface_gaze.bin").points
    for one, other in ((27, 33), (36, 45), (58, 62), (0, 16)):
        ours, theirs = points[one] - points[other], real[one] - real[other]
        assert np.linalg.norm(ours) == pytest.approx(np.linalg.norm(theirs), rel=0.45)
        cosine = ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)
        assert cosine > 0.97
    assert points[8, 1] < points[60, 1] < points[30, 1] < points[36, 1] < points[19, 1]
    assert points[66, 2] > points[68, 2]


def test_an_open_jaw_parts_the_lips_and_lowers_the_chin() -> None:
    rest = shape_of(np.zeros(52), IDENTITY, IDENTITY)
    weights = np.zeros(52)
    weights[INDEX["jawOpen"]] = 1.0
    moved = shape_of(weights, IDENTITY, IDENTITY)
    assert moved[64, 1] < rest[64, 1] - 0.05 and moved[8, 1] < rest[8, 1] - 0.05


def test_the_landmarks_are_where_a_camera_sees_the_face() -> None:
    found = sent(turned())
    nose = found.landmarks[30]
    # 10 cm to the right and 8 cm below the axis, 65 cm away: pixels of a 640 focal.
    expected = (320 + 640 * 0.1 / 0.648, 240 + 640 * 0.082 / 0.648)
    np.testing.assert_allclose(nose, expected, atol=1.0)
    # The actor's right is on the left side of the picture.
    assert found.landmarks[36, 0] < found.landmarks[45, 0]
    assert found.landmarks[8, 1] > found.landmarks[27, 1]


@pytest.mark.parametrize(
    "turn", [(0.3, 0, 0), (0, 0.4, 0), (0, 0, -0.3), (0.1, 0.2, 0.3)]
)
def test_head_place_and_gaze_come_back(turn: tuple[float, float, float]) -> None:
    report = report_of(sent(turned(*turn)), SETUP)
    vector, given = report.vector, report.given
    assert vector is not None and given is not None
    expected = turned(*turn).vector
    np.testing.assert_allclose(vector[NECK] + vector[HEAD], turn, atol=2e-2)
    np.testing.assert_allclose(vector[82:], expected[82:], atol=1e-3)
    for eye in ("leftEye", "rightEye"):
        pitch, yaw, _ = vector[bone_slice(eye)]
        assert (pitch, yaw) == pytest.approx((0.1, 0.2), abs=5e-3)
    assert vector[INDEX["eyeLookOutLeft"]] > 0.2 and given[INDEX["eyeLookInLeft"]]
    assert given[82:].all() and not given[INDEX["tongueOut"]]


def decoded(name: str) -> openseeface.Tracked:
    (found,) = openseeface.decode(golden(name))
    return found


def test_the_tracker_itself_is_read() -> None:
    looking = report_of(decoded("openseeface_gaze.bin"), SETUP)
    turned_left = report_of(decoded("openseeface_turned.bin"), SETUP)
    for report in (looking, turned_left):
        vector = report.vector
        assert vector is not None and report.given is not None
        assert report.given[bone_slice("leftEye")].all() and report.confidence > 0.7
        # The actor is near the middle of the picture, at arm's length.
        assert np.abs(vector[82:84]).max() < 0.1 and -0.6 < vector[84] < -0.3
        # Up and down, and to the side, she hardly tilts her head.
        head = vector[HEAD] + vector[NECK]
        assert abs(head[0]) < 0.2 and abs(head[2]) < 0.1
    assert looking.vector is not None and turned_left.vector is not None
    # Looking to her right: the left eye toward the nose, the right eye away from it.
    for eye in ("leftEye", "rightEye"):
        assert looking.vector[bone_slice(eye)][1] < -0.15
    assert looking.vector[INDEX["eyeLookInLeft"]] > 0.3
    assert turned_left.vector[HEAD][1] + turned_left.vector[NECK][1] > 0.3


def test_features_come_back_as_curves() -> None:
    frame = turned(
        jawOpen=0.5, mouthSmileLeft=0.5, eyeBlinkRight=0.75, browDownLeft=0.5
    )
    report = report_of(sent(frame), SETUP)
    assert report.vector is not None
    for name in ("jawOpen", "mouthSmileLeft", "eyeBlinkRight", "browDownLeft"):
        assert report.vector[INDEX[name]] == pytest.approx(frame.vector[INDEX[name]])
    assert report.vector[bone_slice("jaw")][0] > 0.0


def test_a_face_without_a_pose_counts_as_not_seen() -> None:
    good = sent(turned())
    assert report_of(good, SETUP).vector is not None
    for bad in (
        replace(good, posed=False),
        replace(good, error=WORST + 1.0),
        replace(good, quaternion=(0.0, 0.0, 0.0, 0.0)),
    ):
        assert report_of(bad, SETUP).vector is None


def test_without_pupils_there_is_no_gaze() -> None:
    confidence = np.ones(68, dtype=np.float32)
    confidence[66:] = 0.0
    report = report_of(replace(sent(turned()), confidence=confidence), SETUP)
    assert report.given is not None and not report.given[INDEX["eyeLookUpLeft"]]
    assert not report.given[bone_slice("leftEye")].any()


def test_faces_of_a_host_are_told_apart_and_counted_by_time() -> None:
    reader = KINDS["openseeface"].reader(SETUP)
    faces = [tracked(turned(), number, 1.7e9 + number) for number in range(3)]
    reports = reader(openseeface.encode(faces), 0)
    assert [r.key for r in reports] == [("10.0.0.7", f"face {n}") for n in range(3)]
    assert [r.index for r in reports] == [
        1_700_000_000_000 + 1000 * n for n in range(3)
    ]
    with pytest.raises(DecodeError):
        reader(b"x", 0)


def test_the_sink_sends_what_is_seen_and_nothing_else() -> None:
    wire = WIRES["openseeface"]
    sink = wire.open_sink(OpenSeeFace(port=1), ["anna", "ben"])
    encode = sink._encode  # type: ignore[attr-defined]
    time = Timecode(0, 0.0, 60)
    frame = replace(turned(jawOpen=0.35), subject="ben")
    (data,) = encode(frame, time)
    (later,) = encode(frame, time)
    (heard,) = OpenSeeFaceReader()((data,))
    assert heard.subject == "face 1" and heard.tracked
    assert heard.values["feature.MouthOpen"] == pytest.approx(0.5)
    assert openseeface.decode(later)[0].time_s > openseeface.decode(data)[0].time_s
    assert encode(replace(frame, tracked=False), time) == ()
    sink.close()


def test_a_face_of_unknown_distance_is_at_arms_length() -> None:
    vector = np.zeros(85, dtype=np.float32)
    found = tracked(FaceFrame(0, 0, "anna", vector), 0, 1.7e9)
    assert found.place[2] == pytest.approx(-(0.6 - 0.052) / 0.12)
    assert found.picture == PICTURE and np.isfinite(found.landmarks).all()
