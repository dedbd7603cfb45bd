"""Exports a take as the folder in which the phone app Live Link Face leaves one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bridge.errors import TakeError
from protocols.export import livelink_take
from protocols.export.livelink_fields import RATE
from protocols.export.livelink_take import FILE_ORDER, PhoneTake
from protocols.take import Picture

from .disk import put
from .exported import write_csv
from .mp4_file import Mp4File
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
    take: Take,
    about: About,
    path: Path,
    video: Path | None,
    shown: Sequence[Picture] = (),
) -> tuple[str, ...]:
    """Write a new folder; return sentences about what it leaves out.

    Args:
        take: one face.
        about: of the recording.
        path: the folder; it must not exist.
        video: the reference video; None if there is none. Only its pictures from the
            take's first frame to the last are written.
        shown: what the recording says about its pictures, in order.

    Raises:
        TakeError: the folder exists, or something cannot be written; nothing is left.
    """
    slate, subject = about.slate or "Take", take.subject
    fit = _fit(slate) or "Take", _fit(subject) or "face"
    stem = f"{fit[0]}_{about.number}_{fit[1]}"
    with _new_folder(path) as part:
        csv = part / f"{stem}{livelink_take.CALIBRATED}.csv"
        rows, notes = write_csv(take, csv, FILE_ORDER)
        frames = 0
        more: tuple[str, ...] = (
            "the take has no video, so there is no thumbnail either",
        )
        if video is not None:
            wanted = [
                picture.picture
                for picture in shown
                if take.captured_ns[0] <= picture.captured_ns <= take.captured_ns[-1]
            ]
            frames, more = _put_video(video, wanted, part, stem)
        # facewire's weights are changes from the actor's neutral face, as those of a
        # calibrated phone are.
        told = PhoneTake(
            slate, about.number, subject, calibrated=True, frames=frames or rows
        )
        ours = {
            "software": about.software or software(),
            "written_by": software(),
            "started": about.started,
            "start_timecode": str(take.timecodes[0]),
            "end_timecode": str(take.timecodes[-1]),
        }
        _write(part / livelink_take.TAKE_FILE, livelink_take.encode_take(told, ours))
    return (*notes, *more)


def _put_video(
    video: Path, wanted: Sequence[int], folder: Path, stem: str
) -> tuple[int, tuple[str, ...]]:
    """Write the wanted pictures of a video, and what describes it.

    Returns:
        The number of pictures, and notes.
    """
    try:
        pictures = Pictures(video)
    except TakeError as error:
        return 0, (f"the video is left out: {error}",)
    try:
        there = [number for number in wanted if number < len(pictures)]
        if not there:
            return 0, (f"{video.name} has no pictures of these frames; it is left out",)
        track = pictures.track
        with new_file(folder / f"{stem}{VIDEO_SUFFIX}") as file:
            mp4 = Mp4File(file, track)
            for number in there:
                mp4.add(pictures.picture(number))
            mp4.close()
        _write(folder / livelink_take.THUMBNAIL, pictures.picture(there[0]))
    finally:
        pictures.close()
    rate = track.ticks / track.step
    described = livelink_take.encode_video(rate, track.width, track.height)
    _write(folder / livelink_take.VIDEO_FILE, described)
    notes = ["the video has no sound; the phone's has"]
    if round(rate) != RATE:
        notes.append(
            f"the video has {rate:.4g} pictures a second, and the CSV {RATE} rows; the "
            "phone's have one for each other"
        )
    return len(there), tuple(notes)


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
