"""`facewire animate` from pictures: the tracker and the networks run."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.animate.performance import Wanted, performance
from bridge.config import Config
from bridge.errors import CaptureError
from engines.motion.style import SIZED
from protocols.channels import POSITION_SLICE, WEIGHTS_SLICE

DEMO = Path(__file__).resolve().parents[3] / "bridge" / "assets" / "demo.mp4"


def quiet(share: float) -> None:
    """Show no progress."""


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of the bundled clip."""
    path = tmp_path_factory.mktemp("face") / "face.png"
    clip = cv2.VideoCapture(str(DEMO))
    clip.set(cv2.CAP_PROP_POS_FRAMES, 73)
    read, picture = clip.read()
    clip.release()
    assert read and cv2.imwrite(str(path), picture)
    return path


def test_an_image_is_performed_by_seed(face: Path) -> None:
    config = Config()
    done: list[float] = []
    one, again, other = (
        performance(Wanted(str(face), config, seed=seed, seconds=3.0), done.append)
        for seed in (1, 1, 2)
    )
    assert one.vectors.tobytes() == again.vectors.tobytes()
    assert np.abs(one.vectors - other.vectors).max() > 0.1
    assert one.subject == "face" and one.tracked.all()
    assert one.seconds == pytest.approx(3.0) and one.fps == pytest.approx(30.0)
    shown = one.vectors[:, WEIGHTS_SLICE][:, SIZED].sum(axis=1)
    assert shown[0] < 0.05 and shown[-30:].min() > 0.2
    assert not one.vectors[:, POSITION_SLICE].any()
    assert sum(done) == pytest.approx(3.0)


def test_a_picture_compared_with_itself_is_neutral(face: Path) -> None:
    config = Config()
    wanted = Wanted(str(face), config, seconds=3.0)
    plain = performance(wanted, quiet)
    calm = performance(Wanted(str(face), config, seconds=3.0, neutral=face), quiet)
    first, second = (
        take.vectors[-30:, WEIGHTS_SLICE][:, SIZED].sum() for take in (plain, calm)
    )
    assert second < 0.1 * first


def test_a_video_is_solved_as_the_daemon_does() -> None:
    wanted = Wanted("demo", Config(), seconds=1.0)
    take = performance(wanted, quiet)
    assert take.tracked.all() and take.seconds == pytest.approx(1.0, abs=0.05)
    assert take.vectors[:, WEIGHTS_SLICE].max() > 0.05
    assert not take.vectors[:, POSITION_SLICE].any()


def test_a_picture_without_a_face_is_told(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    cv2.imwrite(str(path), np.full((120, 160, 3), 128, dtype=np.uint8))
    with pytest.raises(CaptureError, match="no face was found"):
        performance(Wanted(str(path), Config()), quiet)


@pytest.mark.parametrize("neutral", [True, False])
def test_either_picture_without_a_face_is_told(
    neutral: bool, face: Path, tmp_path: Path
) -> None:
    path = tmp_path / "grey.png"
    cv2.imwrite(str(path), np.full((120, 160, 3), 128, dtype=np.uint8))
    shown, calm = (face, path) if neutral else (path, face)
    with pytest.raises(CaptureError, match=r"grey\.png: no face was found"):
        performance(Wanted(str(shown), Config(), neutral=calm), quiet)


def test_a_file_that_is_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "text.png"
    path.write_text("not a picture")
    with pytest.raises(CaptureError, match="cannot be read as an image"):
        performance(Wanted(str(path), Config()), quiet)
