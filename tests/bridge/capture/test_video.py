import logging
import os
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from bridge.capture.open import open_source
from bridge.capture.playback import Playback
from bridge.capture.source import CaptureSettings, Image, Source
from bridge.errors import CaptureError
from engines.footage.clip import Clip
from tests.clips import damage, leave_gap, write_mp4
from tests.streams import NUMBERS, number, picture, write_clip

from .fakes import FakeClock

FAST = CaptureSettings(pace="fast", loop=False)
FRAME_NS = 1_000_000_000 / 30
REPOSITORY = Path(__file__).parents[3]
DATA = Path(os.environ.get("FACEWIRE_DATA", REPOSITORY.parent / "shared" / "data"))


def read_all(source: Source, limit: int = 1000) -> list[Image]:
    images: list[Image] = []
    while len(images) < limit and (image := source.read()) is not None:
        images.append(image)
    source.close()
    return images


@pytest.mark.parametrize(("name", "fourcc"), [("a.avi", "MJPG"), ("a.mp4", "mp4v")])
def test_every_picture_in_order(tmp_path: Path, name: str, fourcc: str) -> None:
    path = write_clip(tmp_path / name, 15, fourcc=fourcc)
    source = open_source(f"video:{path}", FAST)
    assert source.name == f"video:{path}"
    images = read_all(source)
    assert [image.index for image in images] == list(range(15))
    assert [number(image.pixels) for image in images] == [
        i % NUMBERS for i in range(15)
    ]
    assert images[0].pixels.shape == (48, 64, 3)
    for i, image in enumerate(images):
        assert image.captured_ns == pytest.approx(i * FRAME_NS, abs=1e6)


def test_a_loop_goes_on_in_time(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 5)
    settings = CaptureSettings(pace="fast", loop=True)
    images = read_all(open_source(f"video:{path}", settings), 12)
    assert [number(image.pixels) for image in images] == [0, 1, 2, 3, 4] * 2 + [0, 1]
    assert [image.index for image in images] == list(range(12))
    assert images[-1].captured_ns == pytest.approx(11 * FRAME_NS, abs=1e6)


def test_a_clip_that_vanishes_while_it_loops_says_so(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 2)
    source = open_source(f"video:{path}", CaptureSettings(pace="fast", loop=True))
    path.write_bytes(b"")
    with pytest.raises(CaptureError, match=r"is empty \(0 bytes\)"):
        read_all(source)
    source.close()


def test_damage_is_counted_and_told_with_the_clips_name(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(30)])
    damage(path, (10, 11, 12, 13))
    source = open_source(f"video:{path}", FAST)
    with caplog.at_level(logging.WARNING):
        images = read_all(source)
    # The index counts what came, the time keeps the places of what did not.
    assert [image.index for image in images] == list(range(26))
    assert images[10].captured_ns == pytest.approx(14 * FRAME_NS, abs=1e6)
    assert source.missing == 4
    assert [record.getMessage() for record in caplog.records] == [
        f"video:{path}: 4 of 30 pictures are missing: it is damaged"
    ]


def test_a_gap_is_waited_for_and_a_close_ends_the_wait(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(6)])
    leave_gap(path, 3, 15.0)
    clock = FakeClock()
    clip = Clip(path)
    source = Playback("gap", clip.play(), clock_ns=clock, wait=clock.wait)
    images = [source.read() for _ in range(3)]
    assert all(image is not None for image in images)
    # Meanwhile the daemon asks again and again, and holds the face.
    began_ns = clock.now_ns
    for _ in range(20):
        assert source.read(0.5) is None
    behind = source.read()
    assert behind is not None and behind.after_gap
    assert clock.now_ns - began_ns == pytest.approx(15.033e9, abs=2e6)
    source.close()


def test_a_wait_in_a_gap_ends_with_close(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(6)])
    leave_gap(path, 1, 500.0)
    source = open_source(f"video:{path}")
    assert source.read() is not None
    found: list[Image | None] = []
    reader = threading.Thread(target=lambda: found.append(source.read()))
    reader.start()
    source.close()
    reader.join(30.0)
    assert found == [None]


