"""CSVs of other programs from end to end: imported, told of, exported and refined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bridge.commands.take import take as take_commands
from bridge.commands.take_exchange import add_commands
from bridge.errors import TakeError
from bridge.refine.locks import Locks
from bridge.takes.imported import import_csv
from bridge.takes.read import read_recording
from engines.runtime.weights import FOLDER
from protocols.export.livelink_csv import decode
from protocols.livelink import CURVES
from tests.protocols.export.sheets import label, labels, moved, take
from tests.refining import needs_refining

add_commands(take_commands)

COUNT = 120
SHARED = Path(__file__).resolve().parents[3].parent / "shared"

Bytes = Callable[[], bytes]


def text(made: str, encoding: str = "utf-8") -> Bytes:
    return lambda: made.encode(encoding)


def scaled(part: slice, factor: float) -> str:
    values = moved(COUNT)
    values[:, part] *= factor
    return take(labels(COUNT), values)


PLAIN = take(labels(COUNT))
MILLISECONDS = [label(k, digits=f".{1000 * (k % 60) // 60:03}") for k in range(COUNT)]
FILES: dict[str, tuple[Bytes, float, str]] = {
    "as the phone writes it": (text(PLAIN), 60, ""),
    "its end is missing": (text(PLAIN[:-150]), 60, "cut short, in line 121"),
    "its clock was set back": (
        text(take([label(60 + k - 40 * (k > 60)) for k in range(COUNT)])),
        *(60, "the clock goes back once"),
    ),
    "milliseconds": (text(take(MILLISECONDS)), 60, "milliseconds of the second"),
    "without a count": (
        text(
            "\n".join(
                ",".join(line.split(",")[:1] + line.split(",")[2:])
                for line in PLAIN.split("\n")
            )
        ),
        *(60, ""),
    ),
    "degrees": (text(scaled(slice(52, 55), 57.3)), 60, "treated as degrees"),
    "percent": (text(scaled(slice(0, 52), 100.0)), 60, "treated as percent"),
    "25 fps": (text(take(labels(COUNT, 25))), 25, "counts 25 frames a second"),
    "50 fps": (text(take(labels(COUNT, 50))), 50, "counts 50 frames a second"),
    "120 fps": (
        text(take(labels(COUNT, 120)[60:] + labels(120 + 60, 120)[120:])),
        120,
        "120",
    ),
    "drop-frame": (
        text(take([label(k, 30, mark=";") for k in range(COUNT)])),
        *(30 / 1.001, "drop-frame: read at 29.97"),
    ),
    "semicolons": (text(take(labels(COUNT), between=";").replace(".", ",")), 60, ""),
    "UTF-16 and tabs": (text(take(labels(COUNT), between="\t"), "utf-16"), 60, ""),
}


def run(*words: object) -> str:
    done = CliRunner().invoke(take_commands, [str(word) for word in words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@pytest.mark.parametrize("name", list(FILES))
def test_a_take_of_another_program_comes_in_and_goes_out(
    name: str, tmp_path: Path
) -> None:
    made, fps, note = FILES[name]
    source = tmp_path / "a.csv"
    source.write_bytes(made())
    told = run("import", source)
    found = read_recording(tmp_path / "a.mcap")
    (take_,) = found.takes
    lines = told.splitlines()
    assert lines[0].endswith(f"at {fps:.4g} fps") and len(lines) == 1 + bool(note)
    assert note in told and found.about.notes == "\n".join(lines[1:]).strip()
    assert len(take_.captured_ns) >= COUNT - 1
    steps = np.diff(take_.captured_ns) / 1e9
    assert np.abs(steps - 1 / fps).max() < 1e-6
    weights, angles = take_.vectors[:, :52], take_.vectors[:, 52:]
    assert 0.5 < weights.max() < 0.6 and 0.15 < np.abs(angles).max() < 0.4
    assert f"{fps:.2f} fps" in run("info", tmp_path / "a.mcap")
    # What goes out again comes in as it was.
    run("export", tmp_path / "a.mcap", "--format", "csv", "--to", tmp_path / "b.csv")
    again = import_csv(tmp_path / "b.csv")
    assert again.notes == ()
    (read,) = again.recording.takes
    if len(read.captured_ns) == len(take_.captured_ns):
        np.testing.assert_allclose(read.vectors, take_.vectors, atol=2e-6)
    assert abs(read.seconds - take_.seconds) < 0.02


@needs_refining
@pytest.mark.parametrize("name", ["plain", "milliseconds", "set back"])
def test_a_take_of_another_program_is_refined(name: str, tmp_path: Path) -> None:
    from bridge.refine.job import Job, refine_file

    count = 600
    rng = np.random.default_rng(2)
    # A calm face that trembles.
    values = 0.3 + 0.2 * np.sin(np.arange(count)[:, None] / 40 + np.arange(61))
    values[:, 52:] *= 0.2
    values += rng.normal(0.0, 0.01, values.shape)
    times = {
        "plain": labels(count),
        "milliseconds": [
            label(k, digits=f".{1000 * (k % 60) // 60:03}") for k in range(count)
        ],
        "set back": [label(k - 100 * (k > 300)) for k in range(count)],
    }
    source = tmp_path / "a.csv"
    source.write_text(take(times[name], values))
    run("import", source)
    job = Job(tmp_path / "a.mcap", tmp_path, 1.0, Locks((), ()), FOLDER)
    outcome = refine_file(job, lambda part: None)
    assert outcome.state == "refined", outcome.told


def test_every_csv_of_the_users_world_is_read() -> None:
    files = sorted(SHARED.glob("cases/*.csv"))
    if not files:
        pytest.skip(f"no CSVs in {SHARED / 'cases'}")
    for path in files:
        imported = import_csv(path)
        (take_,) = imported.recording.takes
        steps = np.diff(take_.captured_ns)
        assert steps.min() > 0.9 * np.median(steps) and steps.max() < 1.1 * np.median(
            steps
        )
        assert np.abs(take_.vectors).max() < 1.0, path.name


def test_what_phones_have_recorded_is_read_as_it_stands() -> None:
    files = sorted(SHARED.glob("data/arkit_takes/*/*.csv"))
    if not files:
        pytest.skip(f"no takes in {SHARED / 'data' / 'arkit_takes'}")
    for path in files:
        lines = [line.split(",") for line in path.read_text().splitlines()]
        clocks = [[float(part) for part in line[0].split(":")] for line in lines[1:]]
        since = np.array([(h * 60 + m) * 60 + s + ff / 60 for h, m, s, ff in clocks])
        sheet = decode(path.read_bytes())
        assert sheet.notes == () and len(sheet.times) == len(clocks)
        np.testing.assert_allclose(sheet.elapsed_ns / 1e9, since - since[0], atol=1e-8)
        assert [time.frame % 60 for time in sheet.times] == [
            int(ff) for *_, ff in clocks
        ]
        seen = [k for k, line in enumerate(lines[1:]) if line[1] != "0"]
        jaw = [float(lines[1 + k][lines[0].index("JawOpen")]) for k in seen]
        np.testing.assert_array_equal(
            sheet.values[seen, CURVES.index("JawOpen")], np.array(jaw, np.float32)
        )
        assert np.isnan(np.delete(sheet.values, seen, axis=0)).all()


def test_a_file_that_is_broken_keeps_no_other_out(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(PLAIN)
    bad.write_text(PLAIN.replace(",0.", ",x."))
    done = CliRunner().invoke(take_commands, ["import", str(bad), str(good)])
    assert isinstance(done.exception, TakeError)
    assert str(done.exception) == (
        f"{bad}: csv: line 2: EyeBlinkLeft is 'x.3000', expected a number; 120 of 120 "
        "rows are broken"
    )
    assert (tmp_path / "good.mcap").exists() and not (tmp_path / "bad.mcap").exists()


def test_what_rounding_leaves_beyond_the_range_is_nothing_to_tell_of(
    tmp_path: Path,
) -> None:
    values = moved(30)
    values[:, 0] = -2.1e-8
    values[:, 17] = 1.00004
    path = tmp_path / "a.csv"
    path.write_text(take(labels(30), values, digits="e"))
    imported = import_csv(path)
    vectors = imported.recording.takes[0].vectors
    assert (vectors[:, 0] == 0.0).all() and (vectors[:, 17] == 1.0).all()
    assert imported.notes == ()
    values[3, 17] = 1.001
    path.write_text(take(labels(30), values))
    assert import_csv(path).notes == ("1 frame has weights outside 0 to 1; clamped",)


CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["0", "61", "1e999", "nan", "-inf", '"', '"\n', "\r", "\0", ";"]),
    st.sampled_from(["10:00:00:01", "10:00:00:59.9", "99:59:59:999", "10:00:00;02"]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.lists(CELLS, max_size=70), max_size=12),
    names=st.lists(CELLS, max_size=3),
    sign=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-8-sig"]),
    cut=st.integers(0, 200),
)
def test_a_crafted_csv_is_imported_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    names: list[str],
    sign: str,
    encoding: str,
    cut: int,
) -> None:
    header = ["Timecode", "BlendShapeCount", *CURVES, *names]
    good = ["10:00:00:00", "61", *["0.5"] * len(CURVES)]
    text = "\n".join(sign.join(row) for row in (header, good, *rows, good))
    data = text.encode(encoding, "replace")
    path = tmp_path_factory.mktemp("csv") / "take.csv"
    path.write_bytes(data[: len(data) - cut])
    done = CliRunner().invoke(take_commands, ["import", str(path)])
    if isinstance(done.exception, TakeError):
        assert str(done.exception).startswith(f"{path}: csv: ")
        return
    assert done.exception is None
    assert len(read_recording(path.with_suffix(".mcap")).takes[0].captured_ns) >= 1
