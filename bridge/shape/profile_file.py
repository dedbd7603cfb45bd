"""Writes a profile as the small TOML file that `load_profile` reads.

One curve a line, what is at its default left out, numbers to 3 digits:

    [curves]
    jawOpen = { gain = 1.2, offset = -0.02 }
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from bridge.errors import ConfigError
from protocols.channels import ARKIT, BONES

from .profile import BoneRange, CurveRange, Profile

DIGITS: Final = 3

NEUTRAL: Final = (
    "# This face at rest: 478 x 3 float16, canonical centimetres, base64. Points only,",
    "# no picture. Without this table neutral is found anew in every run.",
)

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def write_profile(path: Path, profile: Profile, comment: str = "") -> None:
    """Write a profile whole or not at all, replacing what is there.

    Args:
        path: in a folder that exists.
        profile: read back, it does the same but for the rounding of its numbers.
        comment: lines for the head of the file.

    Raises:
        ConfigError: it cannot be written; a file that was there is as it was.
    """
    data = profile_text(profile, comment).encode("utf-8")
    name = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None


def profile_text(profile: Profile, comment: str = "") -> str:
    """Return the file's text."""
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    if profile.name:
        lines.append(f"name = {_string(profile.name)}")
    lines += _table("curves", profile.curves, CurveRange(), ARKIT)
    lines += _table("bones", profile.bones, BoneRange(), BONES)
    if profile.neutral is not None:
        points = _string("".join(profile.neutral.points.split()))
        lines += ["", *NEUTRAL, "[neutral]", f"points = {points}"]
    return "\n".join(lines) + "\n"


def _table(
    title: str,
    rows: Mapping[str, CurveRange] | Mapping[str, BoneRange],
    usual: CurveRange | BoneRange,
    names: Iterable[str],
) -> list[str]:
    """Return a table's lines; none if nothing in it is unlike the default."""
    lines: list[str] = []
    changed: set[str] = set()
    for pattern, row in rows.items():
        reached = {name for name in names if fnmatchcase(name, pattern)}
        values = {
            key: value
            for key, value in _rounded(row).items()
            if value != getattr(usual, key)
        }
        # A default row counts where it undoes an earlier one: the last one wins.
        if values or reached & changed:
            inside = ", ".join(f"{key} = {value}" for key, value in values.items())
            lines.append(f"{_key(pattern)} = {{ {inside} }}".replace("{  }", "{}"))
            changed |= reached
    return ["", f"[{title}]", *lines] if lines else []


def _rounded(row: CurveRange | BoneRange) -> dict[str, float]:
    values = {key: round(value, DIGITS) for key, value in row}
    if "dead_zone" in values:
        # Rounded to 1 it would be refused.
        values["dead_zone"] = min(values["dead_zone"], 1.0 - 10.0**-DIGITS)
    return values


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _string(text)


def _string(text: str) -> str:
    """Return a TOML basic string: JSON's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
