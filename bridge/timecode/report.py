"""What is on a tape, for `facewire timecode read`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from protocols.drop_frame import Label, count_of, frames_in_day, label_of, nominal
from protocols.ltc_decoder import Heard, LtcDecoder, Samples
from protocols.wording import counted

from .follower import Follower
from .sound import wav_blocks


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames that follow each other without a gap."""

    first: Heard
    last: Heard
    frames: int

    def sentence(self, sample_rate: int) -> str:
        """Return one line."""
        way = ", backwards" if self.first.reverse else ""
        return (
            f"{self.first.start / sample_rate:.3f} s: {self.first.word.label} to "
            f"{self.last.word.label}, {counted(self.frames, 'frame')}{way}"
        )


@dataclass(frozen=True, slots=True)
class TapeReport:
    """The timecode of one file."""

    sample_rate: int
    rate: Fraction | None
    """Exact frames a second; None if too few follow each other."""
    speed: float
    """Measured frames a second."""
    stretches: tuple[Stretch, ...]
    level_db: float
    user: int
    """User bits of the first frame."""

    def lines(self) -> list[str]:
        """Return sentences for people."""
        if not self.stretches:
            return ["no timecode on this channel; try --channel"]
        rate = "at an unknown rate" if self.rate is None else f"at {self.rate}"
        frames = sum(each.frames for each in self.stretches)
        drop = ", drop frame" if self.stretches[0].first.word.label.drop else ""
        told = (
            f"{counted(frames, 'frame')} {rate} frames a second{drop} (measured "
            f"{self.speed:.4f}), peak {self.level_db:.0f} dB, user bits "
            f"{self.user:08X}"
        )
        return [told, *(each.sentence(self.sample_rate) for each in self.stretches)]

    def as_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "sample_rate": self.sample_rate,
            "rate": None if self.rate is None else str(self.rate),
            "measured_fps": self.speed,
            "level_db": self.level_db,
            "user_bits": f"{self.user:08X}",
            "stretches": [
                {
                    "start_s": each.first.start / self.sample_rate,
                    "end_s": each.last.end / self.sample_rate,
                    "first": str(each.first.word.label),
                    "last": str(each.last.word.label),
                    "frames": each.frames,
                    "reverse": each.first.reverse,
                }
                for each in self.stretches
            ],
        }


def read_tape(path: Path, channel: int) -> TapeReport:
    """Read the timecode of a WAV file.

    Args:
        path: the file.
        channel: from 1.

    Raises:
        CaptureError: the file cannot be read, or has no such channel.
    """
    header, blocks = wav_blocks(path, channel)
    decoder, follower = LtcDecoder(header.rate), Follower()
    stretches: list[Stretch] = []
    speeds: list[float] = []
    levels: list[float] = []
    for heard in _heard(decoder, blocks):
        end_ns = round(heard.end * 1e9 / header.rate)
        follower.hear(heard, end_ns, header.rate)
        speeds.append(heard.fps(header.rate))
        levels.append(heard.level_db)
        before = stretches[-1] if stretches else None
        if before is not None and _follows(before.last, heard):
            stretches[-1] = Stretch(before.first, heard, before.frames + 1)
        else:
            stretches.append(Stretch(heard, heard, 1))
    return TapeReport(
        header.rate,
        follower.state.rate,
        median(speeds) if speeds else 0.0,
        tuple(stretches),
        median(levels) if levels else 0.0,
        stretches[0].first.word.user if stretches else 0,
    )


def _heard(decoder: LtcDecoder, blocks: Iterable[Samples]) -> Iterator[Heard]:
    for samples in blocks:
        yield from decoder.feed(samples)
    yield from decoder.finish()


def _follows(before: Heard, now: Heard) -> bool:
    """Return True if a frame comes directly after another one."""
    early, late = before.word.label, now.word.label
    if before.reverse != now.reverse or early.drop != late.drop:
        return False
    if now.start - before.end > 0.5 * (before.end - before.start):
        return False
    if now.reverse:
        early, late = late, early
    return any(_next(early, base) == late for base in (24, 25, 30))


def _next(label: Label, base: int) -> Label | None:
    drop = label.drop
    if label.frames >= base or (drop and base != 30):
        return None
    count = count_of(label, base) + 1
    return label_of(count % frames_in_day(base, drop=drop), base, drop=drop)


def exact(rate: Fraction, label: Label) -> Label:
    """Return a label that can be sent at a rate.

    Raises:
        ValueError: the rate has no such label, or no drop frame.
    """
    if label.drop and rate != Fraction(30000, 1001):
        raise ValueError(f"timecode: {label}: only 30000/1001 has drop frame")
    return label_of(count_of(label, nominal(rate)), nominal(rate), drop=label.drop)
