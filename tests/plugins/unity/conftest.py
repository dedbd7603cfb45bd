"""Compiles the Unity package with Mono, and runs what it compiled."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
PACKAGE: Final = HERE.parents[2] / "plugins" / "unity" / "com.facewire.receiver"
LIMIT_S: Final = 300.0

Run = Callable[..., str]
"""Runs the harness with some words and returns what it prints."""


def sources(*folders: Path) -> list[str]:
    return [str(path) for folder in folders for path in sorted(folder.rglob("*.cs"))]


def compiled(target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run Mono's compiler with the subset of C# that the package keeps to."""
    command = ["mcs", "-langversion:7.2", "-warnaserror", f"-out:{target}", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)


def needs_mono() -> None:
    if shutil.which("mcs") is None or shutil.which("mono") is None:
        pytest.skip("no mcs and mono: apt-get install mono-mcs mono-runtime")


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, our stand-in of Unity and the harness in one program."""
    needs_mono()
    target = tmp_path_factory.mktemp("unity") / "harness.exe"
    code = sources(PACKAGE / "Runtime", HERE / "standin", HERE / "harness")
    done = compiled(target, *code)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def run(harness: Path) -> Run:
    def ran(*words: str) -> str:
        command = ["mono", str(harness), *words]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=LIMIT_S
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return ran
