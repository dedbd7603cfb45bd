from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data.manifest import (
    ManifestError,
    parse_expected,
    read_folder,
    read_manifest,
    read_rows,
)
from models.reenactment.labelled import read_segments

HEAD = "file,use,expected,person,notes\n"


def write(folder: Path, lines: str, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    path = folder / "manifest.csv"
    path.write_text(HEAD + lines, encoding="utf-8")
    return path


def test_rows_of_a_use_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "clips/a.mp4,test,see segments.json,anna,\n"
        "stills/b.jpg,test,browDownLeft;jawOpen|mouthFunnel,bob,smiles\n"
        "stills/c.jpg,test,,bob,a neutral of this person\n"
        "stills/d.jpg,train,,dan,\n",
        *("clips/a.mp4", "stills/b.jpg", "stills/c.jpg"),
    )
    clip, posed, calm = read_manifest(path, [], ["test", "look"])
    assert clip.moving
    assert clip.expected == ()
    assert not posed.moving
    assert posed.expected == (("browDownLeft",), ("jawOpen", "mouthFunnel"))
    assert (posed.person, posed.neutral) == ("bob", False)
    assert calm.neutral


def test_files_are_found_in_the_folder_of_clips(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.mp4").touch()
    path = write(tmp_path, "clips/a.mp4,test,,,\n")
    (row,) = read_manifest(path, [tmp_path / "elsewhere"], ["test"])
    assert row.path == tmp_path / "elsewhere" / "a.mp4"


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "clips/a.mp4,test,,,\n")
    with pytest.raises(ManifestError, match=r"clips/a\.mp4 is in none of the folders"):
        read_manifest(path, [tmp_path], ["test"])


def test_a_manifest_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text("name,kind\na.mp4,test\n", encoding="utf-8")
    with pytest.raises(ManifestError, match="columns file and use"):
        read_manifest(path, [], ["test"])


def test_all_videos_of_a_folder_are_judged(tmp_path: Path) -> None:
    for name in ("b.MP4", "a.mov", "notes.txt"):
        (tmp_path / name).touch()
    assert [row.path.name for row in read_folder(tmp_path)] == ["a.mov", "b.MP4"]


def test_a_folder_that_the_manifest_does_not_name_is_judged_whole(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path, "clips/a.mp4,test,,,\n", "clips/a.mp4", "clips/b.mp4", "more/c.mp4"
    )
    folders = [tmp_path / "clips", tmp_path / "more"]
    named = [row.path.name for row in read_rows(path, folders, ["test"])]
    assert named == ["a.mp4", "c.mp4"]
    whole = [row.path.name for row in read_rows(None, folders, ["test"])]
    assert whole == ["a.mp4", "b.mp4", "c.mp4"]


def test_a_folder_without_videos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no videos"):
        read_folder(tmp_path)
    with pytest.raises(ManifestError, match="no such folder"):
        read_folder(tmp_path / "absent")


def test_labels_are_groups_of_alternatives() -> None:
    assert parse_expected("") == ()
    assert parse_expected("a;b|c") == (("a",), ("b", "c"))


def test_segments_are_read(tmp_path: Path) -> None:
    path = tmp_path / "segments.json"
    path.write_text(
        '{"a": {"neutral": [[5, 60]],'
        ' "segs": [{"at": [7, 9], "expect": ["x|y", "z"]}]}}',
        encoding="utf-8",
    )
    (segments,) = read_segments(path).values()
    assert segments.neutral == ((5, 60),)
    assert (segments.passages[0].first, segments.passages[0].last) == (7, 9)
    assert segments.passages[0].expected == (("x", "y"), ("z",))


@given(text=st.text(max_size=80))
def test_garbage_is_no_file_of_segments(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "segments.json"
    path.write_text(text, encoding="utf-8")
    try:
        found = read_segments(path)
    except ManifestError as error:
        assert "not a file of segments" in str(error)
    else:
        assert found == {}
