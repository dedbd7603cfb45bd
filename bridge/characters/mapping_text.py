"""Writes a mapping as the text of its file, one line a source, with comments."""

from __future__ import annotations

from collections.abc import Mapping as Table
from typing import Final

from bridge.toml_lines import toml_number, toml_text
from engines.character.curve_words import PARTS, WORDS, part_of
from engines.character.mapping import Drive, Mapping
from protocols.channels import ARKIT

DIGITS: Final = 3

_HEAD: Final = """\
Change what you like: facewire reads this file instead of looking at the character
again. It is read when the character is opened.
"""

_DRIVES: Final = """\
source = what it moves: one target, or several in [ ]
A target's weight is gain * source, kept within low and high. Left out, gain is 1, low 0
and high 1. A target is a morph target by its name, or "clip:NAME" for an expression of
the VRM. Remove a line, and nothing moves for that source.
"""

_GAZE: Final = """\
by: "bones", "curves" (the eyeLook curves) or "none". inner, outer, up and down: how far
the eye bones turn at a full gaze, degrees.
"""

_LIDS: Final = """\
Share of the gap between the lids that a weight of 1 closes: [left, right]. facewire
keeps the sum of a blink, a squint, a gaze down and a raised cheek from driving lids
through each other.
"""


def mapping_text(
    mapping: Mapping, *, title: str, by: Table[str, str] | None = None
) -> str:
    """Return the file's text, which `load_mapping` reads.

    Args:
        mapping: numbers are rounded to 3 decimals.
        title: of the character, for the first line.
        by: for each source, how it was found.
    """
    lines = [f"# What moves {title}.", *_comment(_HEAD), ""]
    facing = "+Z" if mapping.facing > 0 else "-Z"
    lines += [
        f'facing = "{facing}"  # where it looks at rest: "+Z" or "-Z"',
        f'emotions = "{mapping.emotions}"  # play its emotions: "auto", "on" or "off"',
        "",
        "[drives]",
        *_comment(_DRIVES),
        *_drives(mapping, by or {}),
        "",
        "[bones]",
        *_comment("The nodes that turn."),
        *(f"{bone} = {toml_text(node)}" for bone, node in mapping.bones.items()),
        "",
        "[gaze]",
        *_comment(_GAZE),
        f'by = "{mapping.gaze.by}"',
        *(
            f"{name} = {toml_number(getattr(mapping.gaze, name))}"
            for name in ("inner", "outer", "up", "down")
        ),
        "",
        "[lids]",
        *_comment(_LIDS),
    ]
    for name in ("blink", "squint", "down", "cheek"):
        left, right = getattr(mapping.lids, name)
        lines.append(f"{name} = [{toml_number(left)}, {toml_number(right)}]")
    return "\n".join(lines) + "\n"


def _drives(mapping: Mapping, by: Table[str, str]) -> list[str]:
    lines: list[str] = []
    for part in PARTS:
        rows = [drive for drive in mapping.drives if part_of(drive.source) == part]
        texts = [(drive, row_text(drive)) for drive in rows]
        name_width = max((len(drive.source) for drive in rows), default=0)
        width = min(max((len(text) for _, text in texts), default=0), 60)
        if rows:
            lines += ["", f"# {part}"]
        for drive, text in texts:
            how = by.get(drive.source)
            found = f" (by {how})" if how and how != "name" else ""
            told = WORDS[drive.source] + found
            lines.append(
                f"{drive.source:{name_width}} = {text:{width}}  # {told}".rstrip()
            )
    driven = {drive.source for drive in mapping.drives}
    missing = [name for name in ARKIT if name not in driven]
    if missing and driven:
        lines += ["", *_wrapped("No target of their own: ", missing)]
    return lines


def row_text(drive: Drive) -> str:
    """Return what a drive's line in the file says of its source."""
    to = [toml_text(target) for target in drive.to]
    parts = [f"to = {to[0]}" if len(to) == 1 else f"to = [{', '.join(to)}]"]
    for name, usual in (("gain", 1.0), ("low", 0.0), ("high", 1.0)):
        value = round(getattr(drive, name), DIGITS)
        if value != usual:
            parts.append(f"{name} = {toml_number(value)}")
    return f"{{ {', '.join(parts)} }}"


def _wrapped(begin: str, names: list[str]) -> list[str]:
    lines, line = [], f"# {begin}"
    for name in names:
        if len(line) + len(name) > 86:
            lines.append(line.rstrip())
            line = "#   "
        line += f"{name} "
    return [*lines, line.rstrip()]


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.strip().splitlines()]
