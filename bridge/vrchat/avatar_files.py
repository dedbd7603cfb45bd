"""Finds the files that VRChat writes for avatars, where OSCQuery is not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from protocols.errors import DecodeError
from protocols.oscquery import LONGEST, Avatar, avatar_file, is_id

INSIDE: Final = Path("AppData/LocalLow/VRChat/VRChat/OSC")
PROTON: Final = Path(
    ".local/share/Steam/steamapps/compatdata/438100/pfx/drive_c/users/steamuser"
)
"""The user's Windows folder of VRChat under Steam on Linux."""
MOST_USERS: Final = 64


def osc_folder(home: Path | None = None, platform: str = sys.platform) -> Path:
    """Return the folder in which VRChat keeps a folder for each of its users.

    Args:
        home: the user's own folder.
        platform: a value of `sys.platform`.
    """
    home = Path.home() if home is None else home
    return (home if platform == "win32" else home / PROTON) / INSIDE


def find_avatar(avatar_id: str, folder: Path) -> Avatar | None:
    """Return what VRChat's file says of an avatar, None if there is no such file.

    Args:
        avatar_id: as it came from the network.
        folder: see `osc_folder`.
    """
    if not is_id(avatar_id):
        return None
    for path in _candidates(avatar_id, folder):
        try:
            if path.stat().st_size <= LONGEST:
                return avatar_file(path.read_bytes())
        except (OSError, DecodeError):
            continue
    return None


def _candidates(avatar_id: str, folder: Path) -> Iterator[Path]:
    try:
        users = list(islice(folder.iterdir(), MOST_USERS))
    except OSError:
        return
    for user in users:
        yield user / "Avatars" / f"{avatar_id}.json"
