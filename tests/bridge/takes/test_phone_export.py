"""A take, exported as the folder in which the phone leaves one, and back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.errors import BridgeError, TakeError
from bridge.takes.disk import DiskFile
from bridge.takes.mp4_file import Mp4File
from bridge.takes.mp4_pictures import Pictures
from bridge.takes.phone_export import export_folder, folder_name
from bridge.takes.read import read_recording
from bridge.takes.take import About, Take
from bridge.takes.write import write_recording
from protocols.channels import WEIGHTS_SLICE
from protocols.export.livelink_take import FILE_ORDER
from protocols.mp4 import track_of
from protocols.take import Picture

from .exchanging import run
from .made import ABOUT, recording
from .steady import smooth

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
REAL = SHARED / "data" / "arkit_takes" / "jmtechart" / "MySlate_3_iPhone.csv"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file))


def film(path: Path) -> list[bytes]:
    """Write a reference video of three pictures; return their JPEGs."""
    jpegs = []
    for grey in (40, 120, 200):
        good, data = cv2.imencode(".jpg", np.full((48, 64, 3), grey, np.uint8))
        assert good
        jpegs.append(data.tobytes())
    with DiskFile(path) as file:
        mp4 = Mp4File(file, track_of(64, 48, 30.0))
        for jpeg in jpegs:
            mp4.add(jpeg)
        mp4.close()
    return jpegs


def shown(taken: Take) -> list[Picture]:
    """One picture before the take's first frame, one of it, one of its last."""
    first, last = int(taken.captured_ns[0]), int(taken.captured_ns[-1])
    return [Picture(0, first - 1, 0), Picture(1, first, 1), Picture(2, last, 2)]


def test_a_take_comes_back_from_the_phones_folder(tmp_path: Path) -> None:
    source = tmp_path / "12A_003.mcap"
    taken = smooth(rate=60, subject="Anna")
    write_recording(source, recording(taken), shown(taken))
    jpegs = film(tmp_path / "12A_003.mp4")
    told = run("export", source, "--format", "livelink-folder")
    folder = tmp_path / "20260102_12A_3"
    assert "the video has no sound" in told and str(folder) in told
    assert sorted(path.name for path in folder.iterdir()) == [
        "12A_3_Anna.mp4",
        "12A_3_Anna_cal.csv",
        "take.json",
        "thumbnail.jpg",
        "video_metadata.json",
    ]
    # The video begins with the take, and not before it.
    assert (folder / "thumbnail.jpg").read_bytes() == jpegs[1]
    pictures = Pictures(folder / "12A_3_Anna.mp4")
    assert [pictures.picture(i) for i in range(len(pictures))] == jpegs[1:]
    pictures.close()
    assert "30 pictures a second, and the CSV 60 rows" in told
    said = json.loads((folder / "take.json").read_text("utf-8"))
    more = said.pop("facewire")
    assert said == {
        "slate": "12A", "take": 3, "subject": "Anna", "calibrated": True, "frames": 2
    }  # fmt: skip
    assert more["start_timecode"] == "00:16:45:00"
    video = json.loads((folder / "video_metadata.json").read_text("utf-8"))
    assert video == {"FrameRate": 30.0, "Dimensions": {"width": 64, "height": 48}}
    rows = rows_of(folder / "12A_3_Anna_cal.csv")
    assert rows[0] == ["Timecode", "BlendShapeCount", *FILE_ORDER]

    run("import", folder, "--to", tmp_path)
    back = read_recording(tmp_path / "20260102_12A_3.mcap")
    assert (back.about.slate, back.about.number) == ("12A", 3)
    (take,) = back.takes
    assert "take.json tells of 2 frames, and the CSV has 31 rows" in back.about.notes
    assert take.subject == "Anna" and take.timecodes == taken.timecodes
    np.testing.assert_allclose(take.vectors, taken.vectors, rtol=0, atol=2e-6)


