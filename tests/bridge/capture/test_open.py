from pathlib import Path

import pytest

from bridge.capture.open import OPENERS, open_source, parse_spec
from bridge.capture.source import CaptureSettings
from bridge.errors import CaptureError, ConfigError

DEMO = Path(__file__).parents[3] / "bridge" / "assets" / "demo.mp4"


@pytest.mark.parametrize(
    ("spec", "kind", "target"),
    [
        ("camera:0", "camera", "0"),
        ("camera", "camera", ""),
        ("Camera:1", "camera", "1"),
        ("camera:/dev/video2", "camera", "/dev/video2"),
        ("video:clip.mp4", "video", "clip.mp4"),
        ("video:C:\\clips\\a.mp4", "video", "C:\\clips\\a.mp4"),
        ("url:rtsp://host:554/live", "url", "rtsp://host:554/live"),
        ("images:folder", "images", "folder"),
        ("demo", "demo", ""),
        # What can mean only one thing.
        (" 2 ", "camera", "2"),
        ("/dev/video2", "camera", "/dev/video2"),
        ("rtsp://host/live", "url", "rtsp://host/live"),
        ("udp://0.0.0.0:5000", "url", "udp://0.0.0.0:5000"),
    ],
)
def test_forms(spec: str, kind: str, target: str) -> None:
    assert parse_spec(spec) == (kind, target)
    assert kind in OPENERS


def test_paths_that_exist(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.touch()
    assert parse_spec(str(file)) == ("video", str(file))
    assert parse_spec(str(tmp_path)) == ("images", str(tmp_path))


@pytest.mark.parametrize(
    "spec", ["", "webcam", "webcam:0", "gone.mp4", "C:\\gone.mp4", "²", "video", "url"]
)
def test_unknown_forms_name_the_known(spec: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_source(spec)
    for form in ("camera:N", "video:PATH", "url:ADDRESS", "images:FOLDER", "demo"):
        assert form in str(caught.value)


@pytest.mark.parametrize("spec", ["video:", "url:", "images:", "demo:2"])
def test_half_a_spec(spec: str) -> None:
    with pytest.raises(ConfigError, match=r"nothing follows the colon|no argument"):
        open_source(spec)


def test_the_demo_runs_forever() -> None:
    if not DEMO.exists():
        pytest.skip(f"no {DEMO.name} yet; models/data renders it")
    source = open_source("demo", CaptureSettings(pace="fast"))
    images = 0
    while images < 400 and source.read() is not None:
        images += 1
    source.close()
    assert images == 400  # of about 360


def test_an_installation_without_its_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.capture.video.resources.files", lambda name: tmp_path)
    with pytest.raises(CaptureError, match="demo: the bundled clip is missing"):
        open_source("demo")
