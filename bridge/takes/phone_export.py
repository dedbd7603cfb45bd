"""Exports a take as the folder in which the phone app Live Link Face leaves one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.errors import TakeError
from protocols.export import livelink_take
from protocols.export.livelink_take import FILE_ORDER, PhoneTake

from .disk import put
from .exported import write_csv
from .mp4_pictures import Pictures
from .store import VIDEO_SUFFIX, new_file
from .take import About, Take
from .write import software

_UNFIT: Final = re.compile(r"[^\w .-]+")
"""Characters that are replaced in file names."""
_STARTED: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T")
LONGEST: Final = 64
"""Characters of a slate or a subject in a file name."""


def folder_name(about: About) -> str:
    """Return the phone's name for a take's folder, such as 20240531_MySlate_3. A take
    without a start time has no date in it."""
    date = _STARTED.match(about.started)
    named = f"{_fit(about.slate) or 'Take'}_{about.number}"
    return f"{''.join(date.groups())}_{named}" if date else named


def export_folder(
    take: Take, about: About, path: Path, video: Path | None
) -> tuple[str, ...]:
    """Write a new folder; return sentences about what it leaves out.

    Args:
        take: one face.
        about: of the recording.
        path: the folder; it must not exist.
        video: the reference video; None if there is none.

    Raises:
        TakeError: the folder exists, or something cannot be written; nothing is left.
    """
    slate, subject = about.slate or "Take", take.subject
    fit = _fit(slate) or "Take", _fit(subject) or "face"
    stem = f"{fit[0]}_{about.number}_{fit[1]}"
    with _new_folder(path) as part:
        csv = part / f"{stem}{livelink_take.CALIBRATED}.csv"
        rows, notes = write_csv(take, csv, FILE_ORDER)
        # facewire's weights are changes from the actor's neutral face, as those of a
        # calibrated phone are.
        told = PhoneTake(slate, about.number, subject, calibrated=True, frames=rows)
        more = {
            "software": about.software or software(),
            "written_by": software(),
            "started": about.started,
            "start_timecode": str(take.timecodes[0]),
            "end_timecode": str(take.timecodes[-1]),
        }
        _write(part / livelink_take.TAKE_FILE, livelink_take.encode_take(told, more))
        if video is None:
            return (*notes, "the take has no video, so there is no thumbnail either")
        return (*notes, *_put_video(video, part, stem))


def _put_video(video: Path, folder: Path, stem: str) -> tuple[str, ...]:
    """Copy the reference video, and what describes it; return notes."""
    try:
        pictures = Pictures(video)
    except TakeError as error:
        return (f"the video is left out: {error}",)
    try:
        if not len(pictures):
            return (f"{video.name} has no pictures and is left out",)
        _write(folder / livelink_take.THUMBNAIL, pictures.picture(0))
        width, height = pictures.size
        described = livelink_take.encode_video(pictures.rate, width, height)
    finally:
        pictures.close()
    _write(folder / livelink_take.VIDEO_FILE, described)
    target = folder / f"{stem}{VIDEO_SUFFIX}"
    try:
        shutil.copyfile(video, target)
    except OSError as error:
        raise TakeError(
            f"{video}: cannot be copied ({error.strerror or error}); free some space, "
            "or move the video away to export without it"
        ) from None
    return ("the video has no sound; the phone's has",)


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Yield a temporary folder; it becomes `path` if the block ends without an
    error."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists():
            raise TakeError(
                f"{path}: exists already and is not overwritten; choose another name"
            )
        part.mkdir()
        try:
            yield part
            part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise TakeError(
            f"{path}: cannot be written ({error.strerror or error})"
        ) from None


def _write(path: Path, data: bytes) -> None:
    with new_file(path) as file:
        put(file, data)


def _fit(name: str) -> str:
    """Return a name as a part of a file's name."""
    return _UNFIT.sub("_", name).strip(" .")[:LONGEST]