def test_closed_in_the_middle(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 5)
    source = open_source(f"video:{path}")
    assert source.read() is not None
    source.close()
    source.close()
    assert source.read() is None


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"video:.*gone\.mp4: no such file at"):
        open_source(f"video:{tmp_path / 'gone.mp4'}")


def test_a_folder_is_not_a_video(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"is a folder.* images:"):
        open_source(f"video:{tmp_path}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", r"is empty \(0 bytes\)"),
        (b"a shopping list\n" * 100, "is a text file"),
        (bytes(5000), "holds nothing but zeros"),
        (b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08mdat", r"without its index \(moov\)"),
        (b"ID3\4" + bytes(500), "holds sound and no picture"),
        (bytes(range(256)) * 8, "no picture in it can be decoded"),
    ],
)
def test_not_a_video(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "list.mp4"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=rf"video:.*list\.mp4: .*{reason}"):
        open_source(f"video:{path}")


def test_a_codec_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(10)])
    data = path.read_bytes().replace(b"mp4v", b"vvc1").replace(b"esds", b"free")
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=r"its pictures are H\.266 in MP4.*ffmpeg"):
        open_source(f"video:{path}")


CASES = REPOSITORY.parent / "shared" / "cases"


@pytest.mark.parametrize(
    ("name", "pictures", "shape", "last_s", "gaps"),
    [
        ("upright_reference.mp4", 30, (180, 320), 0.967, 0),
        ("phone_portrait_rot90.mp4", 30, (180, 320), 0.967, 0),
        ("video_sar_4_3.mp4", 72, (180, 320), 2.367, 0),
        ("video_gap_15s_vfr.mp4", 72, (180, 320), 17.367, 1),
    ],
)
def test_cases_of_users(
    name: str, pictures: int, shape: tuple[int, int], last_s: float, gaps: int
) -> None:
    path = CASES / name
    if not path.exists():
        pytest.skip(f"no {path}")
    images = read_all(open_source(f"video:{path}", FAST))
    assert len(images) == pictures
    assert {image.pixels.shape[:2] for image in images} == {shape}
    assert images[-1].captured_ns == pytest.approx(last_s * 1e9, abs=1e6)
    assert sum(image.after_gap for image in images) == gaps


def test_an_av1_clip_of_users() -> None:
    path = CASES / "video_av1.mp4"
    if not path.exists():
        pytest.skip(f"no {path}")
    try:
        source = open_source(f"video:{path}", FAST)
    except CaptureError as error:
        assert "its pictures are AV1 in MP4" in str(error)
    else:  # a build of OpenCV that can decode it
        assert len(read_all(source)) == 20


@pytest.mark.parametrize(
    ("name", "pictures", "longest_ms", "shortest_ms"),
    [
        ("face_noface.mov", 169, 41.7, 13.0),  # a variable rate
        ("no_face.mp4", 95, 41.8, 41.5),  # 98, of which its edit list cuts three off
    ],
)
def test_real_clips(
    name: str, pictures: int, longest_ms: float, shortest_ms: float
) -> None:
    path = DATA / "footage" / name
    if not path.exists():
        pytest.skip(f"no {path}; FACEWIRE_DATA names the folder that has footage/")
    source = open_source(f"video:{path}", FAST)
    images = read_all(source)
    assert len(images) == pictures
    assert source.missing == 0
    steps_ms = [(b.captured_ns - a.captured_ns) / 1e6 for a, b in pairwise(images)]
    assert images[0].captured_ns == 0
    # OpenCV before 4.13 has the first picture of the .mov 17 ms early.
    assert steps_ms[0] == pytest.approx(longest_ms, abs=17.0)
    assert max(steps_ms[1:]) == pytest.approx(longest_ms, abs=0.2)
    assert shortest_ms < min(steps_ms)
