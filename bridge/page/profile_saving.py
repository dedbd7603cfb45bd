"""Writes the live profile into its file, and keeps the file's comments if it can."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from bridge.errors import ConfigError
from bridge.rewrite import rewrite
from bridge.shape.gains import range_of
from bridge.shape.profile import CurveRange, Profile, load_profile
from bridge.shape.profile_file import write_profile
from bridge.toml_lines import NotPossible, toml_number, with_values
from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.text import decode_text

COMMENT: Final = "Written by facewire's monitor page."


def save_profile(path: Path, profile: Profile) -> None:
    """Write a profile. An existing one keeps its lines, except for changed ranges.

    Args:
        path: a file in an existing folder.
        profile: with the gains in use.

    Raises:
        ConfigError: it cannot be written; an existing file is unchanged.
    """
    text = _edited(path, profile) if path.is_file() else None
    if text is None:
        write_profile(path, profile, COMMENT)
    else:
        rewrite(path, text.encode("utf-8"))


def _edited(path: Path, profile: Profile) -> str | None:
    """Return the file's text with the new ranges; None if it must be written anew."""
    try:
        text = decode_text(path.read_bytes())
        before = load_profile(path)
    except (OSError, DecodeError, ConfigError):
        return None
    if before.neutral != profile.neutral or before.bones != profile.bones:
        return None
    changes: dict[tuple[str, ...], str | None] = {}
    for name in ARKIT:
        old, new = range_of(before, name), range_of(profile, name)
        if old == new:
            continue
        if _has_table(text, name):
            changes["curves", name, "gain"] = toml_number(new.gain)
        else:
            changes["curves", name] = _row(new)
    try:
        made = with_values(text, changes)
    except NotPossible:
        return None
    return made if _says(made, profile) else None


def _row(row: CurveRange) -> str:
    values = (
        f"{key} = {toml_number(value)}"
        for key, value in row
        if value != getattr(CurveRange(), key)
    )
    return f"{{ {', '.join(values)} }}".replace("{  }", "{}")


def _has_table(text: str, curve: str) -> bool:
    return f"[curves.{curve}]" in text


def _says(text: str, profile: Profile) -> bool:
    """Return True if a text gives every curve the profile's range.

    The last row that matches a curve applies, and a later pattern may hide a new row.
    """
    found = Profile.model_validate(tomllib.loads(text))
    return all(_near(range_of(found, n), range_of(profile, n)) for n in ARKIT)


def _near(a: CurveRange, b: CurveRange) -> bool:
    return all(abs(x - y) < 1e-3 for (_, x), (_, y) in zip(a, b, strict=True))
