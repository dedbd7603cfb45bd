"""Pictures of a reference video, one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import TakeError
from bridge.takes.disk import DiskFile
from bridge.takes.mp4_file import Mp4File
from bridge.takes.mp4_pictures import Pictures
from protocols.mp4 import FRAGMENT_SIZE, HEAD_SIZE, track_of

JPEGS = [b"\xff\xd8 first", b"\xff\xd8 the second one", b"\xff\xd8 3"]


def video(path: Path, *, whole: bool = True) -> Path:
    with DiskFile(path) as file:
        mp4 = Mp4File(file, track_of(64, 48, 30.0))
        for picture in JPEGS:
            mp4.add(picture)
        if whole:
            mp4.close()
    return path


@pytest.mark.parametrize("whole", [True, False])
def test_pictures_are_read_in_any_order(tmp_path: Path, whole: bool) -> None:
    pictures = Pictures(video(tmp_path / "a.mp4", whole=whole))
    assert len(pictures) == 3 and pictures.size == (64, 48)
    assert [pictures.picture(at) for at in (2, 0, 1, 1)] == [
        JPEGS[2],
        JPEGS[0],
        JPEGS[1],
        JPEGS[1],
    ]
    pictures.close()
    pictures.close()


def test_every_cut_leaves_the_whole_pictures_before_it(tmp_path: Path) -> None:
    data = video(tmp_path / "a.mp4", whole=False).read_bytes()
    ends = [HEAD_SIZE]
    for picture in JPEGS:
        ends.append(ends[-1] + FRAGMENT_SIZE + len(picture))
    cut = tmp_path / "cut.mp4"
    for size in range(HEAD_SIZE, len(data) + 1):
        cut.write_bytes(data[:size])
        pictures = Pictures(cut)
        assert len(pictures) == sum(end <= size for end in ends[1:])
        pictures.close()


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"something else")
    with pytest.raises(TakeError, match=r"a\.mp4: mp4: "):
        Pictures(path)
    with pytest.raises(TakeError, match="cannot be read"):
        Pictures(tmp_path / "absent.mp4")
