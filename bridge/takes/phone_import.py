"""Imports the takes that the phone app Live Link Face left, with their names."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from bridge.errors import TakeError
from protocols.errors import DecodeError
from protocols.export.livelink_take import (
    CALIBRATED,
    DEPTH_FILE,
    NEUTRAL,
    RAW,
    TAKE_FILE,
    PhoneTake,
    decode_take,
)
from protocols.wording import counted

from .imported import Imported, import_table
from .phone_files import PhoneFiles, ends, is_table, video_of
from .take import Recording

LARGEST: Final = 1 << 20
"""Bytes of a take.json that are read; real ones have a few thousand."""
LARGEST_TABLE: Final = 1 << 30
"""Bytes of a CSV: more than a working day of frames."""


def import_phone(
    files: PhoneFiles, subject: str | None = None, rate: Fraction | None = None
) -> Imported:
    """Read a take from the phone's files.

    Args:
        files: one of those that `phone_files.find` returned.
        subject: the actor's name; None uses that of take.json.
        rate: frame rate of the timecodes; see `import_csv`.

    Raises:
        TakeError: it has no curves, or they cannot be read.
    """
    told, notes = _told(files)
    name, others = _choose(files, told)
    try:
        data = files.read(name, LARGEST_TABLE + 1)
    except OSError as error:
        raise TakeError(
            f"{files.where / name}: cannot be read ({error.strerror or error})"
        ) from None
    if len(data) > LARGEST_TABLE:
        raise TakeError(f"{files.where / name}: has more than {LARGEST_TABLE} bytes")
    where = files.path(name) or files.where / name
    imported = import_table(data, where, subject or told.subject, rate)
    (take,) = imported.recording.takes
    rows = len(take.captured_ns)
    if others:
        notes.append(f"{name} was read; left out: {', '.join(others)}")
    if told.frames is not None and told.frames != rows:
        # The phone's own folders differ by up to some dozens.
        notes.append(
            f"{TAKE_FILE} tells of {counted(told.frames, 'frame')}, and the CSV has "
            f"{counted(rows, 'row')}"
        )
    video = video_of(files)
    if video is not None:
        notes.append(f"the video {video} stays where it is")
    if DEPTH_FILE in files.names:
        notes.append("its depth cannot be read; only MetaHuman Animator reads it")
    about = imported.recording.about
    notes = [*imported.notes, *notes]
    about = replace(
        about,
        slate=told.slate or about.slate,
        number=told.number or about.number,
        origin=f"imported from {files.name}/{name}",
        notes="\n".join(notes),
    )
    return Imported(Recording(about, (take,)), tuple(notes))


def _told(files: PhoneFiles) -> tuple[PhoneTake, list[str]]:
    """Return what take.json says, and a note if it cannot be read."""
    if TAKE_FILE not in files.names:
        why = f"there is no {TAKE_FILE}"
    else:
        try:
            return decode_take(files.read(TAKE_FILE, LARGEST)), []
        except OSError as error:
            why = f"{TAKE_FILE} cannot be read ({error.strerror or error})"
        except DecodeError as error:
            why = f"{TAKE_FILE}: {error}"
    return PhoneTake(), [f"{why}; the names are those in the CSV's name"]


def _choose(files: PhoneFiles, told: PhoneTake) -> tuple[str, list[str]]:
    """Return the CSV to read, and the others.

    The calibrated curves come first, unless take.json says that nobody calibrated;
    then those without an ending.
    """
    tables = [name for name in files.names if is_table(name)]
    first, last = (RAW, CALIBRATED) if told.calibrated is False else (CALIBRATED, RAW)
    curves = sorted(
        (name for name in tables if not ends(name, NEUTRAL)),
        key=lambda name: (ends(name, last), not ends(name, first)),
    )
    if curves:
        return curves[0], [name for name in tables if name != curves[0]]
    video = video_of(files)
    path = None if video is None else files.path(video)
    solve = ""
    if path is not None:
        solve = (
            f'; its video can be solved: facewire record takes --source "video:{path}"'
        )
    elif video is not None:
        solve = f"; its video, {video}, can be solved: unpack it first"
    raise TakeError(
        f"{files.where}: has no CSV with curves, as takes for MetaHuman Animator have "
        f"none{solve}"
    )
