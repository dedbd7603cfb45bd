"""New files from old ones, message by message: recovered, or cut at both ends.

Messages are copied as they stand, bytes and all; the old file is never touched. The
reference video stays whole: the pictures' places that are kept go on to be right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import TakeError
from protocols import native
from protocols.errors import DecodeError
from protocols.take import VIDEO_TOPIC, decode_picture

from .about import about_of
from .read import Odd, is_face
from .records import Message, Records
from .store import new_file
from .take import About
from .write import FLUSHED, TakeWriter

Keep = Callable[[int], bool]
"""Says of a captured_ns whether it is kept."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of a file."""

    path: Path
    frames: int
    left_out: int
    """Sound frames that were not wanted."""
    whole: bool
    """True where the old file had been ended by its writer."""
    damage: tuple[str, ...]
    """What could not be read of it."""


def recover(path: Path, out: Path) -> Copied:
    """Write a sound file with all that can be read of a damaged one.

    Raises:
        TakeError: nothing can be read, or `out` exists or cannot be written.
    """
    return _copy(path, out, lambda at_ns: True, f"recovered from {path.name}")


def trim(path: Path, out: Path, start_s: float, end_s: float) -> Copied:
    """Write a file with the frames from `start_s` to `end_s`, both included.

    Args:
        path: the take.
        out: the new file.
        start_s: seconds after the first frame of any face.
        end_s: likewise; what ends before is kept to its end.

    Raises:
        TakeError: nothing is left, or `out` exists or cannot be written.
    """
    if not 0.0 <= start_s <= end_s:
        raise TakeError(
            f"{path}: cannot be cut from {start_s:g} s to {end_s:g} s; expected "
            "seconds from 0 on, the start first"
        )
    _, first_ns = _survey(path)
    low = first_ns + round(start_s * 1e9)
    # Whoever wants all of it may say 1e99.
    high = first_ns + round(min(end_s, 1e9) * 1e9)
    done = f"frames from {start_s:g} s to {end_s:g} s of {path.name}"
    return _copy(path, out, lambda at_ns: low <= at_ns <= high, done)


def _copy(path: Path, out: Path, keep: Keep, origin: str) -> Copied:
    about, _ = _survey(path)
    told = f"{about.origin}; {origin}" if about.origin else origin
    frames = left_out = 0
    odd = Odd()
    with _records(path) as records, new_file(out) as part:
        writer = TakeWriter(part, replace(about, origin=told))
        for message, at_ns in _sound(records, odd):
            is_frame = message.topic != VIDEO_TOPIC
            if not keep(at_ns):
                left_out += is_frame
                continue
            writer.copy(message)
            frames += is_frame
            if is_frame and frames % FLUSHED == 0:
                writer.flush()
        if not frames:
            raise TakeError(f"{path}: no frame is left to write")
        writer.close()
    damage = (*records.damage, *odd.sentences())
    return Copied(out, frames, left_out, records.whole, damage)


def _survey(path: Path) -> tuple[About, int]:
    """Return what the whole file tells of itself, and when its first frame was."""
    first_ns: int | None = None
    with _records(path) as records:
        for message in records:
            if first_ns is None:
                for _, at_ns in _sound((message,), Odd()):
                    first_ns = at_ns
    if not records.is_mcap:
        raise TakeError(f"{path}: is no take; expected an MCAP file from facewire")
    if first_ns is None:
        raise TakeError(f"{path}: has no frame of a face")
    return about_of(records.about), first_ns


def _sound(messages: Iterable[Message], odd: Odd) -> Iterator[tuple[Message, int]]:
    """Yield what can be read, in rising times a face, and the captured_ns of each."""
    last_ns: dict[str, int] = {}
    for message in messages:
        try:
            if message.topic == VIDEO_TOPIC:
                yield message, decode_picture(message.data).captured_ns
            elif is_face(message):
                frame = native.decode(message.data).frame
                if frame.captured_ns <= last_ns.get(
                    frame.subject, frame.captured_ns - 1
                ):
                    odd.late += 1
                    continue
                last_ns[frame.subject] = frame.captured_ns
                topic = native.topic(frame.subject).decode()
                yield replace(message, topic=topic), frame.captured_ns
        except DecodeError as error:
            odd.tell(error)
        except ValueError as error:
            odd.tell(DecodeError(str(error)))


@contextmanager
def _records(path: Path) -> Iterator[Records]:
    try:
        with path.open("rb") as file:
            yield Records(file, path.stat().st_size)
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from None
