"""What every test has: a settings folder of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FACEWIRE_HOME", str(path))
    return path
