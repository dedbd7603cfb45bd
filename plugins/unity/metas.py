"""Write the .meta files of the Unity package.

    python plugins/unity/metas.py            writes those that are missing or wrong
    python plugins/unity/metas.py --check    ends with 1 if any is

Unity knows every asset by the GUID in its .meta file. Ours is made of the asset's path,
so it is the same in every checkout, and references to it last.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent / "com.facewire.receiver"

_TAIL: Final = """\
  externalObjects: {}
  userData:
  assetBundleName:
  assetBundleVariant:
"""
_IMPORTERS: Final = {
    ".cs": "MonoImporter",
    ".asmdef": "AssemblyDefinitionImporter",
    ".md": "TextScriptImporter",
    ".unity": "DefaultImporter",
}
_MONO: Final = """\
  serializedVersion: 2
  defaultReferences: []
  executionOrder: 0
  icon: {instanceID: 0}
"""


def guid(path: Path) -> str:
    """Return the GUID of an asset: 32 hexadecimal digits."""
    name = f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}"
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:32]


def assets() -> list[Path]:
    """Return all that Unity imports: files and folders. It leaves out names that begin
    with a dot and folders whose name ends in a tilde, but not what is in a sample."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix != ".meta" and path.name[0] != "." and path.name[-1] != "~"
    ]


def meta(path: Path) -> str:
    """Return the contents of an asset's .meta file."""
    head = f"fileFormatVersion: 2\nguid: {guid(path)}\n"
    if path.is_dir():
        return f"{head}folderAsset: yes\nDefaultImporter:\n{_TAIL}"
    if path.name == "package.json":
        importer = "PackageManifestImporter"
    else:
        importer = _IMPORTERS[path.suffix]
    mono = _MONO if importer == "MonoImporter" else ""
    return f"{head}{importer}:\n{mono}{_TAIL}"


def beside(path: Path) -> Path:
    """Return the .meta file of an asset."""
    return path.with_name(path.name + ".meta")


def wrong() -> dict[Path, str]:
    """Return what is wrong with .meta files, in words, by file."""
    found = {}
    for path in assets():
        target = beside(path)
        if not target.exists():
            found[target] = "missing"
        elif target.read_text("utf-8") != meta(path):
            found[target] = "not as it should be"
    kept = {beside(path) for path in assets()}
    for target in PACKAGE.rglob("*.meta"):
        if target not in kept:
            found[target] = "without its asset"
    return found


def main(words: list[str]) -> int:
    """Write or check the files; return the exit code."""
    found = wrong()
    if "--check" not in words:
        for target, why in found.items():
            if why == "without its asset":
                target.unlink()
        for path in assets():
            beside(path).write_text(meta(path), "utf-8")
        return 0
    for target, why in found.items():
        sys.stderr.write(f"{target}: {why}; run python plugins/unity/metas.py\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
