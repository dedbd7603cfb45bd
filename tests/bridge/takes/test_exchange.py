"""Takes in and out through files, the two commands, and the mesh of the package."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pygltflib
import pytest
import typer
from pxr import Usd, UsdSkel
from typer.testing import CliRunner

from bridge.commands.take_exchange import add_commands, parse_rate
from bridge.errors import BridgeError, ConfigError, TakeError
from bridge.takes.exported import SUFFIXES, Format, export_take
from bridge.takes.imported import import_csv
from bridge.takes.read import read_recording
from bridge.takes.take import Recording
from bridge.takes.write import write_recording
from protocols.channels import INDEX
from protocols.export.livelink_csv import encode
from protocols.livelink import CURVES
from protocols.timecode import Timecode

from .made import ABOUT
from .steady import smooth

JAW = INDEX["jawOpen"]


def written(path: Path, values: dict[int, float], gaps: tuple[int, ...] = ()) -> Path:
    """A phone's file: four frames at 60, jawOpen as told."""
    rows = np.zeros((4, len(CURVES)), np.float32)
    for at, value in values.items():
        rows[at, JAW] = value
    lines = "".join(encode(rows, [Timecode(100 + k, 0.0, 60) for k in range(4)]))
    kept = lines.splitlines()
    for at in gaps:
        kept[1 + at] = kept[1 + at].split(",")[0] + ",0"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


# Import


def test_an_imported_take_holds_the_pose_where_no_face_was(tmp_path: Path) -> None:
    values = {0: 0.25, 1: 0.5, 3: 0.75}
    path = written(tmp_path / "MySlate_3_iPhone_cal.csv", values, (0, 2))
    imported = import_csv(path)
    (take,) = imported.recording.takes
    assert take.subject == "iPhone"
    assert take.tracked.tolist() == [False, True, False, True]
    assert take.vectors[:, JAW].tolist() == [0.0, 0.5, 0.5, 0.75]
    assert take.confidence.tolist() == [0.0, 1.0, 0.0, 1.0]
    told = [0, 16_666_667, 33_333_333, 50_000_000]
    assert take.captured_ns.tolist() == pytest.approx(told, abs=1)
    assert str(take.timecodes[0]) == "00:00:01:40"
    about = imported.recording.about
    assert (about.slate, about.number) == ("MySlate", 3)
    assert about.origin == "imported from MySlate_3_iPhone_cal.csv"
    assert imported.notes == ("2 of 4 frames have no face; they hold the last pose",)
    assert about.notes == imported.notes[0]


def test_weights_beyond_the_range_are_clamped_and_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", {1: 1.25, 2: -0.25})
    imported = import_csv(path, "ben")
    (take,) = imported.recording.takes
    assert take.subject == "ben" and imported.recording.about.slate == "a"
    assert take.vectors[:, JAW].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert imported.notes == ("2 frames have weights outside 0 to 1; clamped",)


