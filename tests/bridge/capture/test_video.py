import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Image, Source
from bridge.capture.video import LONGEST_STEP_NS, Timeline
from bridge.errors import CaptureError
from tests.streams import NUMBERS, number, write_clip

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


@given(st.floats(), st.lists(st.floats(), min_size=1), st.integers(0, 20))
def test_whatever_a_container_says_time_starts_at_0_and_rises(
    fps: float, stamps_ms: list[float], loop_at: int
) -> None:
    timeline = Timeline(fps)
    instants = []
    for i, stamp_ms in enumerate(stamps_ms):
        if i == loop_at:
            timeline.restart()
        instants.append(timeline.place(stamp_ms))
    assert instants[0] == 0
    assert all(0 < b - a <= LONGEST_STEP_NS for a, b in pairwise(instants))


def test_variable_rates_are_kept_from_a_first_stamp_below_0() -> None:
    timeline = Timeline(26.4)
    instants = [timeline.place(ms) for ms in (-16.7, 33.3, 47.0, 97.0)]
    assert instants == [0, 50_000_000, 63_700_000, 113_700_000]


def test_a_loop_keeps_its_variable_rate() -> None:
    timeline = Timeline(25.0)
    instants = []
    for _ in range(2):
        timeline.restart()
        instants += [timeline.place(ms) for ms in (0.0, 10.0, 60.0)]
    # One interval from the last picture to the first.
    assert [ns // 1_000_000 for ns in instants] == [0, 10, 60, 100, 110, 160]


def test_missing_and_repeated_stamps_are_spaced_by_the_rate() -> None:
    timeline = Timeline(25.0)
    assert [timeline.place(0.0) for _ in range(4)] == [i * 40_000_000 for i in range(4)]
    timeline = Timeline(25.0)
    instants = [timeline.place(ms) for ms in (0.0, 40.0, 40.0, 120.0, 160.0)]
    assert instants == [i * 40_000_000 for i in range(5)]


def test_a_jump_of_an_hour_is_one_step() -> None:
    timeline = Timeline(25.0)
    instants = [timeline.place(ms) for ms in (0.0, 40.0, 3_600_000.0, 3_600_040.0)]
    assert instants == [i * 40_000_000 for i in range(4)]


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
    with pytest.raises(CaptureError, match="no picture in it can be decoded"):
        read_all(source)
    source.close()


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


@pytest.mark.parametrize("data", [b"", b"a shopping list\n" * 100])
def test_not_a_video(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.mp4"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match="no picture in it can be decoded"):
        open_source(f"video:{path}")


@pytest.mark.parametrize(
    ("name", "pictures", "longest_ms", "shortest_ms"),
    [
        ("face_noface.mov", 169, 50.0, 13.0),  # a variable rate
        ("no_face.mp4", 95, 41.8, 41.5),  # 98 stated, the last three damaged
    ],
)
def test_real_clips(
    name: str, pictures: int, longest_ms: float, shortest_ms: float
) -> None:
    path = DATA / "footage" / name
    if not path.exists():
        pytest.skip(f"no {path}; FACEWIRE_DATA names the folder that has footage/")
    images = read_all(open_source(f"video:{path}", FAST))
    assert len(images) == pictures
    steps_ms = [(b.captured_ns - a.captured_ns) / 1e6 for a, b in pairwise(images)]
    assert images[0].captured_ns == 0
    assert max(steps_ms) == pytest.approx(longest_ms, abs=0.2)
    assert shortest_ms < min(steps_ms)
