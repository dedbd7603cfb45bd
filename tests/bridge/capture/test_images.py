import logging
from pathlib import Path

import cv2
import pytest

from bridge.capture.images import natural
from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Image, Source
from bridge.errors import CaptureError
from tests.streams import number, picture

FAST = CaptureSettings(pace="fast", fps=25.0)
LOOPED = CaptureSettings(pace="fast", fps=25.0, loop=True)


def folder_of(folder: Path, *names: str) -> str:
    for i, name in enumerate(names):
        assert cv2.imwrite(str(folder / name), picture(i))
    return f"images:{folder}"


def numbers(source: Source, limit: int = 100) -> list[int]:
    images: list[Image] = []
    while len(images) < limit and (image := source.read()) is not None:
        images.append(image)
    source.close()
    assert [image.index for image in images] == list(range(len(images)))
    assert [image.captured_ns for image in images] == [
        i * 40_000_000 for i in range(len(images))
    ]
    return [number(image.pixels) for image in images]


def test_natural_order_and_only_pictures(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "face2.png", "face10.JPG", "Face1.bmp", "face3.webp")
    (tmp_path / "notes.txt").write_text("not a picture")
    source = open_source(spec, FAST)
    assert source.name == spec
    assert numbers(source) == [2, 0, 3, 1]


def test_names_of_any_make_can_be_compared() -> None:
    names = ["10", "9a", "a", "a10", "a9", "b"]
    shuffled = [Path(f"{name}.png") for name in reversed(names)]
    assert [path.stem for path in sorted(shuffled, key=natural)] == [
        "9a", "10", "a", "a9", "a10", "b",
    ]  # fmt: skip


def test_a_loop_goes_on_in_time(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "1.png", "2.png", "3.png")
    assert numbers(open_source(spec, LOOPED), 7) == [0, 1, 2, 0, 1, 2, 0]


def test_a_path_with_an_accent(tmp_path: Path) -> None:
    folder = tmp_path / "visages été"
    folder.mkdir()
    assert numbers(open_source(folder_of(folder, "é.png"), FAST)) == [0]


def test_an_unreadable_picture_is_left_out_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = folder_of(tmp_path, "1.png", "2.png", "4.png")
    (tmp_path / "3.png").write_bytes(b"torn")
    (tmp_path / "5.png").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        assert numbers(open_source(spec, LOOPED), 7) == [0, 1, 2, 0, 1, 2, 0]
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"{spec}: {name} is not a readable picture; left out"
        for name in ("3.png", "5.png")
    ]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"no picture in it.*\.jpg"):
        open_source(f"images:{tmp_path}")


def test_nothing_but_unreadable_pictures(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(b"torn")
    with pytest.raises(CaptureError, match="none of its 1 pictures can be read"):
        open_source(f"images:{tmp_path}", LOOPED)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no such folder"):
        open_source(f"images:{tmp_path / 'gone'}")
    (tmp_path / "a.png").touch()
    with pytest.raises(CaptureError, match=r"is a file .*expected a folder"):
        open_source(f"images:{tmp_path / 'a.png'}")
