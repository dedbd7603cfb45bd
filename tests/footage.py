"""Where the footage of real faces is, which is not part of the repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.capture.source import Pixels

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def footage_dir() -> Path:
    """Return the folder of clips, or skip the test that asks, with the reason."""
    folder = Path(os.environ.get("FACEWIRE_DATA", BESIDE)) / "footage"
    if not folder.is_dir():
        pytest.skip(f"no footage in {folder}; FACEWIRE_DATA names another data folder")
    return folder


def pictures(path: Path, every: int = 1) -> Iterator[tuple[int, int, Pixels]]:
    """Yield (index, captured_ns, BGR picture) of a clip, each `every`-th frame."""
    clip = cv2.VideoCapture(str(path))
    rate = clip.get(cv2.CAP_PROP_FPS)
    index = 0
    try:
        while True:
            read, picture = clip.read()
            if not read:
                return
            if index % every == 0:
                yield index, round(index / rate * 1e9), np.asarray(picture, np.uint8)
            index += 1
    finally:
        clip.release()


def landmarker_task() -> Path:
    """Return MediaPipe's `.task` file, or skip the test that asks, with the reason."""
    pytest.importorskip("mediapipe", reason="the task needs mediapipe")
    data = Path(os.environ.get("FACEWIRE_DATA", BESIDE))
    path = data / "mediapipe" / "face_landmarker.task"
    if not path.is_file():
        pytest.skip(f"no {path}; FACEWIRE_DATA names another data folder")
    return path
