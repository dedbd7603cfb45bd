import re
from pathlib import Path

import pytest

from engines.footage.reasons import contents_of, why_unreadable
from protocols.container.contents import UNKNOWN, Contents


@pytest.mark.parametrize(
    ("contents", "opened", "expected"),
    [
        (Contents("text"), False, r"is a text file, expected a video such as MP4"),
        (Contents("web page"), False, r"is a web page, not the video"),
        (Contents("Git LFS pointer"), False, r"git lfs pull"),
        (Contents("zeros"), False, r"holds nothing but zeros"),
        (Contents("MP4", indexed=False), False, r"without its index \(moov\)"),
        (Contents("WebM", indexed=False), False, r"ends before its pictures begin"),
        (
            Contents("MP4", video=False, sound=True),
            False,
            r"holds sound and no picture \(MP4\)",
        ),
        (Contents("MP4", video=False), False, r"holds no picture \(MP4\)"),
        (Contents("MP4", video=True, pictures=0), False, r"without a single picture"),
        (
            Contents("MP4", video=True, codec="av01"),
            True,
            r"its pictures are AV1 in MP4.* ffmpeg -i \".*clip\.mp4\" -c:v libx264 .*"
            r"\".*clip-h264\.mp4\"",
        ),
        (Contents("WebM", video=True, codec="V_AV1"), True, r"are AV1 in WebM"),
        (Contents("MP4", video=True, codec="vvc1"), False, r"are H\.266 in MP4"),
        (Contents("MP4", video=True, codec="quux"), False, r"are quux in MP4.*ffmpeg"),
        (
            Contents("MP4", video=True, codec="avc1"),
            True,
            r"no picture in it can be decoded, although it is H\.264 in MP4: it is dam",
        ),
        (Contents("MP4", video=True, codec="hvc1"), False, r"H\.265 in MP4: it is dam"),
        (UNKNOWN, False, r"no picture in it can be decoded; expected a video such as"),
    ],
)
def test_each_kind_has_its_own_sentence(
    tmp_path: Path, contents: Contents, opened: bool, expected: str
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0")
    found = why_unreadable(path, contents, opened)
    assert re.search(expected, found), found
    assert "\n" not in found


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.touch()
    assert why_unreadable(path, UNKNOWN, False).startswith("is empty (0 bytes)")


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    assert contents_of(path) == UNKNOWN
    assert "cannot be read (No such file" in why_unreadable(path, UNKNOWN, False)
