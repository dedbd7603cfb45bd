"""Opens what the timecode of a run follows, by the settings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bridge.clock import ClockNs, monotonic_ns
from bridge.time_of_day import LiveTimeline
from protocols.timecode import Timecode as Stamp
from protocols.timecode import Timeline

from .ltc import LtcReference, midnight_of
from .ntp import NtpReference
from .reference import Reference, SystemReference
from .settings import Timecode
from .sound import DeviceInput, SoundInput, WavInput

logger = logging.getLogger(__name__)


class Times(Protocol):
    """See `bridge.feeds.feed.Times`."""

    def at(self, captured_ns: int) -> Stamp:
        """Return the timecode of an instant."""


class HasTimes(Protocol):
    """A feed, as far as timecode is concerned. See `bridge.feeds.feed.Feed`."""

    name: str
    own_time: bool
    timelines: Sequence[Times]


@dataclass(frozen=True, slots=True)
class OpenTimecode:
    """Where the timecode of a run comes from."""

    timelines: Sequence[Times]
    """One per face."""
    senders: bool
    """True if a sender's timecode goes before `timelines`."""
    reference: Reference

    def close(self) -> None:
        """End the thread of the reference. Safe to call twice."""
        self.reference.close()


def open_timecode(
    settings: Timecode, feed: HasTimes, clock_ns: ClockNs = monotonic_ns
) -> OpenTimecode:
    """Open the source of timecode.

    Args:
        settings: of timecode.
        feed: the faces; a file has a timeline of its own, which must replay to equal
            bytes, so only a WAV file may set its beginning.
        clock_ns: monotonic nanoseconds.

    Raises:
        BridgeError: a sound device, a WAV file or an address is wrong.
    """
    source, rate = settings.source, settings.rate
    if feed.own_time and not settings.genlock:
        return OpenTimecode(_of_file(settings, feed), True, SystemReference(clock_ns))
    if source in ("source", "system"):
        reference: Reference = SystemReference(clock_ns)
        if source == "source":
            return OpenTimecode(feed.timelines, True, reference)
        times = [LiveTimeline(rate, reference.look) for _ in feed.timelines]
        return OpenTimecode(times, False, reference)
    reference = open_reference(settings, clock_ns)
    logger.info("- %s", reference.sentence())
    look = reference.look
    followed = [LiveTimeline(rate, look, tell=False) for _ in feed.timelines]
    return OpenTimecode(followed, False, reference)


def open_reference(settings: Timecode, clock_ns: ClockNs = monotonic_ns) -> Reference:
    """Open what timecode follows, without a feed.

    Raises:
        BridgeError: see `open_timecode`.
    """
    if settings.source == "ntp":
        return NtpReference(settings.server, clock_ns=clock_ns)
    if settings.source == "ltc":
        sound = open_sound(settings.ltc, settings.ltc_channel, clock_ns)
        return LtcReference(sound, settings.ltc_fps(), settings.rate, clock_ns=clock_ns)
    return SystemReference(clock_ns)


def open_sound(
    where: str, channel: int, clock_ns: ClockNs = monotonic_ns
) -> SoundInput:
    """Open a WAV file, which then plays in real time, or a sound device.

    Raises:
        BridgeError: it cannot be opened.
    """
    if is_file(where):
        return WavInput(Path(where), channel, clock_ns)
    return DeviceInput(where, channel, clock_ns)


def is_file(where: str) -> bool:
    """Return True for a WAV file, False for a sound device."""
    return where.lower().endswith((".wav", ".wave", ".bwf"))


def _of_file(settings: Timecode, feed: HasTimes) -> Sequence[Times]:
    """Return the timecode of a file of images."""
    if settings.source in ("source", "system"):
        return feed.timelines
    if settings.source == "ltc" and is_file(settings.ltc):
        path = Path(settings.ltc)
        begin_ns, state = midnight_of(path, settings.ltc_channel, settings.ltc_fps())
        logger.info(
            "- %s: the file's timecode begins %.3f s after midnight, from LTC at %s "
            "frames a second",
            *(path.name, begin_ns / 1e9, state.rate),
        )
        return [Timeline(settings.rate, begin_ns) for _ in feed.timelines]
    logger.warning(
        'x %s: timecode.source = "%s" has no effect on a file; give a WAV file with '
        "LTC as timecode.ltc, or a live source",
        *(feed.name, settings.source),
    )
    return feed.timelines
