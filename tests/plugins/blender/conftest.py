"""The extension as a package, and Blenders that have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.plugins.packages import PLUGINS, pack

from .blenders import Blender, missing, pythons


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip that people install."""
    (plugin,) = [one for one in PLUGINS if one.word == "blender"]
    return pack(plugin, tmp_path_factory.mktemp("package"))


@pytest.fixture(params=range(max(1, len(pythons()))))
def blender(request: pytest.FixtureRequest, package: Path, tmp_path: Path) -> Blender:
    """Each Blender that is here, with empty settings."""
    if not pythons():
        pytest.skip(
            "no bpy: python3.11 -m venv .venv-blender, and install bpy==5.0.1 into it"
        )
    python = pythons()[request.param]
    if missing(python):
        pytest.skip(f"{python} has no bpy: {missing(python)}")
    home = tmp_path / "blender"
    home.mkdir()
    return Blender(python, home, package)
