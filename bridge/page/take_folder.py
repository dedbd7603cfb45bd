"""The folder of takes as pages see it: a list, and files by name alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from bridge.errors import BridgeError, ConfigError
from bridge.refine.names import is_refined
from bridge.takes.store import beside, takes_in
from bridge.takes.summary import Summary, summarize
from protocols.wording import shown

MOST: Final = 500
"""Takes in a list, the newest first."""


class TakeFolder:
    """Lists takes; what has been read of one is kept while the file stays the same."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which need not exist yet."""
        self.folder = folder
        self._known: dict[Path, tuple[tuple[int, int], dict[str, Any]]] = {}

    def rows(self, recording: str = "") -> list[dict[str, Any]]:
        """Return a row for each take, the newest first.

        Args:
            recording: path of the take that is being recorded; it is left out.
        """
        if not self.folder.is_dir():
            return []
        found = []
        for path in takes_in(self.folder):
            if recording and path.absolute() == Path(recording).absolute():
                continue
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((stat.st_mtime_ns, path, stat.st_size))
        found.sort(reverse=True)
        return [
            self._row(path, (mtime_ns, size)) for mtime_ns, path, size in found[:MOST]
        ]

    def path(self, verb: str, name: str) -> Path:
        """Return the path of a take that a page names.

        Raises:
            ConfigError: no take of the folder has exactly this name.
        """
        paths = takes_in(self.folder) if self.folder.is_dir() else []
        for path in paths:
            if path.name == name:
                return path
        raise ConfigError(
            f"{verb}: {shown(name, 60)!r} is no take in {self.folder}; `takes list` "
            "has their names"
        )

    def _row(self, path: Path, stamp: tuple[int, int]) -> dict[str, Any]:
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            try:
                row = _row(path, summarize(path))
            except BridgeError as error:
                told = str(error).removeprefix(f"{path}: ")
                row = {"file": path.name, "problem": shown(told, 300)}
            known = self._known[path] = (stamp, {**row, "bytes": stamp[1]})
        return known[1]


def _row(path: Path, found: Summary) -> dict[str, Any]:
    about = found.about
    video = beside(path, about.video) if about.video else None
    return {
        "file": path.name,
        "slate": shown(about.slate),
        "number": about.number,
        "started": shown(about.started),
        "faces": [shown(subject) for subject in found.subjects],
        "frames": found.frames,
        "seconds": round(found.seconds, 3),
        "whole": found.whole,
        "video": video is not None and video.is_file(),
        "refined": is_refined(path),
    }
