"""Writes a changed mapping into its file, and keeps the file's comments if it can."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from bridge.errors import ConfigError
from bridge.rewrite import rewrite
from bridge.toml_lines import NotPossible, toml_text, with_values
from engines.character.mapping import Drive, Mapping
from protocols.errors import DecodeError
from protocols.text import decode_text

from .mapping_file import mapping_of
from .mapping_text import DIGITS, mapping_text, row_text


def save_mapping(
    path: Path, mapping: Mapping, *, title: str, before: bytes | None
) -> bytes:
    """Write a mapping's file in one step, and return its new content.

    A file that was read before keeps its lines, except for changed drives. One whose
    form does not allow that is written anew, with all its tables.

    Args:
        path: the file.
        mapping: what it says from now on; numbers are rounded to 3 decimals.
        title: of the character, for a new file's first line.
        before: the content that was read; None if the file did not exist.

    Raises:
        ConfigError: it has other content by now, or cannot be written. It is unchanged.
    """
    try:
        now = path.read_bytes() if path.exists() else None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    if now != before:
        told = "was changed by another program" if before is not None else "exists"
        raise ConfigError(
            f"{path}: {told}, and would be lost; move it away, or read it again by "
            "starting facewire again"
        )
    text = None if now is None else _edited(now, path, mapping)
    if text is None:
        text = mapping_text(mapping, title=title)
    data = text.encode("utf-8")
    rewrite(path, data)
    return data


def _edited(data: bytes, path: Path, mapping: Mapping) -> str | None:
    """Return the text with the new drives; None if it must be written anew."""
    try:
        text = decode_text(data)
        before = mapping_of(tomllib.loads(text), path)
    except (DecodeError, ConfigError, tomllib.TOMLDecodeError):
        return None
    old = {drive.source: rounded(drive) for drive in before.drives}
    new = {drive.source: rounded(drive) for drive in mapping.drives}
    changes: dict[tuple[str, ...], str | None] = {
        ("drives", source): row_text(drive)
        for source, drive in new.items()
        if old.get(source) != drive
    }
    changes |= {("drives", source): None for source in old.keys() - new.keys()}
    if before.emotions != mapping.emotions:
        changes[("emotions",)] = toml_text(mapping.emotions)
    try:
        made = with_values(text, changes)
    except NotPossible:
        return None
    said = mapping_of(tomllib.loads(made), path)
    return made if _alike(said, mapping) else None


def rounded(drive: Drive) -> Drive:
    """Return the drive as its file has it."""
    return replace(
        drive,
        gain=round(drive.gain, DIGITS),
        low=round(drive.low, DIGITS),
        high=round(drive.high, DIGITS),
    )


def _alike(a: Mapping, b: Mapping) -> bool:
    """Return True if two mappings differ in rounding and order alone."""
    by_source = [{one.source: rounded(one) for one in m.drives} for m in (a, b)]
    rest = [replace(m, drives=(), bones={}) for m in (a, b)]
    return by_source[0] == by_source[1] and a.bones == b.bones and rest[0] == rest[1]
