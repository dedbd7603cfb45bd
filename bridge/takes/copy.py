"""Copies takes message by message: recovers damaged ones and trims them.

Messages are copied byte for byte; the old file is never changed. The reference video
is not cut, so the picture numbers in the kept messages stay correct. A video without
an end is written again, complete, to a new file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.errors import ConfigError, TakeError
from protocols import native
from protocols.errors import DecodeError
from protocols.take import VIDEO_TOPIC, decode_picture

from .about import about_of
from .mp4_file import finish, is_unfinished
from .read import Unreadable, decode_frame, is_face
from .records import Message, Records
from .store import beside, new_file, video_path
from .take import About
from .write import FLUSHED, TakeWriter

Keep = Callable[[int], bool]
"""Takes a captured_ns; returns True if that message is kept."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The result of copying a take."""

    path: Path
    frames: int
    left_out: int
    """Readable frames outside the kept range."""
    whole: bool
    """True if the writer of the old file had finished it."""
    damage: tuple[str, ...]
    """Sentences about what could not be read from the old file."""
    video: Path | None = None
    """The new reference video; None if it was not written again."""
    pictures: int = 0
    """Pictures in the new reference video."""


def recover(path: Path, out: Path) -> Copied:
    """Write a valid file with everything that can be read from a damaged one.

    If the writer of the reference video was killed, the video is written again beside
    `out`. A complete video is kept, and the new take refers to it.

    Raises:
        TakeError: nothing can be read, or a new file exists or cannot be written.
    """
    done = f"recovered from {path.name}"
    about, _ = _survey(path)
    video = beside(path, about.video)
    if video is None or not is_unfinished(video):
        return _copy(path, out, lambda at_ns: True, done)
    mended = video_path(out)
    with new_file(mended) as part:
        try:
            pictures = finish(video, part)
        except DecodeError as error:
            raise TakeError(f"{video}: {error}") from None
        copied = _copy(path, out, lambda at_ns: True, done, (mended.name, pictures))
    return replace(copied, video=mended, pictures=pictures)


def trim(path: Path, out: Path, start_s: float, end_s: float) -> Copied:
    """Write a file with the frames from `start_s` to `end_s`, both included.

    Args:
        path: the take.
        out: the new file.
        start_s: seconds after the first frame of any face.
        end_s: seconds after the same frame; it may be later than the last frame.

    Raises:
        ConfigError: the end is before the start.
        TakeError: no frame is left, or `out` exists or cannot be written.
    """
    if not 0.0 <= start_s <= end_s:
        raise ConfigError(
            f"{path}: cannot cut from {start_s:g} s to {end_s:g} s; expected a start "
            "of 0 s or later, and an end that is not before the start"
        )
    _, first_ns = _survey(path)
    low = first_ns + round(start_s * 1e9)
    # The user may write 1e99 to keep everything up to the end.
    high = first_ns + round(min(end_s, 1e9) * 1e9)
    done = f"frames from {start_s:g} s to {end_s:g} s of {path.name}"
    return _copy(path, out, lambda at_ns: low <= at_ns <= high, done)


def _copy(
    path: Path,
    out: Path,
    keep: Keep,
    origin: str,
    video: tuple[str, int] | None = None,
) -> Copied:
    """Write the kept messages.

    Args:
        path: the take.
        out: the new file.
        keep: selects messages by captured_ns.
        origin: a sentence for the new file's `origin`.
        video: name and number of pictures of a new reference video, if there is one.
    """
    about, first_ns = _survey(path)
    told = f"{about.origin}; {origin}" if about.origin else origin
    name, pictures = video or (about.video, None)
    frames = left_out = lost = 0
    last_ns = first_ns
    unreadable = Unreadable()
    with _records(path) as records, new_file(out) as part:
        writer = TakeWriter(part, replace(about, origin=told, video=name))
        for message, at_ns in _sound(records, unreadable):
            is_frame = message.topic != VIDEO_TOPIC
            # The take may name pictures that the video lost in a power failure.
            if not (is_frame or pictures is None or _place(message) < pictures):
                lost += 1
                continue
            last_ns = max(last_ns, at_ns)
            if not keep(at_ns):
                left_out += is_frame
                continue
            writer.copy(message)
            frames += is_frame
            if is_frame and frames % FLUSHED == 0:
                writer.flush()
        if not frames:
            ends_s = (last_ns - first_ns) / 1e9
            raise TakeError(
                f"{path}: no frame lies in that range; the last frame is "
                f"{ends_s:.2f} s after the first; choose another range"
            )
        writer.close()
    damage = [*records.damage, *unreadable.sentences()]
    if lost:
        damage.append(f"pictures missing from {about.video}: {lost}")
    return Copied(out, frames, left_out, records.whole, tuple(damage))


def _place(message: Message) -> int:
    return decode_picture(message.data).picture


def _survey(path: Path) -> tuple[About, int]:
    """Return the file's description and the captured_ns of its first frame."""
    first_ns: int | None = None
    with _records(path) as records:
        for message in records:
            if first_ns is None and message.topic != VIDEO_TOPIC:
                for _, at_ns in _sound((message,), Unreadable()):
                    first_ns = at_ns
    if not records.is_mcap:
        raise TakeError(f"{path}: is not a take; expected an MCAP file from facewire")
    if first_ns is None:
        raise TakeError(f"{path}: has no frames of a face; nothing can be copied")
    return about_of(records.about), first_ns


def _sound(
    messages: Iterable[Message], unreadable: Unreadable
) -> Iterator[tuple[Message, int]]:
    """Yield readable messages with their captured_ns, which rises for each face."""
    last_ns: dict[str, int] = {}
    for message in messages:
        try:
            if message.topic == VIDEO_TOPIC:
                yield message, decode_picture(message.data).captured_ns
            elif is_face(message):
                frame = decode_frame(message.data).frame
                if frame.captured_ns <= last_ns.get(
                    frame.subject, frame.captured_ns - 1
                ):
                    unreadable.late += 1
                    continue
                last_ns[frame.subject] = frame.captured_ns
                topic = native.topic(frame.subject).decode()
                yield replace(message, topic=topic), frame.captured_ns
        except DecodeError as error:
            unreadable.tell(error)
        except ValueError as error:
            unreadable.tell(DecodeError(str(error)))


@contextmanager
def _records(path: Path) -> Iterator[Records]:
    try:
        with path.open("rb") as file:
            yield Records(file, path.stat().st_size)
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from None
