"""Find out what the digits after the point of HH:MM:SS:FF.fff mean, from their steps.

The phone writes a fraction of a frame there. Other programs write other numbers. Read
as a fraction, those would give every second a step that is much too short or too long:

- milliseconds of the second, which rise together with FF from 0 to 999 (programs that
  make animation from sound: NeuroSync and programs based on it);
- milliseconds within the frame, which never reach a frame's length (a plugin that
  records inside Unreal and names its second column NumProperties);
- a count of rows, which goes back to 0 without an extra frame (Face Landmark Link).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from protocols.arrays import Ints, Numbers

OFTEN: Final = (24, 25, 30, 48, 50, 60)
"""Frames per second to try if FF does not show how many it counts."""
FAST: Final = (120, 240)
"""The same for frame numbers that are too high for those. Others are not tried: there,
the fraction of a frame of a camera at 59.5 frames per second rises like
milliseconds."""
LEAST: Final = 8
"""Frames that must pass within seconds; fewer are not enough to decide."""
SLOPE: Final = 0.05
"""Share by which milliseconds may rise slower or faster than FF. Where they rise by 1,
a fraction of a frame rises by 0.06 for a camera at 59.94 frames per second, and by 0.5
for one at 59.5."""
SLACK: Final = 1.5
"""Frames by which FF may differ from the milliseconds, because both are rounded."""
MILLISECOND: Final = 1e-3

Kind = Literal["frame", "second", "within", "rows"]

_NOTES: Final[dict[Kind, str]] = {
    "frame": "",
    "second": "the digits after the point of the timecode are milliseconds of the "
    "second, not a part of a frame: times are taken from them",
    "within": "the digits after the point of the timecode are milliseconds within "
    "the frame: they are read as such",
    "rows": "the digits after the point of the timecode count rows, not parts of a "
    "frame: times are taken without them",
}


@dataclass(frozen=True, slots=True)
class Subframes:
    """The meaning of the digits after the point."""

    kind: Kind = "frame"
    counted: int | None = None
    """Frames per second, if only these digits show it."""

    @property
    def note(self) -> str:
        """The note for the user; empty for a fraction of a frame."""
        return _NOTES[self.kind]

    def placed(
        self, seconds: Ints, labels: Ints, parts: Numbers, nominal: int
    ) -> Numbers:
        """Return (n,) frames since HH:MM:SS, with their fraction."""
        placed: Numbers = labels + parts
        if self.kind == "second":
            placed = _steadied(seconds + parts, nominal) * nominal - seconds * nominal
        elif self.kind == "within":
            placed = labels + np.minimum(parts * nominal, 1.0 - MILLISECOND)
        elif self.kind == "rows":
            placed = labels.astype(np.float64)
        return placed


def read_subframes(
    seconds: Ints,
    labels: Ints,
    parts: Numbers,
    nominal: int | None,
    *,
    by_plugin: bool = False,
) -> Subframes:
    """Find out what the digits mean.

    Args:
        seconds: (n,) HH:MM:SS, in seconds.
        labels: (n,) FF.
        parts: (n,) the digits, as a number of 0 to 1.
        nominal: frames that FF counts per second; None if unknown.
        by_plugin: the digits may be milliseconds within the frame.
    """
    if len(parts) < 2 or not parts.any():
        return Subframes()
    if by_plugin and parts.max() <= 1.0 / (nominal or OFTEN[0]) + MILLISECOND:
        return Subframes("within")
    tried = (nominal,) if nominal else _possible(labels)
    counted = _as_fast(_rise(seconds, labels, parts), tried)
    if counted is not None:
        if (np.diff(seconds) != 0).any():
            as_frames = _uneven(seconds * counted + labels + parts)
            fits = _uneven((seconds + parts) * counted) < as_frames
        else:
            off = np.abs(parts * counted - labels)
            fits = bool((off <= SLACK).mean() >= 0.95)
        if fits:
            return Subframes("second", None if nominal else counted)
    counts = _counts_rows(seconds * (nominal or OFTEN[-1]) + labels, parts)
    return Subframes("rows") if counts else Subframes()


def _possible(labels: Ints) -> tuple[int, ...]:
    """Return the frames per second for which such frame numbers exist."""
    tried = OFTEN if labels.max() < OFTEN[-1] else FAST
    return tuple(counted for counted in tried if labels.max() < counted)


def _rise(seconds: Ints, labels: Ints, parts: Numbers) -> tuple[int, float]:
    """Return how many frames pass within seconds, and by how much the digits rise."""
    within = np.diff(seconds) == 0
    return int(np.diff(labels)[within].sum()), float(np.diff(parts)[within].sum())


def _as_fast(risen: tuple[int, float], tried: tuple[int, ...]) -> int | None:
    """Return the frames per second at which the digits rise as fast as FF, if any."""
    frames, rise = risen
    if frames < LEAST or not tried:
        return None
    nearest = min(tried, key=lambda counted: abs(rise * counted - frames))
    off = abs(rise * nearest - frames)
    return nearest if off <= max(SLOPE * frames, SLACK) else None


def _steadied(times: Numbers, nominal: int) -> Numbers:
    """Return times without the rounding to milliseconds, if a frame rate is visible.

    Rows at 60 frames per second are 16 and 17 ms apart. If all are within a millisecond
    of an even spacing, that spacing is used.
    """
    since = times - times[0]
    for counted in (nominal, *OFTEN):
        for rate in (float(counted), counted / 1.001):
            even = np.round(since * rate) / rate
            near = np.abs(since - even) <= MILLISECOND + 1e-9
            if near.mean() >= 0.98:
                return np.maximum(np.where(near, times[0] + even, times), 0.0)
    return times


def _uneven(frames: Numbers) -> float:
    """Return the share of the steps that differ by half a frame from the usual one."""
    steps = np.diff(frames)
    return float((np.abs(steps - np.median(steps)) > 0.5).mean())


def _counts_rows(frames: Ints, parts: Numbers) -> bool:
    """Return True for digits that rise by the same amount in each row and never carry.

    A fraction that passes 1 makes the frame number rise by one more than usual.
    """
    steps = np.diff(parts)
    falls = steps < -0.5
    if not falls.any():
        return False
    rises = np.round(steps % 1.0, 6)
    same = np.abs(rises - np.median(rises)) < MILLISECOND / 2
    passed = np.diff(frames)
    return bool(same.mean() >= 0.99 and (passed[falls] <= np.median(passed)).all())
