"""Everything but refining works without the packages of the extra `refine`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.characters import tiny

ABSENT = """
import sys
for name in ("scipy", "joblib"):
    sys.modules[name] = None
"""
"""Lets `import scipy` fail, as where it is not installed."""

WALK = """
import importlib, pkgutil
failed = []
for root in ("protocols", "engines", "bridge"):
    package = importlib.import_module(root)
    for found in pkgutil.walk_packages(package.__path__, f"{root}."):
        if found.name.startswith(("bridge.__main__", "engines.refine.")):
            continue
        try:
            importlib.import_module(found.name)
        except ImportError as error:
            if error.name in ("scipy", "joblib"):
                failed.append(found.name)
print(*failed)
"""

COMMAND = """
from bridge.cli import main
main()
"""


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ABSENT + code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_module_but_those_of_refining_needs_them() -> None:
    done = python(WALK)
    assert done.returncode == 0, done.stderr
    failed = set(done.stdout.split())
    assert {name for name in failed if not name.startswith("bridge.refine.")} == set()
    # What says that they are missing, and what lists takes, does without.
    assert not failed & {"bridge.refine.needed", "bridge.refine.names"}


def test_a_character_is_driven_shown_and_drawn(tmp_path: Path) -> None:
    path = tmp_path / "me.glb"
    path.write_bytes(tiny(["jawOpen", "mouthSmileLeft", "Other"]))
    run = python(
        COMMAND,
        *("run", "--source", "demo", "--duration", "0.5", "--character", str(path)),
        *("--sink", "vmc=127.0.0.1:9", "--monitor", "--set", "monitor.port=0"),
    )
    assert run.returncode == 0, run.stderr
    assert "2 of 52 curves" in run.stdout + run.stderr
    clip = str(tmp_path / "demo.gif")
    drawn = python(
        COMMAND,
        *("animate", "demo", "--seconds", "0.2", "--character", str(path)),
        *("--out", clip),
    )
    assert drawn.returncode == 0, drawn.stderr


def test_a_take_is_left_alone_with_one_sentence(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = python(COMMAND, "refine", str(tmp_path / "a.mcap"), "--to", str(out))
    assert done.returncode == 1
    told, *more = done.stderr.splitlines()
    assert not more
    assert told.startswith(
        "facewire: refine: scipy and joblib are not installed; run: "
    )
    assert "-m pip install --editable" in told and told.endswith('[refine]"')
    assert not out.exists()
