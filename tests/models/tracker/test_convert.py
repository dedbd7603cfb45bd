"""The converter on MediaPipe's own files, and what it refuses."""

import hashlib
from importlib import util
from pathlib import Path

import pytest
from typer.testing import CliRunner

pytest.importorskip("onnx", reason="converting needs onnx")
pytest.importorskip("tflite", reason="converting needs tflite")

from engines.runtime.weights import FOLDER, find_weights
from models.cli import app
from models.tracker.commands import SOURCES
from models.tracker.tflite_file import read_model


def wheel() -> Path:
    """Return the folder that mediapipe 0.10.21 is installed in, or skip."""
    spec = util.find_spec("mediapipe")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("mediapipe is not installed")
    folder = Path(spec.submodule_search_locations[0]).parent
    if not all((folder / path).is_file() for path in SOURCES.values()):
        pytest.skip("this mediapipe has no face networks; 0.10.21 has")
    return folder


def test_the_networks_that_ship_are_made_again_to_the_bit(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        app, ["convert", "mesh", "--from", str(wheel()), "--out", str(tmp_path)]
    )
    assert run.exit_code == 0, run.output
    for graph in SOURCES:
        made = (tmp_path / f"{graph.name}.onnx").read_bytes()
        assert made == (FOLDER / f"{graph.name}.onnx").read_bytes()
        assert find_weights(graph.name).sha256 == hashlib.sha256(made).hexdigest()


def test_a_folder_without_mediapipe_is_told(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["convert", "mesh", "--from", str(tmp_path)])
    assert run.exit_code != 0
    assert "face_landmark_with_attention.tflite" in run.output.replace("\n", "")


@pytest.mark.parametrize("content", [b"", b"12345678", b"\x1c\0\0\0TFL2" + bytes(60)])
def test_what_is_no_tflite_file_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a TFLite model"):
        read_model(content, "here")
