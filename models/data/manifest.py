"""Which clips and stills are judged: rows of a manifest, or all videos of a folder."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VIDEOS: Final = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi")
PICTURES: Final = (".jpg", ".jpeg", ".png")
MEDIAPIPE: Final = Path("mediapipe") / "face_landmarker.task"
"""Below the folder of all data: MediaPipe's own curves, to compare clips with."""
COLUMNS: Final = ("file", "use")
"""A manifest needs these; `kind`, `expected`, `person` and `notes` may be added."""


class ManifestError(ValueError):
    """A manifest that cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One clip or still."""

    path: Path
    use: str
    """`train`, `test` or `look`; empty without a manifest."""
    expected: tuple[tuple[str, ...], ...] = ()
    """Of every group one curve should rise."""
    person: str = ""
    neutral: bool = False
    """True for the still that shows the person's neutral face."""

    @property
    def moving(self) -> bool:
        """True for a clip."""
        return self.path.suffix.lower() in VIDEOS


def read_folder(folder: Path) -> list[Row]:
    """Return all videos of a folder and of those in it, by name.

    Raises:
        ManifestError: it is no folder, or holds no video.
    """
    if not folder.is_dir():
        raise ManifestError(f"{folder}: no such folder; --clips names one with videos")
    found = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in VIDEOS]
    if not found:
        raise ManifestError(
            f"{folder}: no videos; expected files that end in {', '.join(VIDEOS)}"
        )
    return [Row(path, "") for path in found]


def read_rows(
    manifest: Path | None, folders: Sequence[Path], uses: Collection[str]
) -> list[Row]:
    """Return the rows of a manifest, and all videos of folders that it does not name.

    Raises:
        OSError: the manifest cannot be read.
        ManifestError: see `read_manifest` and `read_folder`.
    """
    rows = [] if manifest is None else read_manifest(manifest, folders, uses)
    named = {folder for row in rows for folder in row.path.resolve().parents}
    beside = [folder for folder in folders if folder.resolve() not in named]
    return rows + [row for folder in beside for row in read_folder(folder)]


def read_manifest(
    path: Path, folders: Sequence[Path], uses: Collection[str]
) -> list[Row]:
    """Return the rows of a CSV file with a certain use.

    Args:
        path: a comma-separated file, UTF-8, whose first line has the columns' names.
        folders: where its files are looked for, the first that has them; the file's
            own folder is the last.
        uses: of `train`, `test`, `look`.

    Raises:
        OSError: the file cannot be read.
        ManifestError: a column, or a file that a row names, is missing.
    """
    with path.open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    if not lines or not set(COLUMNS) <= set(lines[0]):
        raise ManifestError(
            f"{path}: expected a first line with the columns {' and '.join(COLUMNS)}, "
            "and rows below it"
        )
    rows = []
    for line in lines:
        if line["use"] not in uses:
            continue
        file_path = _find(line["file"], (*folders, path.parent))
        if file_path is None:
            raise ManifestError(
                f"{path}: {line['file']} is in none of the folders; --clips names the "
                "folder that holds it"
            )
        rows.append(_row(file_path, line))
    return rows


def _row(path: Path, line: dict[str, str]) -> Row:
    expected = line.get("expected") or ""
    groups = () if expected.startswith("see ") else parse_expected(expected)
    return Row(
        path=path,
        use=line["use"],
        expected=groups,
        person=line.get("person") or "",
        neutral="neutral of this person" in (line.get("notes") or ""),
    )


def parse_expected(text: str) -> tuple[tuple[str, ...], ...]:
    """Return groups of curves: `a;b|c` expects a, and b or c."""
    return tuple(tuple(group.split("|")) for group in text.split(";") if group)


def _find(name: str, folders: Sequence[Path]) -> Path | None:
    for folder in folders:
        # A folder of clips may be given, or the one above it.
        for candidate in (folder / name, folder / Path(name).name):
            if candidate.is_file():
                return candidate
    return None
