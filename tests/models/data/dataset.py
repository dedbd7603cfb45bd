"""Where the data sets lie that the project does not ship."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def dataset(name: str) -> Path:
    """Return a path in the data folder, or skip the test."""
    folder = Path(os.environ.get("FACEWIRE_DATA", BESIDE))
    if not (folder / name).exists():
        pytest.skip(f"no {name} in {folder}; FACEWIRE_DATA names another folder")
    return folder / name
