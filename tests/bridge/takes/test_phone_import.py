"""Folders as the phone leaves its takes, imported."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bridge.errors import TakeError
from bridge.takes.imported import Imported
from bridge.takes.phone_files import find
from bridge.takes.phone_import import import_phone
from protocols.channels import INDEX
from protocols.export.livelink_csv import encode
from protocols.export.livelink_take import FILE_ORDER
from protocols.livelink import CURVES
from protocols.timecode import Timecode

from .exchanging import STEM, run


def table(path: Path, jaw: float, rows: int = 4) -> None:
    """Write a phone's CSV whose jawOpen is told."""
    values = np.zeros((rows, len(CURVES)), np.float32)
    values[:, FILE_ORDER.index("JawOpen")] = jaw
    values[:, FILE_ORDER.index("JawLeft")] = jaw / 2
    times = [Timecode(100 + k, 0.0, 60) for k in range(rows)]
    path.write_text("".join(encode(values, times, FILE_ORDER)), "utf-8")


def phone(folder: Path, told: object = None, **tables: float) -> Path:
    """Make a folder of the phone with take.json and CSVs."""
    folder.mkdir(parents=True)
    about = {"slate": "MySlate", "take": 3, "subject": "iPhone"} | (
        told if isinstance(told, dict) else {}
    )
    (folder / "take.json").write_text(json.dumps(about), "utf-8")
    (folder / "frame_log.csv").write_text("V,0\nA,0\n", "utf-8")
    (folder / f"{STEM}.mov").write_bytes(b"moov")
    (folder / "thumbnail.jpg").write_bytes(b"\xff\xd8")
    for ending, jaw in tables.items():
        table(folder / f"{STEM}{'' if ending == 'plain' else '_' + ending}.csv", jaw)
    return folder


def imported_from(path: Path, subject: str | None = None) -> Imported:
    (files,) = find(path)
    return import_phone(files, subject)


def jaw_of(folder: Path) -> float:
    (take,) = imported_from(folder).recording.takes
    assert take.vectors[0, INDEX["jawLeft"]] == take.vectors[0, INDEX["jawOpen"]] / 2
    return float(take.vectors[0, INDEX["jawOpen"]])


def test_the_calibrated_curves_are_read_unless_nobody_calibrated(
    tmp_path: Path,
) -> None:
    tables = {"cal": 0.25, "raw": 0.5, "neutral": 1.0}
    both = phone(tmp_path / "20240531_MySlate_3", {"calibrated": True}, **tables)
    assert jaw_of(both) == 0.25
    imported = imported_from(both)
    about = imported.recording.about
    assert (about.slate, about.number) == ("MySlate", 3)
    assert about.origin == f"imported from 20240531_MySlate_3/{STEM}_cal.csv"
    assert imported.recording.takes[0].subject == "iPhone"
    assert imported.notes == (
        f"{STEM}_cal.csv was read; left out: {STEM}_neutral.csv, {STEM}_raw.csv",
        f"the video {STEM}.mov stays where it is",
    )
    assert about.notes == "\n".join(imported.notes)
    assert jaw_of(phone(tmp_path / "b", {"calibrated": False}, **tables)) == 0.5
    assert jaw_of(phone(tmp_path / "c", {}, **tables)) == 0.25
    assert jaw_of(phone(tmp_path / "d", {}, raw=0.5, neutral=1.0)) == 0.5
    assert jaw_of(phone(tmp_path / "e", {}, plain=0.75, raw=0.5)) == 0.75
    assert jaw_of(phone(tmp_path / "f", {}, plain=0.75)) == 0.75


def test_columns_are_read_by_their_names(tmp_path: Path) -> None:
    """Newer versions of the app write right before left."""
    folder = phone(tmp_path / "t", plain=0.5)
    order = sorted(CURVES, key=lambda name: (name.endswith("Left"), name))
    values = np.zeros((2, len(CURVES)), np.float32)
    values[:, order.index("JawOpen")], values[:, order.index("JawLeft")] = 0.5, 0.25
    times = [Timecode(100 + k, 0.0, 60) for k in range(2)]
    (folder / f"{STEM}.csv").write_text("".join(encode(values, times, order)), "utf-8")
    assert jaw_of(folder) == 0.5


def test_names_come_from_take_json_and_else_from_the_file(tmp_path: Path) -> None:
    folder = phone(tmp_path / "a", {"slate": "A_b", "subject": "Änn_x"}, plain=0.5)
    imported = imported_from(folder)
    assert imported.recording.takes[0].subject == "Änn_x"
    assert imported.recording.about.slate == "A_b"
    assert imported_from(folder, "Bo").recording.takes[0].subject == "Bo"
    (folder / "take.json").write_text("{", "utf-8")
    imported = imported_from(folder)
    assert imported.recording.takes[0].subject == "iPhone"
    assert any("take.json: it is not JSON" in note for note in imported.notes)
    (folder / "take.json").unlink()
    imported = imported_from(folder)
    assert imported.recording.about.slate == "MySlate"
    assert any("there is no take.json" in note for note in imported.notes)


