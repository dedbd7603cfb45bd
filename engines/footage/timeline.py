"""Compute when each picture of a clip is shown, from the container's timestamps."""

from __future__ import annotations

from math import isfinite
from typing import Final

NS_PER_MS: Final = 1e6

USUAL_FPS: Final = 30.0
"""Used if a file names no frame rate, or one that no video has."""

LONGEST_STEP_NS: Final = 600_000_000_000
"""Longest step between two pictures of a file without a stated length. A longer step is
a broken timestamp, not a still picture."""

USUAL_STEP_NS: Final = 10_000_000_000
"""A step up to this is always accepted. A timestamp may be this far behind the stated
end of a file."""

LONGEST_S: Final = 30 * 86400.0
"""A longer stated length is ignored, and so is a later timestamp."""


class Timeline:
    """Times that start at 0 and always rise.

    Variable frame rates and gaps are kept: a recorder that had nothing to record for 15
    s leaves out 15 s. If a timestamp is missing, repeats or is beyond the file, the
    picture is put one interval after the last.
    """

    def __init__(self, fps: float, length_s: float = 0.0) -> None:
        """Start with what the container states, which may be wrong.

        Args:
            fps: pictures per second.
            length_s: of the whole file; 0 or less if it does not say.
        """
        if not (isfinite(fps) and 0.1 <= fps <= 1000.0):
            fps = USUAL_FPS
        self.interval_ns = round(1e9 / fps)
        self._end_ns: int | None = None
        if isfinite(length_s) and 0.0 < length_s <= LONGEST_S:
            self._end_ns = round(length_s * 1e9) + USUAL_STEP_NS
        self._last_ns = -self.interval_ns
        self.begin_ns = 0
        """Time at which this pass through the file begins."""
        self._zero_ns: int | None = None
        """The container's timestamp at our 0."""
        self._skipped = 0
        self._step_ns = 0

    def place(self, stamp_ms: float) -> int:
        """Return the time, in ns, of the picture with this timestamp in the
        container."""
        # OpenCV returns an arbitrary large number for a missing timestamp.
        known = abs(stamp_ms) < LONGEST_S * 1e3
        stamp_ns = round(stamp_ms * NS_PER_MS) if known else 0
        expected_ns = self._last_ns + (1 + self._skipped) * self._usual_ns()
        if self._zero_ns is None:
            first_ns = expected_ns
            if self._skipped and self._plausible(self.begin_ns + stamp_ns, stamp_ns):
                first_ns = self.begin_ns + stamp_ns
            self._zero_ns = stamp_ns - first_ns
        now_ns = stamp_ns - self._zero_ns
        step_ns = now_ns - self._last_ns
        if step_ns > 0 and not self._plausible(now_ns, step_ns):
            self._zero_ns = stamp_ns - expected_ns
            now_ns = expected_ns
        if now_ns <= self._last_ns:
            now_ns = expected_ns
        elif not self._skipped:
            self._step_ns = now_ns - self._last_ns
        self._last_ns, self._skipped = now_ns, 0
        return self._last_ns

    def skip(self, pictures: int) -> None:
        """Leave time for pictures that could not be read, before the next one."""
        self._skipped += pictures

    def restart(self) -> None:
        """Let the next picture follow the last, whatever its timestamp, for a loop."""
        self.begin_ns = self._last_ns + self.interval_ns
        self._zero_ns = None
        self._skipped = 0

    def _usual_ns(self) -> int:
        """Return the interval, or the last step if gaps make the frame rate too low."""
        if 0 < 2 * self._step_ns < self.interval_ns:
            return self._step_ns
        return self.interval_ns

    def _plausible(self, now_ns: int, step_ns: int) -> bool:
        """Return True if the file may show a picture at that time, after that step."""
        if step_ns <= USUAL_STEP_NS:
            return step_ns > 0
        if self._end_ns is None:
            return step_ns <= LONGEST_STEP_NS
        return now_ns - self.begin_ns <= self._end_ns
