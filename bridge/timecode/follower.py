"""Follows the timecode of a tape: locks, runs on when it is lost, and says so.

Each frame of LTC gives one difference between timecode and the monotonic clock. The
median of the last ones counts, so a frame that a sound driver delivers late does not
move it. When frames stop, or the tape runs backwards, the difference stays: timecode
runs on at its own pace (jam sync).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from statistics import median, median_low
from typing import Final

from protocols.drop_frame import Label, count_of, frames_in_day, nominal
from protocols.ltc_decoder import Heard

NS: Final = 1_000_000_000

KEPT: Final = 15
"""Frames whose median counts, half a second; so many come before the first lock."""
AGREE: Final = 3
"""Frames in a row that must agree before a jump is believed."""
LOST_NS: Final = NS // 2
"""After so long without a frame, the tape counts as lost."""
NEAR_1001: Final = 4e-4
"""Largest relative error at which a speed counts as 23.976 or 29.97 and not 24 or 30:
the clocks of recorders and sound cards differ by a tenth of this."""
PULLED: Final = {24: Fraction(24000, 1001), 30: Fraction(30000, 1001)}


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the tape."""

    locked: bool = False
    """True while frames come, forwards."""
    rate: Fraction | None = None
    """Exact frames a second; None before the first lock."""
    label: Label | None = None
    """The last frame's."""
    offset_ns: int | None = None
    """Added to the monotonic clock, gives ns since midnight; None before the lock."""
    level_db: float = 0.0
    reverse: bool = False


class Follower:
    """Takes frames and instants; returns sentences for people. Not thread-safe."""

    def __init__(self, rate: Fraction | None = None) -> None:
        """Wait for the first frames.

        Args:
            rate: exact frames a second; None finds it.
        """
        self.state = State()
        self._wanted = rate
        self._frames: deque[tuple[Label, int]] = deque(maxlen=KEPT)
        self._speeds: deque[float] = deque(maxlen=KEPT)
        self._last: tuple[Label, int] | None = None
        self._row = 0
        self._labels = 0
        self._heard_ns = 0

    def hear(self, heard: Heard, end_ns: int, sample_rate: float) -> str:
        """Take a frame.

        Args:
            heard: the frame.
            end_ns: monotonic ns when its last bit ended.
            sample_rate: of the positions in `heard`.

        Returns:
            A sentence if something has changed; else "".
        """
        label, before = heard.word.label, self.state
        self._heard_ns = end_ns
        self._speeds.append(heard.fps(sample_rate))
        if heard.reverse:
            self._forget()
            self.state = State(
                *(False, before.rate, label, before.offset_ns, heard.level_db, True)
            )
            if before.reverse:
                return ""
            return f"LTC runs backwards from {label}; {_running_on(before)}"
        self._row = self._row + 1 if self._follows(label) else 1
        self._last = label, end_ns
        if self._row == 1:
            self._frames.clear()
        self._frames.append((label, end_ns))
        rate = self._rate(label)
        if rate is None or len(self._frames) < (AGREE if before.rate else KEPT):
            return ""
        try:
            offset_ns = median_low(
                _end_ns(label, rate) - end_ns for label, end_ns in self._frames
            )
        except ValueError:
            # A number of another rate, which the end of this second will tell.
            self._frames.clear()
            return ""
        self.state = State(*(True, rate, label, offset_ns, heard.level_db, False))
        return self._change(before, rate)

    def look(self, now_ns: int) -> str:
        """Return a sentence if the tape has been lost since the last call."""
        state = self.state
        silent = now_ns - self._heard_ns > LOST_NS
        if not silent or not (state.locked or state.reverse):
            return ""
        self._forget()
        self.state = State(
            *(False, state.rate, state.label, state.offset_ns, state.level_db, False)
        )
        return f"LTC is lost after {state.label}; {_running_on(state)}"

    def _change(self, before: State, rate: Fraction) -> str:
        now = self.state
        assert now.offset_ns is not None and now.label is not None
        drop = now.label.drop
        told = f"{now.label} at {rate} frames a second, {now.level_db:.0f} dB"
        if before.offset_ns is None:
            return f"LTC is locked: {told}"
        moved_ms = (now.offset_ns - before.offset_ns) / 1e6
        if not before.locked:
            return f"LTC is back: {told}; timecode moves by {moved_ms:+.1f} ms"
        if rate != before.rate:
            return f"LTC has another rate: {told}"
        frame_ms = 1e3 * rate.denominator / rate.numerator
        # At midnight the numbers begin again, and nothing has jumped.
        day_ms = frame_ms * frames_in_day(nominal(rate), drop=drop)
        moved_ms = (moved_ms + day_ms / 2) % day_ms - day_ms / 2
        return f"LTC jumped: {told}" if abs(moved_ms) >= frame_ms else ""

    def _forget(self) -> None:
        self._frames.clear()
        self._last, self._row = None, 0

    def _follows(self, label: Label) -> bool:
        """Return True if a label comes directly after the last one."""
        if self._last is None:
            return False
        last = self._last[0]
        if label.drop != last.drop:
            return False
        base = self._labels or 30
        if (
            label.frames == 0
            and last.frames in (23, 24, 29)
            and _seconds(label)
            in (
                _seconds(last) + 1,
                _seconds(last) + 1 - 86_400,
            )
        ):
            # The last number of a second says how many there are.
            self._labels = last.frames + 1
            return True
        if label.drop:
            return (count_of(label, 30) - count_of(last, 30)) % 2_589_408 == 1
        same = _seconds(label) == _seconds(last)
        return same and label.frames == last.frames + 1 and label.frames < base

    def _rate(self, label: Label) -> Fraction | None:
        """Return the exact rate; None while too few frames were heard."""
        if self._wanted is not None:
            return self._wanted
        if label.drop:
            return PULLED[30]
        known = self.state.rate
        if known is not None and nominal(known) == (self._labels or nominal(known)):
            return known
        if len(self._speeds) < KEPT:
            return None
        fps = median(self._speeds)
        base = self._labels or min((24, 25, 30), key=lambda each: abs(each - fps))
        pulled = PULLED.get(base)
        if pulled is not None and abs(fps / float(pulled) - 1.0) < NEAR_1001:
            return pulled
        return Fraction(base)


def _end_ns(label: Label, rate: Fraction) -> int:
    """Return the time of day at which a frame is over, as its last bit has come."""
    count = count_of(label, nominal(rate)) + 1
    return count * NS * rate.denominator // rate.numerator


def _seconds(label: Label) -> int:
    return (label.hours * 60 + label.minutes) * 60 + label.seconds


def _running_on(state: State) -> str:
    if state.offset_ns is None:
        return "it was not locked yet"
    return "timecode runs on"
