import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What the program says when the table of wires has one row more."""
    command = [sys.executable, "-m", "tests.bridge.wires.with_toy"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, timeout=280
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_help_texts_name_it(said: dict[str, Any]) -> None:
    for command in ("run", "play"):
        assert "toy=HOST:PORT (toys)" in said[command]
    assert "or toy; KIND=HOST:PORT" in said["inspect"]


def test_a_sink_on_the_command_line_and_in_the_file_has_its_settings(
    said: dict[str, Any],
) -> None:
    sink = {"kind": "toy", "host": "10.0.0.1", "port": 7, "letter": "x"}
    assert said["sink"] == sink | {"face": 0, "rate": 0.0, "mirror": False}
    assert said["file"] is True


def test_mistakes_name_it(said: dict[str, Any]) -> None:
    assert said["wrong sink"].startswith("--sink fax: 'fax' is not one of livelink, ")
    assert ", toy; " in said["wrong sink"]
    assert "expected kind = 'livelink'" in said["wrong kind"]
    assert "'toy'" in said["wrong kind"]
    assert said["wrong port"].startswith("settings: sinks[0].toy.port: got 0.5")


def test_the_doctor_looks_at_its_port(said: dict[str, Any]) -> None:
    (sentence,) = said["doctor"]
    assert sentence.startswith("UDP 7007: ")


def test_what_its_sink_sends_inspect_shows(said: dict[str, Any]) -> None:
    heard = said["heard"]
    assert heard["name"] == "toy=127.0.0.1"
    assert (heard["subject"], heard["values"]) == ("anna", {"jawOpen": 0.5})
