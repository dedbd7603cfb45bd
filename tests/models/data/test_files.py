"""Files of training that are damaged, or others than were expected."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from models.data.files import (
    FileError,
    open_arrays,
    read_array,
    read_json,
    read_toml,
)
from models.data.motion.tracker import DEFAULT, Noise, NoiseError
from models.data.photographs.fer2013 import COLUMNS, SIDE, VOTES, read_archive, read_csv
from models.data.rendered.head import load_head
from models.training.manifest import read_entry

JARGON = ("codec", "Errno", "pickle", "zip", "Expecting", "convert", "invalid literal")


def archive(path: Path) -> bytes:
    np.savez(path, a=np.arange(50), b=np.zeros((3, 3)))
    return path.read_bytes()


def test_every_beginning_of_an_archive_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    whole = archive(path)
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with (
            pytest.raises(FileError, match=r"a\.npz: not a complete"),
            open_arrays(path),
        ):
            pass


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    whole = archive(path)
    at = whole.index(np.arange(50).tobytes())
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])
    with pytest.raises(FileError, match="not a complete"), open_arrays(path) as data:
        data["a"]


def test_another_archive_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    archive(path)
    for read in (read_archive, load_head):
        with pytest.raises(FileError, match=r"a\.npz: has no array '"):
            read(path)
    np.save(tmp_path / "b.npy", np.zeros(3))
    with pytest.raises(FileError, match="one array"), open_arrays(tmp_path / "b.npy"):
        pass
    (tmp_path / "c.npy").write_bytes(b"\x00garbage")
    with pytest.raises(FileError, match="delete it"):
        read_array(tmp_path / "c.npy")


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"\x80"])
def test_what_is_no_table_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_json(path)
    assert str(caught.value).startswith(str(path))
    assert not any(word in str(caught.value) for word in JARGON)


def test_a_manifest_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_bytes(b"\xef\xbb\xbf[motion]\nfile = 'a'\n")
    assert read_entry(path, "motion") == {"file": "a"}
    with pytest.raises(FileError, match=r"manifest\.toml: has no table \[solver\]"):
        read_entry(path, "solver")
    path.write_text("[motion")
    with pytest.raises(FileError, match=r"manifest\.toml: at its end"):
        read_toml(path)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"level": [1, 2]}, "level: expected a table of numbers by name"),
        ({"level": {"jawOpen": 1.0}}, "level: no number for "),
        ({"white": "x"}, "white: got 'x', expected a number"),
        ({"white": float("nan")}, "white: got nan, expected a finite number"),
        ({"gap_frames": [1]}, "gap_frames: expected a list of 2"),
        ({"gap_frames": [1, "x"]}, "gap_frames: got 'x', expected a number"),
        ({"noise": 1}, "unknown names: noise"),
    ],
)
def test_a_description_of_noise_is_refused_by_its_name(
    values: dict[str, object], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "noise.json"
    path.write_text(json.dumps(values))
    with pytest.raises(NoiseError) as caught:
        Noise.read(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_noise_that_notepad_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "noise.json"
    DEFAULT.write(path)
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    again = asdict(Noise.read(path))
    assert again.pop("level") == pytest.approx(DEFAULT.level, abs=1e-6)
    assert again == {k: v for k, v in asdict(DEFAULT).items() if k != "level"}


GREY = " ".join(["7"] * SIDE * SIDE)


@pytest.mark.parametrize(
    ("pixels", "votes", "message"),
    [
        ("", "", r"fer2013\.csv: no column emotion, pixels, Usage"),
        ("emotion,pixels\n", "", r"fer2013\.csv: no column Usage"),
        ("emotion,pixels,Usage\n", "", r"fer2013\.csv: no row below"),
        (f"emotion,pixels,Usage\nx,{GREY},Training\n", "", r"csv:2: emotion 'x'"),
        (f"emotion,pixels,Usage\n9,{GREY},Training\n", "", r"csv:2: emotion '9'"),
        ("emotion,pixels,Usage\n1,7 x,Training\n", "", r"csv:2: not 2304 grey"),
        ("emotion,pixels,Usage\n1\n", "", r"csv:2: not 2304 grey"),
        (f"emotion,pixels,Usage\n1,{GREY},Dev\n", "", r"csv:2: Usage 'dev'"),
        (
            f"emotion,pixels,Usage\n1,{GREY},Training\n",
            "Usage,Image name\nTraining,a.png,1,x\n",
            r"fer2013new\.csv:2: expected 10 numbers of votes",
        ),
        (f"emotion,pixels,Usage\n1,{GREY},Training\n", "a\n", r"0 rows"),
    ],
)
def test_a_table_that_is_none_is_told_by_its_row(
    pixels: str, votes: str, message: str, tmp_path: Path
) -> None:
    table, beside = tmp_path / "fer2013.csv", tmp_path / "fer2013new.csv"
    table.write_text(pixels)
    if votes:
        beside.write_text(votes)
    with pytest.raises(FileError, match=message):
        read_csv(table, beside)


def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    table = tmp_path / "fer2013.csv"
    head = ",".join(COLUMNS)
    table.write_text(f"{head}\n3,{GREY},Training\n", "utf-8-sig")
    faces = read_csv(table, tmp_path / "absent.csv")
    assert len(faces) == 1 and faces.label.tolist() == [3]
    assert faces.votes.shape == (1, VOTES)
