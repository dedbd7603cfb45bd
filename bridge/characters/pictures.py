"""Writes pictures of a character: at rest, and a sheet of all that it can do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2

from bridge.errors import CharacterError
from engines.character.character import Character, rest
from engines.character.mapping import Mapping
from engines.character.showing import shown
from engines.drawing.develop import Picture
from engines.drawing.draw import View, draw
from engines.drawing.drawable import drawable
from engines.drawing.sheet import sheet

from .write import write_new


def write_picture(character: Character, mapping: Mapping, path: Path) -> None:
    """Write a character at rest as PNG.

    Raises:
        CharacterError: the picture cannot be written.
    """
    subject = drawable(character, mapping.facing)
    _write(path, draw(subject, rest(character), View()))


def write_sheet(
    character: Character,
    mapping: Mapping,
    path: Path,
    tell: Callable[[int, int], None],
) -> None:
    """Write a character at rest and with each thing that it can do at 1, as PNG.

    Args:
        character: from a file.
        mapping: what moves it.
        path: an existing file is replaced.
        tell: of the pictures done and all.

    Raises:
        CharacterError: the picture cannot be written.
    """
    subject = drawable(character, mapping.facing)
    _write(path, sheet(subject, shown(character, mapping), tell=tell))


def _write(path: Path, picture: Picture) -> None:
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise CharacterError(f"{path}: the picture cannot be encoded as PNG")
    write_new(path, data.tobytes())
