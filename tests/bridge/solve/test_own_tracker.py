"""Our own tracker on real pictures."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings
from bridge.errors import ModelError
from bridge.solve.face_tracker import FaceTracker
from bridge.solve.many_faces import PATIENCE
from bridge.solve.own_tracker import open_own_tracker
from tests.footage import footage_dir, pictures


def test_it_needs_no_mediapipe() -> None:
    code = (
        "import sys, bridge.solve.own_tracker as own; own.open_own_tracker().close();"
        "sys.exit('mediapipe' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_opening_it_prints_nothing() -> None:
    code = (
        "import numpy, warnings; warnings.simplefilter('ignore');"
        "from bridge.solve.own_tracker import open_own_tracker;"
        "t = open_own_tracker(); t.track(numpy.zeros((90, 160, 3), 'u1')); t.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert done.stderr == ""


@pytest.fixture(scope="module")
def tracker() -> Iterator[FaceTracker]:
    tracker = open_own_tracker()
    yield tracker
    tracker.close()


def test_an_empty_picture_holds_no_face(tracker: FaceTracker) -> None:
    for shape in ((48, 64, 3), (480, 640, 3), (1, 1, 3)):
        assert tracker.track(np.full(shape, 70, dtype=np.uint8)) == []


def test_a_real_face_has_478_points_inside_its_picture(
    tracker: FaceTracker,
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
        open_own_tracker(0)
    tracker = open_own_tracker()
    tracker.close()
    tracker.close()
    with pytest.raises(RuntimeError, match="close"):
        tracker.track(np.zeros((48, 64, 3), dtype=np.uint8))


def test_somebody_far_away_is_found_after_a_moment_and_followed() -> None:
    """The bundled actor, too small in the picture for the short-range detector."""
    source = open_source("demo", CaptureSettings(pace="fast", loop=False))
    tracker = open_own_tracker(1)
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


def test_a_missing_network_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.toml"):
        open_own_tracker(folder=tmp_path)
