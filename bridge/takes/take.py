"""A take: what one face did, frame by frame, and what is known of the recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protocols.arrays import Floats, Ints, Mask
from protocols.channels import CHANNELS, EXPRESSIONS
from protocols.timecode import Timecode


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a recording; empty where nothing is."""

    slate: str = ""
    """The name of the shot."""
    number: int = 1
    """Which take of it."""
    started: str = ""
    """When, by the wall clock: ISO 8601 in UTC."""
    software: str = ""
    """Who wrote it: "facewire 0.1.0", and what its networks were."""
    source: str = ""
    """Where the pictures came from."""
    settings: str = ""
    """The configuration that ran, as TOML."""
    profile: str = ""
    """The character's profile with the calibration, as TOML."""
    video: str = ""
    """Name of the reference video beside the file."""
    origin: str = ""
    """What was done: "" recorded, "imported from X", "refined from X", ..."""
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
    """(n,) False where no face was seen and the pose was held or made up."""
    timecodes: tuple[Timecode, ...]
    """n of them."""

    def __post_init__(self) -> None:
        n = len(self.captured_ns)
        for name, array, shape in (
            ("captured_ns", self.captured_ns, (n,)),
            ("index", self.index, (n,)),
            ("vectors", self.vectors, (n, len(CHANNELS))),
            ("expressions", self.expressions, (n, len(EXPRESSIONS))),
            ("confidence", self.confidence, (n,)),
            ("tracked", self.tracked, (n,)),
        ):
            if array.shape != shape:
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
            raise ValueError(f"take of {self.subject!r}: time does not rise throughout")

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return float(self.captured_ns[-1] - self.captured_ns[0]) / 1e9

    @property
    def fps(self) -> float:
        """Frames a second, from the middle one of the steps; 0 of a single frame."""
        if len(self.captured_ns) < 2:
            return 0.0
        return 1e9 / float(np.median(np.diff(self.captured_ns)))


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """All that one file holds."""

    about: About
    takes: tuple[Take, ...]
    """One a face, in the order in which they first appear."""