def test_a_reader_of_another_finds_what_it_looks_for(tmp_path: Path) -> None:
    """As a Maya tool reads these folders: by the keys of take.json."""
    folder = tmp_path / "out"
    about = replace(ABOUT, slate="My Slate")
    export_folder(smooth(rate=60), about, folder, None)
    take = json.loads((folder / "take.json").read_bytes())
    stem = f"{take['slate']}_{take['take']}_{take['subject']}"
    ending = "cal" if take["calibrated"] else "raw"
    with (folder / f"{stem}_{ending}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == take["frames"] == 31
    assert float(rows[-1]["JawOpen"]) == 1.0
    assert rows[0]["BlendShapeCount"] == "61"


def test_a_video_without_pictures_of_the_take_is_left_out(tmp_path: Path) -> None:
    film(tmp_path / "v.mp4")
    taken = smooth(rate=60)
    for number, pictures in enumerate(
        ([], shown(taken)[:1], [Picture(9, 5 * 10**9, 0)])
    ):
        folder = tmp_path / str(number)
        notes = export_folder(taken, ABOUT, folder, tmp_path / "v.mp4", pictures)
        assert notes == ("v.mp4 has no pictures of these frames; it is left out",)
        assert not list(folder.glob("*.mp4")) and not list(folder.glob("*.jpg"))
        assert json.loads((folder / "take.json").read_bytes())["frames"] == 31


def test_several_faces_are_several_folders(tmp_path: Path) -> None:
    source = tmp_path / "a.mcap"
    write_recording(source, recording(smooth(subject="a"), smooth(subject="b/.c")))
    told = run("export", source, "--format", "LiveLink-Folder", "--to", tmp_path)
    folders = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert folders == ["20260102_12A_3_a", "20260102_12A_3_b_.c"]
    assert told.count("resampled from 30 to 60 fps") == 2
    assert "the video is left out" in told  # ABOUT names one that is not there.
    names = {p.name for p in (tmp_path / folders[1]).iterdir()}
    assert names == {"12A_3_b_.c_cal.csv", "take.json"}


def test_names_that_no_file_may_have_are_made_fit() -> None:
    assert folder_name(About(slate="a/b:c", number=7)) == "a_b_c_7"
    assert folder_name(About(slate="...", number=1)) == "Take_1"
    assert folder_name(About(slate="", started="nonsense")) == "Take_1"
    assert folder_name(ABOUT) == "20260102_12A_3"
    assert len(folder_name(About(slate="x" * 999))) < 80


@pytest.mark.parametrize(
    "spoil",
    [lambda path: path.mkdir(), lambda path: path.write_bytes(b"")],
    ids=["folder", "file"],
)
def test_nothing_is_overwritten_and_nothing_is_left(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(tmp_path / "x")
    with pytest.raises(TakeError, match="exists already and is not overwritten"):
        export_folder(smooth(), ABOUT, tmp_path / "x", None)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    film(tmp_path / "v.mp4")
    taken = replace(smooth(), subject="x" * 400)
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / ("y" * 300)
    with pytest.raises(TakeError, match="cannot be written"):
        export_folder(taken, ABOUT, path, tmp_path / "v.mp4")
    assert not list((tmp_path / "folder").iterdir())


def test_wrong_words_are_sentences(tmp_path: Path) -> None:
    source = tmp_path / "a.mcap"
    write_recording(source, recording(smooth()))
    for words, told in (
        (("--format", "folder"), "expected csv, bvh, gltf, usd, livelink-folder"),
        (("--format", "livelink-folder", "--fps", "30"), "has 60 fps; leave --fps out"),
        (("--format", "livelink-folder", "--to", "no/x"), "no such folder: no"),
    ):
        with pytest.raises(BridgeError) as error:
            run("export", source, *words)
        assert told in str(error.value)


@pytest.mark.skipif(not REAL.exists(), reason="no real takes here")
def test_a_real_take_of_the_phone_goes_through_both_ways(tmp_path: Path) -> None:
    folder = tmp_path / "20220101_MySlate_3"
    folder.mkdir()
    (folder / "MySlate_3_iPhone_cal.csv").write_bytes(REAL.read_bytes())
    (folder / "take.json").write_text('{"slate":"MySlate","take":3,"subject":"iPhone"}')
    run("import", folder)
    made = tmp_path / "20220101_MySlate_3.mcap"
    run("export", made, "--format", "livelink-folder", "--to", tmp_path / "back")
    first = rows_of(REAL)
    again = tmp_path / "back" / "MySlate_3_iPhone_cal.csv"
    second = rows_of(again)
    assert first[0] == second[0]
    assert [row[0] for row in first] == [row[0] for row in second]
    one, other = (
        np.array([r[2:] for r in rows[1:]], float) for rows in (first, second)
    )
    np.testing.assert_allclose(one, other, rtol=0, atol=2e-6)
    assert one[:, WEIGHTS_SLICE].max() > 0.1
