"""The extension in Blender: live, recording, takes, on and off, panels."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bridge.takes.exported import export_take
from bridge.takes.write import write_recording
from protocols.channels import INDEX
from tests.bridge.takes.made import recording
from tests.bridge.takes.steady import smooth
from tests.ports import free_port

from .blenders import LIMIT_S, Blender, reported

NAMES = ["jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "mouthSmileLeft", "browInnerUp"]


@pytest.mark.slow
def test_the_real_daemon_moves_and_is_recorded(blender: Blender) -> None:
    port = free_port()
    sink = f"native=udp://127.0.0.1:{port}"
    command = [sys.executable, "-m", "bridge", "run", "--source", "demo", "--quiet"]
    process = blender.start("live", port, LIMIT_S)
    daemon = subprocess.Popen(
        [*command, "--duration", "240", "--sink", sink],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        said, _ = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
        daemon.kill()
        daemon.wait(LIMIT_S)
    told = reported(said)
    assert told["registered"] and told["listening"] and told["closed"]
    assert (told["subject"], told["doubt"]) == ("facewire", True)
    frames, refused = told["statistics"]
    assert frames >= 120 and refused == 0
    assert all(told["different"][name] > 20 for name in NAMES) and told["heads"] > 20
    for name in NAMES:
        assert told["last"][name] == pytest.approx(
            min(max(told["told"][name], 0.0), 1.0), abs=1e-3
        )
    assert told["paths"] == sorted(f'key_blocks["{name}"].value' for name in NAMES)
    first, last, count = told["frames"]
    # The first take starts at the scene's current frame, at 30 frames a second.
    assert first == pytest.approx(10, abs=1) and last - first + 1 == count > 20
    assert (told["kinds"], told["kept"], told["move"]) == (["LINEAR"], True, False)
    assert told["facts"]["subject"] == "facewire" and told["facts"]["rate"] == "60/1"
    assert 'pose.bones["Head"].rotation_quaternion' in told["bones"]


def test_takes_are_imported(blender: Blender, tmp_path: Path) -> None:
    anna = smooth(60, 60, "anna")
    bert = replace(smooth(60, 60, "bert"), captured_ns=anna.captured_ns + 2 * 10**9)
    bert = replace(
        bert,
        timecodes=tuple(
            replace(code, frame=code.frame + 120) for code in anna.timecodes
        ),
    )
    takes = tmp_path / "12A_001.mcap"
    write_recording(takes, recording(anna, bert))
    export_take(anna, "csv", tmp_path / "anna.csv", None)
    none = tmp_path / "none.mcap"
    none.write_bytes(b"no take")
    told = blender.run("takes", takes, tmp_path / "anna.csv", none)
    first = told["first"]
    assert first["frames"] == [100.0, 159.0, 60]
    assert first["action"] == "facewire 12A_001 Key"
    assert first["facts"]["timecode"] == str(anna.timecodes[0])
    jaw = anna.vectors[:, INDEX["jawOpen"]].clip(0.0, 1.0)
    assert [at for at, _ in told["jaw"]] == list(range(100, 160))
    np.testing.assert_allclose([v for _, v in told["jaw"]], jaw, atol=1e-3)
    assert told["shown"]["jawOpen"] == pytest.approx(float(jaw[30]), abs=1e-3)
    assert told["head"] != [0.0, -1.0, 0.0]
    assert told["end"] == 159 and told["kept"] is True
    assert 'pose.bones["Neck"].rotation_quaternion' in told["rig"]
    assert '["facewire_happiness"]' in told["rig"]
    # This take says nothing of a held expression, so none is keyed.
    assert '["facewire_mood"]' not in told["rig"]
    assert told["happy"] == pytest.approx(float(anna.expressions[30, 1]), abs=1e-3)
    curves, step = told["euler"]
    assert curves == 3 and step < 0.5
    assert told["second"] == [220.0, 279.0, 60]
    assert told["csv"]["frames"][0] == 500.0
    np.testing.assert_allclose([v for _, v in told["csv_jaw"]], jaw, atol=1e-3)
    zero, broken, nobody = told["errors"]
    assert "Frame 0: timecode 'oops': expected HH:MM:SS:FF" in zero
    assert "none.mcap: is not a take" in broken
    assert "no actor carl in the take; it has anna, bert" in nobody
    assert "beyond Blender's last one" in told["far"]
    assert "press Find first" in told["empty"]


def test_it_is_switched_on_and_off_and_saved(blender: Blender, tmp_path: Path) -> None:
    told = blender.run("lifecycle", tmp_path)
    assert told["handlers"] == 1
    assert told["closes"] == {
        "disconnect": [True, True],
        "disable": [True, True],
        "load": [True, True],
    }
    jaw, way = told["moved"]
    assert jaw == 0.75 and way[0] > 0.4
    jaw, way = told["silent"]
    assert jaw == 0.0 and way == pytest.approx([0.0, -1.0, 0.0], abs=1e-3)
    assert told["before"] == [0.125, pytest.approx([0.6, 0.8, 0.0, 0.0])]
    assert told["undone"][1:] == [{"jawOpen": 0.75}, {}]
    interval, closed, problem = told["broken"]
    assert (interval, closed) == (None, True)
    assert problem.startswith("stopped by an error") and "press Connect" in problem
    assert told["saved"] == [
        [5999, "01:02:03:04", "BUFFERED"],
        ["Rig", "Rig"],
        ["blink", "jawOpen", 0.5, -0.25, 0.75, False],
        [3, 8, 0.25],
    ]
    # A file that is saved meanwhile has the pose of before.
    assert told["live"] == told["after"] == {"mouthSmile": 0.5}
    assert told["loaded"] == {}
    assert told["online"] or "online access is off" in told["other_machines"]


def test_every_panel_is_drawn(blender: Blender) -> None:
    told = blender.run("drawing")
    assert "Closed; press Connect" in told["closed"]["connection"]
    assert "Select your character, then press +" in told["closed"]["character"]
    assert "Open; no face has arrived yet" in told["waiting"]["connection"]
    drawn = told["open"]
    assert "Ann: 0 faces a second" in drawn["connection"]
    assert any(line.startswith("no topic: expected") for line in drawn["connection"])
    assert "Holds happiness" in drawn["live"]
    assert "jawOpen 0.50" in drawn["live"] and "happiness 0.75" in drawn["live"]
    assert "Recording, 0.0 s" in drawn["takes"] and "Stop" in drawn["takes"]
    assert " jawOpen" in drawn["shapes"] and " Head" in drawn["bones"]
    assert told["searched"] == ["jawOpen", "eyeBlinkLeft"]
