"""What every test has: a settings folder of its own."""

from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine may sleep in the middle of an example: no example has a deadline.
settings.register_profile("facewire", deadline=None)
settings.load_profile("facewire")


@pytest.fixture(autouse=True)
def own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FACEWIRE_HOME", str(path))
    return path
