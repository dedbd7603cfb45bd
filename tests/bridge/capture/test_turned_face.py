"""A face in a phone's clip, and in one with pixels that are not square."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Pixels
from bridge.config import Config
from bridge.solve.open import OpenedSolver, make_actor, open_solver, open_tracker
from protocols.channels import ROTATION_SLICE, WEIGHTS_SLICE
from tests.clips import shape_pixels, turn, write_mp4

FAST = CaptureSettings(pace="fast", loop=False)
CONFIG = Config()


@pytest.fixture(scope="module")
def solver() -> Iterator[OpenedSolver]:
    opened = open_solver(CONFIG)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pictures() -> list[Pixels]:
    """Every tenth picture of the demo's first eight seconds: the head turns in them."""
    source = open_source("demo", FAST)
    found = [image.pixels for image in islice(iter(source.read, None), 240) if image]
    source.close()
    return found[::10]


def solved(path: Path, solver: OpenedSolver) -> npt.NDArray[np.float32]:
    """Return (n, 85) of a clip in which every picture has a face."""
    source, tracker = open_source(f"video:{path}", FAST), open_tracker(CONFIG)
    actor = make_actor(CONFIG, "anna", solver)
    rows = []
    try:
        while (image := source.read()) is not None:
            (landmarks,) = tracker.track(image.pixels, image.captured_ns)
            rows.append(actor.solve(image, landmarks).vector)
    finally:
        source.close()
        tracker.close()
    return np.array(rows)


@pytest.fixture(scope="module")
def upright(
    pictures: list[Pixels],
    solver: OpenedSolver,
    tmp_path_factory: pytest.TempPathFactory,
) -> npt.NDArray[np.float32]:
    path = tmp_path_factory.mktemp("upright") / "a.mp4"
    return solved(write_mp4(path, pictures), solver)


def squeezed(picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(picture, (480, 480)), np.uint8)


def phone(degrees: int) -> tuple[Callable[[Pixels], Pixels], Callable[[Path], None]]:
    def coded(picture: Pixels) -> Pixels:
        return np.ascontiguousarray(np.rot90(picture, degrees // 90))

    return coded, lambda path: turn(path, degrees)


@pytest.mark.parametrize(
    ("coded", "say"),
    [
        *(phone(degrees) for degrees in (90, 180, 270)),
        (squeezed, lambda path: shape_pixels(path, 4, 3)),
    ],
    ids=["90", "180", "270", "4:3 pixels"],
)
def test_the_face_is_that_of_the_upright_clip(
    coded: Callable[[Pixels], Pixels],
    say: Callable[[Path], None],
    pictures: list[Pixels],
    upright: npt.NDArray[np.float32],
    solver: OpenedSolver,
    tmp_path: Path,
) -> None:
    path = write_mp4(tmp_path / "a.mp4", [coded(picture) for picture in pictures])
    say(path)
    found = solved(path, solver)
    assert found.shape == upright.shape
    away = np.abs(found - upright)
    assert away[:, WEIGHTS_SLICE].mean() < 0.03
    assert np.degrees(away[:, ROTATION_SLICE]).max() < 5.0
