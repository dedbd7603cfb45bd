"""Programs by others that read our files: three.js and more, in Node.

`npm ci --prefix tests/node` installs them (31 MB).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).resolve().parent / "node"
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def read_with_node(mode: str, *arguments: str | Path) -> dict[str, Any]:
    """Return what `tests/node/read.js` prints, or skip the test without it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine; the readers by others are for Node 20")
    if not (NODE / "node_modules" / "three").is_dir():
        pytest.skip("no readers by others; `npm ci --prefix tests/node` installs them")
    done = subprocess.run(
        [node, str(NODE / "read.js"), mode, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def character(name: str) -> Path:
    """Return a character's file, or skip the test that asks, with the reason."""
    data = Path(os.environ.get("FACEWIRE_DATA", BESIDE))
    path = data / "characters" / name
    if not path.is_file():
        pytest.skip(f"no {path}; FACEWIRE_DATA names another data folder")
    return path
