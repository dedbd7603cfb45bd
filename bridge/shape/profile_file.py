"""Writes a profile as a small TOML file, which `load_profile` reads.

The file has one curve per line, no default values, and numbers with 3 decimals:

    [curves]
    jawOpen = { gain = 1.2, offset = -0.02 }
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from bridge.rewrite import rewrite
from bridge.toml_lines import toml_text
from protocols.channels import ARKIT, BONES

from .profile import BoneRange, CurveRange, Profile

DIGITS: Final = 3

NEUTRAL: Final = (
    "# This face at rest: 478 x 3 float16, canonical centimetres, base64. Points only,",
    "# no image. Without this table, every run finds the neutral face again.",
)

READ: Final = (
    "# How likely the network finds each expression in it: neutral, happiness,\n"
    "# surprise, sadness, anger, disgust, fear, contempt."
)

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def write_profile(path: Path, profile: Profile, comment: str = "") -> None:
    """Write a profile in one step. An existing file is replaced.

    Args:
        path: a file in an existing folder.
        profile: the file holds it with rounded numbers.
        comment: lines for the head of the file.

    Raises:
        ConfigError: the file cannot be written; an existing file is unchanged.
    """
    rewrite(path, profile_text(profile, comment).encode("utf-8"))


def profile_text(profile: Profile, comment: str = "") -> str:
    """Return the file's text."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    if profile.name:
        lines.append(f"name = {toml_text(profile.name)}")
    lines += _table("curves", profile.curves, CurveRange(), ARKIT)
    lines += _table("bones", profile.bones, BoneRange(), BONES)
    if profile.neutral is not None:
        points = toml_text("".join(profile.neutral.points.split()))
        lines += ["", *NEUTRAL, "[neutral]", f"points = {points}"]
        if profile.neutral.expression is not None:
            read = ", ".join(f"{value:.4g}" for value in profile.neutral.expression)
            lines += [READ, f"expression = [{read}]"]
    return "\n".join(lines) + "\n"


def _table(
    title: str,
    rows: Mapping[str, CurveRange] | Mapping[str, BoneRange],
    usual: CurveRange | BoneRange,
    names: Iterable[str],
) -> list[str]:
    """Return a table's lines; none if all values are defaults."""
    lines: list[str] = []
    changed: set[str] = set()
    for pattern, row in rows.items():
        reached = {name for name in names if fnmatchcase(name, pattern)}
        values = {
            key: value
            for key, value in _rounded(row).items()
            if value != getattr(usual, key)
        }
        # Keep a default row that overrides an earlier one: the last row applies.
        if values or reached & changed:
            inside = ", ".join(f"{key} = {value}" for key, value in values.items())
            lines.append(f"{_key(pattern)} = {{ {inside} }}".replace("{  }", "{}"))
            changed |= reached
    return ["", f"[{title}]", *lines] if lines else []


def _rounded(row: CurveRange | BoneRange) -> dict[str, float]:
    values = {key: round(value, DIGITS) for key, value in row}
    if "dead_zone" in values:
        # A dead zone that is rounded to 1 would be rejected.
        values["dead_zone"] = min(values["dead_zone"], 1.0 - 10.0**-DIGITS)
    return values


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else toml_text(text)
