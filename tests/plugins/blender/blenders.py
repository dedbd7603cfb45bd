"""Runs scripts in Blender's own Python module, with the extension installed there.

`bpy` needs a Python of its own: `.venv-blender`, as docs/contributing.md says, or those
that FACEWIRE_BPY names, several with the system's separator of paths.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
LIMIT_S: Final = 300.0
START: Final = "json: "
"""What a line of a script's report begins with; Blender prints lines of its own."""


def pythons() -> tuple[Path, ...]:
    """Return the interpreters that should have bpy."""
    named = os.environ.get("FACEWIRE_BPY", "")
    paths = [Path(text) for text in named.split(os.pathsep) if text]
    if not paths:
        folder = ROOT / ".venv-blender"
        paths = [folder / "bin" / "python", folder / "Scripts" / "python.exe"]
    return tuple(path for path in paths if path.exists())


@functools.cache
def missing(path: Path) -> str:
    """Return why an interpreter cannot import bpy; empty if it can.

    It needs libraries of the system too, so it is tried.
    """
    # Its normal end may hang: see `inside/stage.py`.
    code = "import bpy, os; os._exit(0)"
    done = subprocess.run(
        [path, "-c", code], capture_output=True, text=True, timeout=LIMIT_S
    )
    return done.stderr[-200:] if done.returncode else ""


@dataclass(frozen=True)
class Blender:
    """One Blender, with a folder of its own for settings and extensions."""

    python: Path
    home: Path
    package: Path

    def start(self, scene: str, *words: object) -> subprocess.Popen[str]:
        """Start a script of `inside`; its standard input says when to go on."""
        module = f"tests.plugins.blender.inside.{scene}"
        command = [self.python, "-m", module, self.package, *words]
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, "BLENDER_USER_RESOURCES": str(self.home)},
        )

    def run(self, scene: str, *words: object) -> dict[str, Any]:
        """Run a script to its end; return what it reports."""
        with self.start(scene, *words) as process:
            try:
                said, _ = process.communicate(timeout=LIMIT_S)
            finally:
                process.kill()
        return reported(said)


def reported(said: str) -> dict[str, Any]:
    """Return all reports of a script as one."""
    found: dict[str, Any] = {}
    for line in said.splitlines():
        if line.startswith(START):
            found |= json.loads(line.removeprefix(START))
    assert found.get("done"), said[-6000:]
    return found
