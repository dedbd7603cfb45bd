"""A take: one face's performance, frame by frame, and the recording's description."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.arrays import Floats, Ints, Mask
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from protocols.timecode import Timecode


@dataclass(frozen=True, slots=True)
class About:
    """The description of a recording; unknown fields are empty."""

    slate: str = ""
    """The name of the shot."""
    number: int = 1
    """The number of the take within the slate."""
    started: str = ""
    """Start time by the wall clock: ISO 8601 in UTC."""
    software: str = ""
    """The program that wrote it ("facewire 0.1.0") and its networks."""
    source: str = ""
    """The source of the pictures."""
    settings: str = ""
    """The configuration during the recording, as TOML."""
    profile: str = ""
    """The character's profile with the calibration, as TOML."""
    video: str = ""
    """Name of the reference video beside the file."""
    origin: str = ""
    """How the file was made: "recorded", "imported from X", "refined from X", ..."""
    notes: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One face's performance, n frames, n at least 1."""

    subject: str
    captured_ns: Ints
    """(n,) strictly rising: the recorder's monotonic clock, or a file's own time."""
    index: Ints
    """(n,) capture counter; a gap is a dropped frame."""
    vectors: Floats
    """(n, 85) in `CHANNELS` order: weights, radians, metres."""
    expressions: Floats
    """(n, 8) in `EXPRESSIONS` order; zeros where unknown."""
    confidence: Floats
    """(n,) 0 to 1."""
    tracked: Mask
    """(n,) False in frames without a face, whose pose was held or filled in."""
    timecodes: tuple[Timecode, ...]
    """n timecodes, one for each frame."""
    doubts: Floats | None = None
    """(n, 52) in `ARKIT` order, the expected error of each weight as it was solved, 0
    to 1; rows of NaN where it is unknown. None if it is unknown in all frames."""

    def __post_init__(self) -> None:
        n = len(self.captured_ns)
        for name, array, shape in (
            ("captured_ns", self.captured_ns, (n,)),
            ("index", self.index, (n,)),
            ("vectors", self.vectors, (n, len(CHANNELS))),
            ("expressions", self.expressions, (n, len(EXPRESSIONS))),
            ("confidence", self.confidence, (n,)),
            ("tracked", self.tracked, (n,)),
            ("doubts", self.doubts, (n, len(ARKIT))),
        ):
            if array is not None and array.shape != shape:
                raise ValueError(
                    f"take of {self.subject!r}: {name} is {array.shape}, "
                    f"expected {shape}"
                )
        if n == 0 or len(self.timecodes) != n:
            raise ValueError(
                f"take of {self.subject!r}: {len(self.timecodes)} timecodes for "
                f"{n} frames, expected one each and at least one frame"
            )
        if n > 1 and not (np.diff(self.captured_ns) > 0).all():
            raise ValueError(
                f"take of {self.subject!r}: captured_ns does not rise from frame to "
                "frame, expected strictly rising times"
            )

    @property
    def seconds(self) -> float:
        """Seconds from the first frame to the last."""
        return float(self.captured_ns[-1] - self.captured_ns[0]) / 1e9

    @property
    def fps(self) -> float:
        """Frames per second, from the median step; 0 for a single frame."""
        if len(self.captured_ns) < 2:
            return 0.0
        return 1e9 / float(np.median(np.diff(self.captured_ns)))

    def mean_doubt(self) -> Floats | None:
        """Return (52,) means over the frames whose doubt is known; None if none is."""
        if self.doubts is None:
            return None
        known = self.doubts[~np.isnan(self.doubts[:, 0])]
        mean: Floats | None = known.mean(axis=0) if len(known) else None
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """The contents of one file."""

    about: About
    takes: tuple[Take, ...]
    """One for each face, in the order of their first frames."""
