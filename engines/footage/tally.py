"""Count the missing pictures of a clip, and describe them in a sentence.

There are three sources, as far as each container has them:

- how many pictures there should be: MP4, MOV and AVI say so, others do not;
- pictures that were there and could not be decoded;
- holes in a timeline whose other steps are all alike, and its end before the file's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protocols.container.contents import Contents

REGULAR: Final = 0.1
"""Steps count as alike if they differ from the interval by less than this share.
Matroska's clock ticks in milliseconds, which is 0.03 to 0.06 of an interval."""

GAP_S: Final = 0.5
"""A longer hole is a gap. If no picture failed in it, the pictures may be damaged, or
the recorder may have had nothing to record."""

PLACEHOLDERS: Final = 3
"""Empty pictures that may be missing from an AVI file. AVI cannot hold pictures that
are shown in another order than they are coded. Encoders therefore add a few empty ones,
which are counted."""

ALONE: Final = ("MJPG", "mjpg")
"""Codecs that never add empty pictures."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a picture."""

    from_s: float
    to_s: float
    room: int
    """Pictures that would fill it, at the rate of those before."""

    def __str__(self) -> str:
        """Return the sentence, without the clip's name."""
        return (
            f"has no picture from {self.from_s:.1f} s to {self.to_s:.1f} s, where "
            f"{self.room} would be expected; that time is kept"
        )


class Tally:
    """Counts the pictures of a clip, once through."""

    def __init__(self, interval_ns: int) -> None:
        """Start at 0.

        Args:
            interval_ns: from one picture to the next, from the file's frame rate.
        """
        self.taken = 0
        """Pictures that were read."""
        self.undecodable = 0
        """Pictures that could not be decoded, before another that could."""
        self.end_ns = 0
        """End of the last picture's display time."""
        self._interval_ns = interval_ns
        # The frame rate is a mean, so gaps make it too low.
        self._usual_ns = interval_ns
        self._last_ns: int | None = None
        self._holes = 0
        self._regular = True

    @property
    def inside(self) -> int:
        """How many pictures are missing before the last one that was read."""
        return max(self.undecodable, self._holes if self._regular else 0)

    def take(self, due_ns: int, failed: int) -> Gap | None:
        """Count a picture; return the gap before it, if there is one.

        Args:
            due_ns: when it is shown, from the start of the file.
            failed: failed tries since the last picture.
        """
        last_ns, self._last_ns = self._last_ns, due_ns
        self.taken += 1
        self.undecodable += failed
        if last_ns is None:
            self._holes += failed
            self.end_ns = due_ns + self._usual_ns
            return None
        step_ns = due_ns - last_ns
        if step_ns > GAP_S * 1e9 and step_ns > 2 * self._usual_ns:
            self._holes += failed
            self.end_ns = due_ns + self._usual_ns
            room = max(1, round(step_ns / self._usual_ns) - 1)
            return Gap(last_ns / 1e9, due_ns / 1e9, room)
        steps = step_ns / self._interval_ns
        if abs(steps - round(steps)) > REGULAR or round(steps) < 1:
            self._regular = False
        self._holes += max(0, round(steps) - 1)
        self._usual_ns = min(self._interval_ns, max(step_ns, 1))
        self.end_ns = due_ns + self._usual_ns
        return None

    def short(self, length_s: float) -> int:
        """Return how many pictures would fill the rest of a file of that length."""
        left_s = length_s - self.end_ns / 1e9
        return round(left_s * 1e9 / self._usual_ns) if left_s > GAP_S else 0


def judge(
    tally: Tally, contents: Contents, stated: int | None, length_s: float
) -> tuple[int, str]:
    """Return how many pictures of a clip are missing, and the sentence about it.

    The sentence is empty if nothing is missing.

    Args:
        tally: of the whole clip.
        contents: what the file's container says.
        stated: how many pictures there should be, if that is known exactly.
        length_s: of the file; 0 if it does not say.
    """
    cut = contents.missing_bytes
    short = tally.short(length_s)
    if stated is not None:
        missing = max(0, stated - tally.taken)
        if contents.kind == "AVI" and missing <= PLACEHOLDERS and not tally.inside:
            missing = missing if contents.codec in ALONE else 0
    elif cut or contents.sound is False:
        missing = tally.inside + short
    else:
        missing = tally.inside
    told = missing_sentence(missing, tally.taken + missing)
    if cut:
        cause = f"the file is cut short by {cut:,} bytes"
        return missing, f"{told}: {cause}" if missing else cause
    if missing:
        # MP4 and MOV list every picture.
        certain = tally.undecodable > 0 or contents.pictures is not None
        told += ": it is damaged" if certain else ": damaged, or never recorded"
        if contents.kind == "AVI" and missing > tally.inside:
            told += "; the pictures after them may be shown too early"
        return missing, told
    if short and stated is None:
        return 0, f"its pictures end at {tally.end_ns / 1e9:.1f} s of {length_s:.1f} s"
    return 0, ""


def missing_sentence(missing: int, whole: int) -> str:
    """Return the sentence with the number of missing pictures."""
    return f"{missing} of {whole} pictures {'is' if missing == 1 else 'are'} missing"
