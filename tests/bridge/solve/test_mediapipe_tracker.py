"""MediaPipe itself, and how its answer is read."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings
from bridge.solve.many_faces import PATIENCE
from bridge.solve.mediapipe_tracker import MediaPipeTracker
from engines.face.mesh import parse_landmarks
from tests.footage import footage_dir, pictures


@dataclass
class Landmark:
    x: float
    y: float
    z: float


@dataclass
class Message:
    """What a NormalizedLandmarkList offers: its bytes, and its landmarks one by one."""

    data: bytes
    landmark: list[Landmark] = field(default_factory=list)

    def SerializeToString(self) -> bytes:
        return self.data


def encoded(points: list[Landmark], visible: bool = False) -> bytes:
    data = b""
    for p in points:
        body = b"".join(
            tag + np.float32(value).tobytes()
            for tag, value in ((b"\x0d", p.x), (b"\x15", p.y), (b"\x1d", p.z))
        )
        if visible:
            body += b"\x25" + np.float32(1.0).tobytes()
        data += b"\x0a" + bytes([len(body)]) + body
    return data


POINTS = [Landmark(0.1 * i, 0.5 - 0.01 * i, -0.02 * i) for i in range(17 * 5)]
PIXELS = np.array([(p.x * 640, p.y * 480, p.z * 640) for p in POINTS], np.float32)


def test_the_bytes_are_read_as_a_table() -> None:
    found = parse_landmarks(Message(encoded(POINTS)), 640, 480)
    np.testing.assert_allclose(found, PIXELS, rtol=1e-6)
    assert found.dtype == np.float32


def test_landmarks_of_another_size_are_read_one_by_one() -> None:
    # 85 messages of 22 bytes are 110 times 17 as well: the tags must tell.
    message = Message(encoded(POINTS, visible=True), POINTS)
    np.testing.assert_allclose(parse_landmarks(message, 640, 480), PIXELS, rtol=1e-6)


def test_no_landmarks_are_no_points() -> None:
    assert parse_landmarks(Message(b""), 640, 480).shape == (0, 3)


def test_importing_the_tracker_does_not_import_mediapipe() -> None:
    code = (
        "import sys, bridge.solve.mediapipe_tracker;"
        "sys.exit('mediapipe' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_opening_it_prints_nothing() -> None:
    code = (
        "import numpy, warnings; warnings.simplefilter('ignore');"
        "from bridge.solve.mediapipe_tracker import MediaPipeTracker;"
        "t = MediaPipeTracker(); t.track(numpy.zeros((90, 160, 3), 'u1')); t.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert done.stderr == ""


@pytest.fixture(scope="module")
def tracker() -> Iterator[MediaPipeTracker]:
    tracker = MediaPipeTracker()
    yield tracker
    tracker.close()


def test_an_empty_picture_holds_no_face(tracker: MediaPipeTracker) -> None:
    for shape in ((48, 64, 3), (480, 640, 3), (1, 1, 3)):
        assert tracker.track(np.full(shape, 70, dtype=np.uint8)) == []


def test_a_real_face_has_478_points_inside_its_picture(
    tracker: MediaPipeTracker,
) -> None:
    for _, _, picture in pictures(footage_dir() / "single_face.mp4", every=12):
        (found,) = tracker.track(picture)
        assert found.points.shape == (478, 3)
        assert (found.width, found.height) == (640, 360)
        x0, y0, x1, y1 = found.box().tolist()
        assert 200 < x0 < x1 < 480
        assert 0 < y0 < y1 < 360
        # The actor's right iris is on the left of an unmirrored picture.
        assert found.points[468, 0] < found.points[473, 0]


def test_it_refuses_no_faces_and_a_picture_after_close() -> None:
    with pytest.raises(ValueError, match="faces"):
        MediaPipeTracker(0)
    tracker = MediaPipeTracker()
    tracker.close()
    tracker.close()
    with pytest.raises(RuntimeError, match="close"):
        tracker.track(np.zeros((48, 64, 3), dtype=np.uint8))


def test_somebody_far_away_is_found_after_a_moment_and_followed() -> None:
    """The bundled actor, too small in the picture for the short-range detector."""
    source = open_source("demo", CaptureSettings(pace="fast", loop=False))
    tracker = MediaPipeTracker(1)
    found = []
    try:
        for _ in range(60):
            image = source.read()
            assert image is not None
            small = cv2.resize(image.pixels, (160, 120), interpolation=cv2.INTER_AREA)
            stage = np.full((720, 960, 3), 90, dtype=np.uint8)
            stage[300:420, 500:660] = small
            found.append(tracker.track(stage))
    finally:
        tracker.close()
        source.close()
    assert all(len(faces) == 1 for faces in found[PATIENCE + 3 :])
    x0, y0, x1, y1 = found[-1][0].box().tolist()
    assert 500 < x0 < x1 < 660 and 300 < y0 < y1 < 420
