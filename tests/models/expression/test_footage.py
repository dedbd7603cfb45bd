from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("matplotlib", reason="the pictures need matplotlib")
pytest.importorskip("torch", reason="the models need torch")

from engines.runtime.graphs import EXPRESSION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.expression.footage import contact_sheet, timeline, watch
from tests.engines.runtime.tiny_onnx import softmax_of_eight
from tests.models.faces import made_up

Gray = npt.NDArray[np.uint8]


def clip(path: Path, frames: int = 10) -> Path:
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), code, 20.0, (64, 64))
    for i in range(frames):
        writer.write(np.full((64, 64, 3), 10 * i, np.uint8))
    writer.release()
    return path


def every_second(image: Gray) -> Gray | None:
    if round(float(image.mean()) / 10) % 2:
        return None
    return np.tile(np.arange(48, dtype=np.uint8), (48, 1))


def test_a_clip_is_watched(tmp_path: Path) -> None:
    engine = OnnxRuntimeEngine(EXPRESSION, softmax_of_eight())
    seconds, said, crops = watch(clip(tmp_path / "c.avi"), engine, every_second)
    assert seconds.tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert said.shape == (5, 8)
    np.testing.assert_allclose(said.sum(axis=1), 1.0, atol=1e-5)
    contact_sheet(tmp_path / "sheet.png", crops, made_up(60))
    timeline(tmp_path / "time.png", seconds, said, "c")
    sheet = cv2.imread(str(tmp_path / "sheet.png"))
    assert sheet is not None
    assert sheet.shape[:2] == (4 * 72, 20 * 72)
    assert (tmp_path / "time.png").stat().st_size > 5000


def test_a_clip_without_faces(tmp_path: Path) -> None:
    engine = OnnxRuntimeEngine(EXPRESSION, softmax_of_eight())
    with pytest.raises(ValueError, match="no face in 10 frames"):
        watch(clip(tmp_path / "c.avi"), engine, lambda image: None)
