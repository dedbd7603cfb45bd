"""npm, whose packages Unity's package manager takes, reads the Unity package."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.plugins.packages import PLUGINS, files_of, pack, sources


def test_npm_reads_the_unity_package(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm here")
    unity = next(plugin for plugin in PLUGINS if plugin.word == "unity")
    path = pack(unity, tmp_path)
    command = [npm, "pack", str(path), "--dry-run", "--json", "--offline"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    version = unity.version((sources() / unity.manifest).read_text("utf-8"))
    assert (found["name"], found["version"]) == ("com.facewire.receiver", version)
    names = {unity.root + file["path"] for file in found["files"]}
    assert names == set(files_of(unity, sources()))
