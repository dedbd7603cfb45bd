"""A library of takes."""

from pathlib import Path

import pytest


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A folder of three takes, one of them bad."""
    # This file is read without SciPy, too.
    from .takes import recorded, take

    folder = tmp_path / "takes"
    folder.mkdir()
    recorded(folder / "a.mcap", take(120))
    recorded(folder / "c.mcap", take(150, seed=3))
    (folder / "b.mcap").write_bytes(b"no take")
    return folder
