"""Summarizes a take without reading the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mcap.reader import make_reader

from protocols import native

from .about import about_of
from .read import read_contents
from .records import BROKEN
from .take import About


@dataclass(frozen=True, slots=True)
class Summary:
    """A take's description and size, as shown in a list of takes."""

    about: About
    subjects: tuple[str, ...]
    frames: int
    """Number of frames of all faces together."""
    seconds: float
    whole: bool
    """False if the writer was killed or a part cannot be read."""


def summarize(path: Path) -> Summary:
    """Return a take's summary, from the MCAP summary section if the file has one.

    Raises:
        TakeError: as for `read_recording`.
    """
    try:
        found = _from_summary(path)
    except (*BROKEN, OSError, KeyError):
        found = None
    return found or _from_contents(path)


def _from_summary(path: Path) -> Summary | None:
    with path.open("rb") as file:
        reader = make_reader(file)
        summary = reader.get_summary()
        if summary is None or summary.statistics is None:
            return None
        statistics = summary.statistics
        prefix = native.FACE_TOPICS.decode()
        faces = {
            channel.id: channel.topic.removeprefix(prefix)
            for channel in summary.channels.values()
            if channel.topic.startswith(prefix)
        }
        texts: dict[str, str] = {}
        for metadata in reader.iter_metadata():
            texts.update(metadata.metadata)
    counts = statistics.channel_message_counts
    if not faces:
        return None
    return Summary(
        about_of(texts),
        tuple(faces.values()),
        sum(counts.get(channel, 0) for channel in faces),
        (statistics.message_end_time - statistics.message_start_time) / 1e9,
        True,
    )


def _from_contents(path: Path) -> Summary:
    contents = read_contents(path)
    takes = contents.recording.takes
    first_ns = min(int(take.captured_ns[0]) for take in takes)
    last_ns = max(int(take.captured_ns[-1]) for take in takes)
    return Summary(
        contents.recording.about,
        tuple(take.subject for take in takes),
        sum(len(take.captured_ns) for take in takes),
        (last_ns - first_ns) / 1e9,
        contents.whole and not contents.damage,
    )
