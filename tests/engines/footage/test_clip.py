from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from engines.footage.clip import (
    MOST_COLD_TRIES,
    MOST_TRIES,
    SPARE_TRIES,
    Clip,
    ClipError,
    count_pictures,
)
from engines.footage.opencv import Capture, Pixels
from tests.clips import damage, leave_gap, shape_pixels, turn, write_mp4
from tests.streams import number, picture, write_clip

FRAME_MS = 1000 / 30


def scene(width: int = 96, height: int = 64) -> Pixels:
    """Return a picture that looks another from every side: each corner differs."""
    made = np.zeros((height, width, 3), np.uint8)
    made[: height // 2, : width // 2] = (200, 30, 30)
    made[: height // 2, width // 2 :] = (30, 200, 30)
    made[height // 2 :, width // 2 :] = (30, 30, 200)
    return made


def played(path: Path) -> tuple[list[int], list[int], list[str], int]:
    """Return (places, numbers shown, sentences, missing) of a clip at 30 fps."""
    told: list[str] = []
    clip = Clip(path, told.append)
    pictures = list(clip.play())
    places = [round(each.due_ns / 1e6 / FRAME_MS) for each in pictures]
    return places, [number(each.pixels) for each in pictures], told, clip.missing


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_clip_is_shown_as_players_do(
    tmp_path: Path, degrees: int, mirrored: bool
) -> None:
    upright = scene()
    # What the sensor of a phone gives, that is held so.
    coded = np.rot90(upright, degrees // 90)
    coded = np.ascontiguousarray(coded[:, ::-1] if mirrored else coded)
    path = write_mp4(tmp_path / "phone.mp4", [coded] * 3)
    turn(path, degrees, mirrored=mirrored)
    found = [each.pixels for each in Clip(path).play()]
    assert len(found) == 3
    assert found[0].shape == upright.shape
    assert np.abs(found[0].astype(int) - upright).mean() < 8.0


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "wide.mp4", [scene()] * 3)
    shape_pixels(path, 4, 3)
    assert next(Clip(path).play()).pixels.shape == (64, 128, 3)
    turn(path, 90)
    assert next(Clip(path).play()).pixels.shape == (128, 64, 3)


@pytest.mark.parametrize("fourcc", ["mp4v", "mjpg"])
@pytest.mark.parametrize(
    "lost", [(20,), (10, 11, 12, 30), (0, 1), (38, 39), (0, 1, 5, 39), range(5, 35)]
)
def test_damage_costs_the_pictures_that_are_damaged(
    tmp_path: Path, fourcc: str, lost: Sequence[int]
) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(40)], fourcc)
    damage(path, lost)
    whole = [i for i in range(40) if i not in lost]
    places, _, told, missing = played(path)
    assert places == whole
    assert missing == len(lost)
    verb = "is" if len(lost) == 1 else "are"
    assert told[-1] == f"{len(lost)} of 40 pictures {verb} missing: it is damaged"


def test_a_damaged_jpeg_in_an_avi_is_missing(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 30)
    data = bytearray(path.read_bytes())
    at = [i for i in range(len(data)) if data[i : i + 3] == b"\xff\xd8\xff"][12]
    size = int.from_bytes(data[at - 4 : at], "little")
    data[at : at + size] = bytes(size)
    path.write_bytes(data)
    _, _, told, missing = played(path)
    assert missing == 1
    assert told[-1].startswith("1 of 30 pictures is missing: ")


def test_a_file_that_is_cut_is_read_to_its_end(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", 60)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    places, _, told, missing = played(path)
    assert places == list(range(len(places)))
    assert 10 < len(places) < 40
    assert missing == 60 - len(places)
    assert "the file is cut short by" in told[-1]


def test_a_gap_keeps_its_time_and_is_told(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(40)])
    leave_gap(path, 20, 15.0)
    told: list[str] = []
    shown = list(Clip(path, told.append).play())
    assert [round(each.due_ns / 1e6 / FRAME_MS) for each in shown] == [
        *range(20),
        *range(470, 490),
    ]
    assert [i for i, each in enumerate(shown) if each.after_gap] == [20]
    assert told == [
        "has no picture from 0.6 s to 15.7 s, where 450 would be expected; that time "
        "is kept"
    ]


def test_a_healthy_clip_has_nothing_to_tell(tmp_path: Path) -> None:
    for name, fourcc in (("a.mp4", "mp4v"), ("a.mkv", "MJPG"), ("a.avi", "MJPG")):
        path = write_clip(tmp_path / name, 20, fourcc=fourcc)
        assert played(path) == (
            *(list(range(20)), [i % 12 for i in range(20)]),
            *([], 0),
        )
        assert count_pictures(path) == 20


def test_played_again_time_goes_on_and_nothing_is_told_twice(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(10)])
    damage(path, (3, 4))
    told: list[str] = []
    clip = Clip(path, told.append)
    due = [each.due_ns for _ in range(3) for each in clip.play()]
    whole = [0, 1, 2, 5, 6, 7, 8, 9]
    assert [round(ns / 1e6 / FRAME_MS) for ns in due] == [
        10 * turn + place for turn in range(3) for place in whole
    ]
    assert told == ["2 of 10 pictures are missing: it is damaged"]
    assert clip.missing == 2