def test_a_file_that_is_none_is_a_take_error(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match=r"x\.csv: cannot be read"):
        import_csv(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_bytes(b"\xff")
    with pytest.raises(TakeError, match=r"x\.csv: csv: no header of a Live Link"):
        import_csv(tmp_path / "x.csv")


def test_a_csv_comes_back_through_a_take(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    values = rng.random((50, len(CURVES))).astype(np.float32) * 0.9
    # Off the whole frames by a part, and slower than 60 by as much as the phone.
    times = [Timecode(216_000 + k, 0.0016 * k + 0.273, 60) for k in range(50)]
    source = tmp_path / "a.csv"
    source.write_text("".join(encode(values, times)), encoding="utf-8")
    mcap = tmp_path / "a.mcap"
    write_recording(mcap, import_csv(source).recording)
    (take,) = read_recording(mcap).takes
    out = tmp_path / "b.csv"
    assert export_take(take, "csv", out) == ()
    first, second = source.read_text().splitlines(), out.read_text().splitlines()
    assert [line.split(",")[:2] for line in first] == [
        line.split(",")[:2] for line in second
    ]
    read = import_csv(out).recording.takes[0]
    np.testing.assert_allclose(read.vectors, take.vectors, rtol=0, atol=2e-6)
    for one, other in zip(first[1:], second[1:], strict=True):
        a, b = (np.array(line.split(",")[2:], float) for line in (one, other))
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-6)


# Export


def rows_of(path: Path) -> list[list[str]]:
    return [line.split(",") for line in path.read_text().splitlines()]


def test_a_30_fps_take_is_60_in_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    notes = export_take(smooth(), "csv", path)
    assert notes == ("resampled from 30 to 60 fps",)
    header, *rows = rows_of(path)
    assert len(rows) == 61 and {len(row) for row in rows} == {len(header)} == {63}
    assert {row[1] for row in rows} == {"61"}
    assert rows[0][0] == "00:16:45:00.000" and rows[60][0] == "00:16:46:00.000"
    jaw = [float(row[header.index("JawOpen")]) for row in rows]
    assert jaw == pytest.approx(np.linspace(0, 1, 61), abs=1e-6)
    yaw = [float(row[header.index("HeadYaw")]) for row in rows]
    assert yaw == pytest.approx(np.linspace(0.5, -0.5, 61), abs=1e-6)


@pytest.mark.parametrize("kind", ["bvh", "gltf", "usd"])
def test_another_rate_that_was_asked_for_is_told(tmp_path: Path, kind: Format) -> None:
    notes = export_take(smooth(), kind, tmp_path / "a", Fraction(24))
    assert "resampled from 30 to 24 fps" in notes


def test_a_csv_says_what_it_cannot_hold(tmp_path: Path) -> None:
    take = smooth(rate=60)
    take.vectors[:, INDEX["jaw.x"]] = 0.1
    take.vectors[:, INDEX["headPosition.z"]] = -0.6
    take.tracked[3:5] = False
    assert export_take(take, "csv", tmp_path / "a.csv") == (
        "no face in 2 of 31 frames; a CSV cannot mark them for Unreal, so they hold "
        "the last pose as ordinary frames",
        "a CSV cannot hold: jaw, the head's position",
    )
    assert export_take(take, "bvh", tmp_path / "a.bvh") == (
        "BVH cannot hold weights; the file has bones only",
        "no face in 2 of 31 frames; BVH cannot mark them, so they hold the last "
        "pose as ordinary frames",
    )
    with pytest.raises(ConfigError, match="--fps 30: a CSV must have 60 fps"):
        export_take(take, "csv", tmp_path / "b.csv", Fraction(30))


@pytest.mark.parametrize("kind", list(SUFFIXES))
@pytest.mark.parametrize("count", [1, 2])
def test_the_shortest_takes_are_written(
    tmp_path: Path, kind: Format, count: int
) -> None:
    path = tmp_path / f"a{SUFFIXES[kind]}"
    export_take(smooth(count), kind, path)
    data = path.read_bytes()
    lines = data.splitlines()
    if kind == "csv":
        assert len(lines) == 1 + (1 if count == 1 else 3)
    elif kind == "bvh":
        assert f"Frames: {count}".encode() in lines
    elif kind == "gltf":
        document = pygltflib.GLTF2.load(str(path))
        at = document.animations[0].samplers[0].input
        assert document.accessors[at].count == count
    else:
        opened = Usd.Stage.Open(str(path))
        assert opened.GetEndTimeCode() == count - 1


def test_gltf_and_usd_keep_frames_at_their_own_times(tmp_path: Path) -> None:
    take = smooth()
    take.captured_ns[7] += 4_000_000
    export_take(take, "usd", tmp_path / "a.usda")
    opened = Usd.Stage.Open(str(tmp_path / "a.usda"))
    prim = opened.GetPrimAtPath("/Face/Skeleton/Animation")
    weights = UsdSkel.Animation(prim).GetBlendShapeWeightsAttr()
    codes = weights.GetTimeSamples()
    assert codes[7] == pytest.approx(7.12, abs=1e-5) and len(codes) == 31
    assert weights.Get(codes[30])[JAW] == 1.0
    export_take(take, "gltf", tmp_path / "b.glb", Fraction(60))
    document = pygltflib.GLTF2.load(str(tmp_path / "b.glb"))
    assert document.accessors[document.animations[0].samplers[0].input].count == 61


def test_frames_too_near_each_other_are_resampled_and_told(tmp_path: Path) -> None:
    take = smooth(300)
    take.captured_ns[299] = take.captured_ns[298] + 1
    (note,) = export_take(take, "gltf", tmp_path / "a.glb")
    assert note == "some frames are too close together in time; resampled to 30 fps"


@pytest.mark.parametrize("kind", list(SUFFIXES))
def test_a_file_that_is_there_is_kept(tmp_path: Path, kind: Format) -> None:
    path = tmp_path / "a"
    path.write_text("mine")
    with pytest.raises(TakeError, match="exists already"):
        export_take(smooth(2), kind, path)
    assert path.read_text() == "mine" and list(tmp_path.iterdir()) == [path]


# The commands


@pytest.fixture
def run() -> Callable[..., tuple[int, str]]:
    take = typer.Typer()
    add_commands(take)

    def call(*words: object) -> tuple[int, str]:
        result = CliRunner().invoke(take, [str(word) for word in words])
        if isinstance(result.exception, BridgeError):
            return result.exception.exit_code, str(result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.output

    return call


def test_files_are_imported_side_by_side(
    tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    good = written(tmp_path / "A_7_Phone.csv", {1: 0.5}, (3,))
    bad = tmp_path / "bad.csv"
    bad.write_text("no take\n")
    other = written(tmp_path / "other.csv", {2: 0.5})
    folder = tmp_path / "takes"
    assert run("import", good, "--to", folder)[0] == ConfigError.exit_code
    folder.mkdir()
    code, told = run("import", good, bad, other, "--to", folder)
    assert code == TakeError.exit_code and "bad.csv: csv: no header of a Live" in told
    assert sorted(path.name for path in folder.iterdir()) == [
        "A_7_Phone.mcap",
        "other.mcap",
    ]
    recording = read_recording(folder / "A_7_Phone.mcap")
    assert recording.takes[0].subject == "Phone"
    assert (
        recording.about.notes == "1 of 4 frames have no face; they hold the last pose"
    )
    code, told = run("import", other, "--subject", "zoë", "--rate", "2000/1")
    assert code == ConfigError.exit_code and "--rate 2000/1" in told
    code, told = run("import", other, "--subject", "zoë")
    assert code == 0 and "other.mcap: zoë, 4 frames" in told
    assert (tmp_path / "other.mcap").exists()


def test_every_face_is_exported_to_its_own_file(
    tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    path = tmp_path / "S_001.mcap"
    anna, ben = smooth(), smooth(20, 60, "ben/../x")
    write_recording(path, Recording(ABOUT, (anna, ben)))
    code, told = run("export", path, "--format", "csv")
    assert code == 0 and "anna, 31 frames, 1.0 s at 30 fps" in told
    assert "  resampled from 30 to 60 fps" in told
    made = sorted(found.name for found in tmp_path.glob("*.csv"))
    assert made == ["S_001_anna.csv", "S_001_ben_.._x.csv"]
    one = tmp_path / "one.glb"
    assert (
        run("export", path, "--format", "GLTF", "--subject", "anna", "--to", one)[0]
        == 0
    )
    assert one.read_bytes()[:4] == b"glTF"
    code, told = run("export", path, "--format", "bvh", "--subject", "carl")
    assert code == ConfigError.exit_code and "has 'anna', 'ben/../x'" in told
    for words, message in (
        (("--format", "fbx"), "expected csv, bvh, gltf, usd"),
        (
            ("--format", "bvh", "--fps", "0"),
            "--fps 0: expected 1 to 1000 frames per second",
        ),
        (("--format", "usd", "--to", tmp_path / "no" / "a"), "no such folder"),
    ):
        code, told = run("export", path, *words)
        assert code == ConfigError.exit_code and message in told


def test_two_names_that_a_disk_cannot_hold_are_two_files(
    tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    path = tmp_path / "S.mcap"
    takes = (smooth(2, subject="a/b"), smooth(2, subject="a:b"))
    write_recording(path, Recording(ABOUT, takes))
    assert run("export", path, "--format", "bvh", "--to", tmp_path)[0] == 0
    assert len(list(tmp_path.glob("S_*.bvh"))) == 2


@pytest.mark.parametrize("text", ["", "x", "1/0", "nan", "1e9", "0.5", "9" * 99])
def test_a_rate_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ConfigError, match="--fps"):
        parse_rate("--fps", text)
    assert parse_rate("--fps", "30000/1001") == Fraction(30000, 1001)
