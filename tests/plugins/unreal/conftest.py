"""The programs of checks, built once for a test run."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import building


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if base.name.startswith("popen") else base


@pytest.fixture(scope="session")
def programs(shared: Path) -> building.Programs:
    """The programs, built with the sanitizers when they are first asked for."""
    found = building.compilers()
    if not found:
        pytest.skip("no C++ compiler (g++ or clang++) here")
    return building.lazily(shared, found[0])
