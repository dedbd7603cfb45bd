"""What the wheel must hold: every file of numbers that the daemon reads."""

from __future__ import annotations

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
    "targets"
]["wheel"]

_NAMED = re.compile(r'with_name\("([\w.]+\.np[yz])"\)')


def read_by_the_daemon() -> list[Path]:
    """Return the files beside a module of the wheel that this module names."""
    return [
        module.with_name(name)
        for package in WHEEL["packages"]
        for module in sorted((ROOT / package).rglob("*.py"))
        for name in _NAMED.findall(module.read_text(encoding="utf-8"))
    ]


def test_the_face_solver_reads_four_files() -> None:
    names = {path.name for path in read_by_the_daemon()}
    assert names >= {
        "canonical_face.npy",
        "doubt.npy",
        "face_basis.npz",
        "likeness.npy",
    }


@pytest.mark.parametrize("path", read_by_the_daemon(), ids=lambda path: path.name)
def test_the_wheel_takes_it(path: Path) -> None:
    assert np.load(path) is not None
    # hatchling takes what lies in a package, unless it is excluded or git ignores it.
    inside = path.relative_to(ROOT).as_posix()
    ignored = (ROOT / ".gitignore").read_text().split()
    for pattern in (*WHEEL["exclude"], *ignored):
        assert not fnmatch(inside, pattern.strip("/"))
        assert not fnmatch(path.name, pattern)
