"""The real commands, printing to consoles of other encodings than UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.shape.profile import load_profile
from bridge.takes.write import write_recording
from tests.bridge.takes.made import recording, take
from tests.refining import needs_refining

NAME = "Żółw_001"
"""Of a take: no letter of it but two is in cp1252, fewer in ASCII."""

ENCODINGS = ("cp1252", "ascii")


def facewire(encoding: str, *arguments: str, program: str = "bridge.cli") -> str:
    done = subprocess.run(
        [
            *(sys.executable, "-c", f"from {program} import main; main()"),
            *arguments,
        ],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=120,
    )
    # Click takes ASCII for a console that is set up wrongly, and writes UTF-8 there.
    told = (done.stdout + done.stderr).decode(encoding, "replace")
    assert done.returncode == 0 and "Traceback" not in told, told
    return done.stdout.decode(encoding, "replace")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / f"{NAME}.mcap"
    write_recording(path, recording(take("Żaneta", 240)))
    return path


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_doctor_speaks(encoding: str) -> None:
    assert "+ python" in facewire(encoding, "doctor")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_takes_are_shown_cut_and_traded(encoding: str, path: Path) -> None:
    take, folder = str(path), str(path.parent)
    shown = facewire(encoding, "take", "list", folder)
    assert NAME.encode(encoding, "replace").decode(encoding) in shown
    assert "?aneta: 240 frames" in facewire(encoding, "take", "info", take)
    told = json.loads(facewire(encoding, "take", "info", take, "--json"))
    assert told["faces"][0]["subject"] == "Żaneta"
    assert "240 frames" in facewire(encoding, "take", "trim", take)
    # The import tells of each file before it turns to the next.
    facewire(encoding, "take", "export", take, "--format", "csv")
    sheet = path.with_suffix(".csv")
    sheets = [path.with_name(name) for name in ("Żuk.csv", "Żaba.csv")]
    for other in sheets:
        other.write_bytes(sheet.read_bytes())
    facewire(encoding, "take", "import", *map(str, sheets))
    assert all(other.with_suffix(".mcap").is_file() for other in sheets)


@needs_refining
@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_everything_else_speaks(encoding: str, path: Path, tmp_path: Path) -> None:
    facewire(encoding, "--help")
    facewire(encoding, "--help", program="models.cli")
    facewire(encoding, "engines", "list")
    facewire(encoding, "init", str(tmp_path / "żółw.toml"))
    assert "refined" in facewire(encoding, "refine", str(path))
    facewire(encoding, "bench", "--curves", "--solver", "geometric")
    nowhere = ("--sink", "vmc=127.0.0.1:9", "--duration", "0.5")
    subject = ("--set", 'subjects=["Żaneta"]')
    told = facewire(encoding, "run", "--source", "demo", *nowhere, *subject)
    assert "frames, " in told
    folder = tmp_path / "ż"
    facewire(encoding, "record", str(folder), "--source", "demo", *nowhere)
    assert len(list(folder.glob("*.mcap"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_calibration_ends_with_its_profile(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "żółw.toml"
    told = facewire(
        encoding,
        *("calibrate", "--source", "demo", "--out", str(path)),
        *("--set", "solve.solver=geometric"),
    )
    assert " -> " in told and load_profile(path).name == "żółw"
