"""Copy what the Blender extension shares with the daemon into the extension.

    python plugins/blender/copies.py            writes the copies
    python plugins/blender/copies.py --check    ends with 1 if one is not up to date

An extension is a folder of its own and cannot import the daemon. Copies keep both
alike: change the daemon's file, and then run this.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TARGET: Final = Path(__file__).parent / "facewire" / "shared"

COPIED: Final = (
    "protocols/arrays.py",
    "protocols/channels.py",
    "protocols/rotation.py",
    "engines/character/bone_names.py",
    "engines/character/families.py",
    "engines/character/family_tables.py",
    "engines/character/mapping.py",
    "engines/character/names.py",
    "engines/character/sources.py",
)

INIT: Final = (
    '"""Copies of facewire\'s own files, made by plugins/blender/copies.py."""\n'
)


def copied(source: str) -> str:
    """Return a file with imports that work in the extension, and where it is from."""
    text = (ROOT / source).read_text("utf-8")
    text = re.sub(r"^from protocols\.", "from .", text, flags=re.M)
    note = f"# A copy of {source}, made by plugins/blender/copies.py.\n"
    return note + text


def wanted() -> dict[Path, str]:
    """Return the whole folder."""
    files = {TARGET / Path(source).name: copied(source) for source in COPIED}
    return {TARGET / "__init__.py": INIT, **files}


def main(words: list[str]) -> int:
    """Write or check the folder; return the exit code."""
    files = wanted()
    if "--check" not in words:
        TARGET.mkdir(exist_ok=True)
        for path, text in files.items():
            path.write_text(text, "utf-8")
        return 0
    stale = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    for path in stale:
        sys.stderr.write(f"{path}: not up to date; run plugins/blender/copies.py\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