def test_whoever_stops_in_the_middle_hears_what_was_missing(tmp_path: Path) -> None:
    path = write_mp4(tmp_path / "a.mp4", [picture(i) for i in range(40)], "mjpg")
    damage(path, (3, 4))
    told: list[str] = []
    clip = Clip(path, told.append)
    pictures = clip.play()
    for _ in range(10):
        next(pictures)
    assert clip.missing == 2
    pictures.close()
    assert told == ["2 of 12 pictures are missing so far"]


def test_a_name_with_a_colon_or_a_percent_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("take:1.avi", "take%03d.avi"):
        write_clip(tmp_path / "a.avi", 3).rename(tmp_path / name)
        assert len(list(Clip(Path(name)).play())) == 3


class Scripted:
    """A capture that follows a script: True is a picture, False a grab that fails."""

    def __init__(self, script: Sequence[bool], stated: float = 0.0) -> None:
        self.script = list(script)
        self.stated = stated
        self.grabs = 0
        self.released = 0
        self.shown = 0

    def open(
        self, path: str, backend: int, parameters: Sequence[int]
    ) -> Capture | None:
        return None if parameters or backend != cv2.CAP_FFMPEG else self

    def grab(self) -> bool:
        self.grabs += 1
        good = self.grabs <= len(self.script) and self.script[self.grabs - 1]
        self.shown += good
        return good

    def retrieve(self) -> tuple[bool, Pixels]:
        return True, picture(self.shown)

    def get(self, prop: int, /) -> float:
        return {
            cv2.CAP_PROP_FPS: 30.0,
            cv2.CAP_PROP_FRAME_COUNT: self.stated,
        }.get(prop, 0.0)

    def set(self, prop: int, value: float, /) -> bool:
        return True

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def nameless(tmp_path: Path) -> Path:
    """A file whose container nothing here knows."""
    path = tmp_path / "a.xyz"
    path.write_bytes(b"\x01\x02\x03\x04" * 100)
    return path


@pytest.mark.parametrize("stated", [0.0, 1e9, -9.2e18, float("nan")])
def test_a_file_of_which_every_grab_fails_comes_to_an_end(
    nameless: Path, stated: float
) -> None:
    capture = Scripted([], stated)
    with pytest.raises(ClipError, match="no picture in it can be decoded"):
        list(Clip(nameless, opens=capture.open).play())
    assert capture.grabs <= MOST_COLD_TRIES
    assert capture.released == 1


def test_a_file_that_fails_for_ever_behind_a_picture_ends(nameless: Path) -> None:
    capture = Scripted([True], 1e9)
    assert len(list(Clip(nameless, opens=capture.open).play())) == 1
    assert capture.grabs <= MOST_TRIES + 1


def test_what_is_behind_much_damage_is_found(nameless: Path) -> None:
    script = [True] * 5 + [False] * (SPARE_TRIES + 4000) + [True] * 5
    capture = Scripted(script, 5010.0)
    clip = Clip(nameless, opens=capture.open)
    assert len(list(clip.play())) == 10
    assert clip.missing == 5000


@pytest.mark.parametrize("decodes", [1, 2, 3])
def test_the_card_and_the_system_are_tried_behind_ffmpeg(
    decodes: int, nameless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engines.footage.clip.sys.platform", "win32")
    asked: list[tuple[int, bool]] = []

    def opens(path: str, backend: int, parameters: Sequence[int]) -> Capture:
        asked.append((backend, bool(parameters)))
        return Scripted([len(asked) == decodes] * 3)

    assert len(list(Clip(nameless, opens=opens).play())) == 3
    ways = [(cv2.CAP_FFMPEG, False), (cv2.CAP_FFMPEG, True), (cv2.CAP_MSMF, False)]
    assert asked == ways[:decodes]


def test_an_angle_that_is_no_quarter_is_told(nameless: Path) -> None:
    class Tilted(Scripted):
        def get(self, prop: int, /) -> float:
            return 45.0 if prop == cv2.CAP_PROP_ORIENTATION_META else super().get(prop)

    told: list[str] = []
    list(Clip(nameless, told.append, Tilted([True]).open).play())
    assert told == [
        "asks for a rotation of 45 degrees, expected a multiple of 90; it is shown "
        "without rotation"
    ]
