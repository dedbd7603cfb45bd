import logging
from pathlib import Path

import cv2
import pytest

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


def read_all(source: Source, limit: int = 100) -> list[Image]:
    images: list[Image] = []
    while len(images) < limit and (image := source.read()) is not None:
        images.append(image)
    source.close()
    assert [image.index for image in images] == list(range(len(images)))
    return images


def numbers(source: Source, limit: int = 100) -> list[int]:
    images = read_all(source, limit)
    assert [image.captured_ns for image in images] == [
        i * 40_000_000 for i in range(len(images))
    ]
    return [number(image.pixels) for image in images]


def places(source: Source, limit: int = 100) -> list[tuple[int, int]]:
    """Return (place on the timeline, number shown) of each picture."""
    return [
        (image.captured_ns // 40_000_000, number(image.pixels))
        for image in read_all(source, limit)
    ]


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_natural_order_and_only_pictures(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "face2.png", "face10.JPG", "Face1.bmp", "face3.webp")
    (tmp_path / "notes.txt").write_text("not a picture")
    source = open_source(spec, FAST)
    assert source.name == spec
    assert numbers(source) == [2, 0, 3, 1]


def test_a_loop_goes_on_in_time(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "1.png", "2.png", "3.png")
    assert numbers(open_source(spec, LOOPED), 7) == [0, 1, 2, 0, 1, 2, 0]


def test_a_path_with_an_accent(tmp_path: Path) -> None:
    folder = tmp_path / "visages été"
    folder.mkdir()
    assert numbers(open_source(folder_of(folder, "é.png"), FAST)) == [0]


def test_an_unreadable_picture_keeps_its_place_and_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = folder_of(tmp_path, "1.png", "2.png", "4.png")
    (tmp_path / "3.png").write_bytes(b"torn")
    (tmp_path / "5.png").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        source = open_source(spec, LOOPED)
        shown = [(0, 0), (1, 1), (3, 2), (5, 0), (6, 1), (8, 2), (10, 0)]
        assert places(source, 7) == shown
    assert said(caplog) == [
        f"{spec}: {name} is not a readable picture; its time stays empty"
        for name in ("3.png", "5.png")
    ]
    assert source.missing == 2


def test_a_first_picture_that_is_unreadable_keeps_its_place(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "2.png", "3.png")
    (tmp_path / "1.png").write_bytes(b"torn")
    assert places(open_source(spec, FAST)) == [(1, 0), (2, 1)]


def test_a_missing_number_keeps_its_place_and_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"{i:03}.png" for i in (1, 2, 3, 4, 5, 6, 8, 9, 10)]
    spec = folder_of(tmp_path, *names)
    with caplog.at_level(logging.WARNING):
        source = open_source(spec, FAST)
        assert [place for place, _ in places(source)] == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert said(caplog) == [
        f"{spec}: 1 number is missing between 006.png and 008.png; its time stays empty"
    ]
    assert source.missing == 1


def test_many_holes_are_told_together(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = [i for i in range(50) if i % 7 != 3]
    spec = folder_of(tmp_path, *(f"a{i}.png" for i in numbers))
    with caplog.at_level(logging.WARNING):
        assert [place for place, _ in places(open_source(spec, FAST))] == numbers
    assert len(said(caplog)) == 6
    assert said(caplog)[-1] == f"{spec}: 2 more numbers are missing, in 2 places"


def test_hidden_files_are_no_pictures(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec = folder_of(tmp_path, "008.jpg", "009.jpg")
    (tmp_path / "._008.jpg").write_bytes(b"Mac OS X")
    (tmp_path / ".009.jpg").write_bytes(b"")
    (tmp_path / "010.jpg").mkdir()
    with caplog.at_level(logging.WARNING):
        assert numbers(open_source(spec, FAST)) == [0, 1]
    assert said(caplog) == []


def test_pictures_of_other_kinds_are_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "IMG_1.HEIC").touch()
    with pytest.raises(CaptureError, match=r"format of IMG_1\.HEIC is not supported"):
        open_source(f"images:{tmp_path}", FAST)
    spec = folder_of(tmp_path, "IMG_2.png", "IMG_3.tif")
    with caplog.at_level(logging.WARNING):
        assert numbers(open_source(spec, FAST)) == [0, 1]
    assert said(caplog) == [
        f"{spec}: IMG_1.HEIC is left out; its format is not supported"
    ]


def test_a_long_hole_is_a_gap(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, *(f"{i}.png" for i in [*range(20), *range(34, 50)]))
    gaps = [image.after_gap for image in read_all(open_source(spec, FAST))]
    assert [i for i, gap in enumerate(gaps) if gap] == [20]


def test_slow_pictures_leave_no_gaps(tmp_path: Path) -> None:
    spec = folder_of(tmp_path, "1.png", "2.png", "4.png")
    slow = CaptureSettings(pace="fast", fps=1.0)
    assert not any(image.after_gap for image in read_all(open_source(spec, slow)))


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"no pictures in this folder.*\.jpg"):
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