def test_frames_that_the_csv_lacks_are_told(tmp_path: Path) -> None:
    notes = imported_from(phone(tmp_path / "a", {"frames": 9}, plain=0.5)).notes
    assert "take.json tells of 9 frames, and the CSV has 4 rows" in notes
    same = phone(tmp_path / "b", {"frames": 4}, plain=0.5)
    assert not [note for note in imported_from(same).notes if "tells of" in note]


def test_depth_is_left_out_and_a_take_of_depth_alone_says_what_to_do(
    tmp_path: Path,
) -> None:
    folder = phone(tmp_path / "a", plain=0.5)
    (folder / "depth_data.bin").write_bytes(b"\0" * 9)
    assert any(
        "only MetaHuman Animator reads it" in n for n in imported_from(folder).notes
    )
    (folder / f"{STEM}.csv").unlink()
    with pytest.raises(TakeError) as error:
        imported_from(folder)
    assert "has no CSV with curves" in str(error.value)
    assert f'--source "video:{folder / STEM}.mov"' in str(error.value)


@pytest.mark.parametrize("above", [".", "LiveLinkFace_20240531_MySlate_3_iPhone"])
def test_takes_are_found_in_a_folder_of_folders(tmp_path: Path, above: str) -> None:
    for name in ("20240531_MySlate_4", "20240531_MySlate_3"):
        phone(tmp_path / "all" / above / name, plain=0.5)
    (tmp_path / "all" / ".hidden").mkdir()
    found = find(tmp_path / "all")
    assert [files.name for files in found] == [
        "20240531_MySlate_3",
        "20240531_MySlate_4",
    ]
    (tmp_path / "out").mkdir()
    told = run("import", tmp_path / "all", "--to", tmp_path / "out")
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["20240531_MySlate_3.mcap", "20240531_MySlate_4.mcap"]
    assert told.count("iPhone, 4 frames") == 2


def test_a_folder_without_takes_and_loose_csvs_are_none(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="has no take of Live Link Face"):
        run("import", tmp_path)
    for name in ("MySlate_3_iPhone", "MySlate_4_iPhone"):
        table(tmp_path / f"{name}.csv", 0.5)
    with pytest.raises(TakeError, match="has no take of Live Link Face"):
        find(tmp_path)


def test_an_old_folder_has_a_csv_and_a_video(tmp_path: Path) -> None:
    table(tmp_path / f"{STEM}.csv", 0.5)
    (tmp_path / f"{STEM}.MOV").write_bytes(b"moov")
    assert [files.where for files in find(tmp_path)] == [tmp_path]
    assert jaw_of(tmp_path) == 0.5


def test_one_broken_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    phone(tmp_path / "all" / "one", plain=0.5)
    phone(tmp_path / "all" / "two")
    with pytest.raises(TakeError, match="has no CSV with curves"):
        run("import", tmp_path / "all")
    assert (tmp_path / "all" / "one.mcap").is_file()


def zipped(folder: Path, path: Path) -> Path:
    """Pack a folder as the phone and macOS do."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for inside in sorted(folder.rglob("*")):
            name = inside.relative_to(folder).as_posix()
            file.write(inside, name)
            if inside.is_file():
                file.writestr(f"__MACOSX/{name}", b"")
                hidden = inside.relative_to(folder).with_name(f"._{inside.name}")
                file.writestr(hidden.as_posix(), b"")
    return path


def test_a_zip_is_read_as_its_folders_are(tmp_path: Path) -> None:
    for name in ("20240531_MySlate_3", "20240531_MySlate_4"):
        phone(tmp_path / "in" / "LiveLinkFace" / name, plain=0.5, neutral=1.0)
    path = zipped(tmp_path / "in", tmp_path / "LiveLinkFace_iPhone.ZIP")
    told = run("import", path)
    assert told.count("iPhone, 4 frames") == 2
    assert f"{STEM}.csv was read; left out: {STEM}_neutral.csv" in told
    assert f"the video {STEM}.mov stays where it is" in told
    made = sorted(one.name for one in tmp_path.glob("*.mcap"))
    assert made == ["20240531_MySlate_3.mcap", "20240531_MySlate_4.mcap"]
    flat = zipped(tmp_path / "in" / "LiveLinkFace" / name, tmp_path / "flat.zip")
    assert [files.name for files in find(flat)] == ["flat"]


def test_a_zip_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK no")
    with pytest.raises(TakeError, match="cannot be read as a zip"):
        run("import", path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.txt", b"")
    with pytest.raises(TakeError, match="has no take of Live Link Face"):
        run("import", path)
    folder = phone(tmp_path / "t")
    with pytest.raises(
        TakeError, match=f"its video, {STEM}.mov, can be solved: unpack"
    ):
        run("import", zipped(folder, path))
    with pytest.raises(TakeError, match="cannot be read"):
        run("import", tmp_path / "none.zip")


@pytest.mark.parametrize("flip", [0x55, 0xFF])
def test_any_byte_of_a_zip_may_be_broken(tmp_path: Path, flip: int) -> None:
    folder = phone(tmp_path / "t", plain=0.5)
    good = zipped(folder, tmp_path / "good.zip").read_bytes()
    path = tmp_path / "bad.zip"
    for at in range(flip % 5, len(good), 11):
        path.write_bytes(good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :])
        try:
            for files in find(path):
                import_phone(files)
        except TakeError:
            pass
