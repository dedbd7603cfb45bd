"""Where the head and MediaPipe's file lie that an evaluation of clips needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.data.manifest import MEDIAPIPE
from models.data.rendered.head import HEAD_FILE


def find_data(data: Path | None, clips: Sequence[Path]) -> Path:
    """Return the folder that holds `HEAD_FILE`.

    Args:
        data: as the user gave it; None looks in the folders of clips and above them.
        clips: folders.

    Raises:
        FileNotFoundError: it is in none of them.
    """
    if data is not None:
        candidates = [data]
    else:
        whole = [folder.resolve() for folder in clips]
        candidates = [each for path in whole for each in (path, *path.parents)]
    for folder in candidates:
        if (folder / HEAD_FILE).is_file():
            return folder
    where = "above the clips" if data is None else f"in {data}"
    raise FileNotFoundError(
        f"{HEAD_FILE}: no such file {where}; --data names the folder that holds "
        "ict_facekit/, whose head is drawn"
    )


def find_task(data: Path, remarks: list[str]) -> Path | None:
    """Return MediaPipe's file, or None and a sentence in `remarks`."""
    path = data / MEDIAPIPE
    if path.is_file():
        return path
    remarks.append(
        f"MediaPipe was left out, with all that is compared with it: {path} is no file."
    )
    return None
