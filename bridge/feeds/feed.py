"""What every feed gives: faces that are solved, each at one instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.capture.source import Image
from bridge.solve.tracker import Landmarks
from protocols.channels import Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The faces of one instant, before motion and ranges."""

    index: int
    """Counts images, or the packets of one sender; a gap is a dropped frame."""

    captured_ns: int
    """Monotonic ns when it reached us; for a file, its own timeline from 0."""

    arrived_ns: int
    """Monotonic ns when it reached us, whatever the feed: latency starts here."""

    frames: Mapping[int, FaceFrame]
    """By place, from 0: the faces that were seen."""

    time: Timecode | None = None
    """The sender's own timecode; None where the daemon's timeline says it."""

    places: tuple[int, ...] | None = None
    """The places that this tells about; the others stay as they are. None: all of
    them, so that a face that is not among `frames` was not seen."""

    changed: Sequence[int] = ()
    """Places that somebody else has taken since."""

    image: Image | None = None
    """The picture that the faces were found in, if there is one."""

    held: bool = False
    """True while a sender is silent: its face is held, and no packet is counted."""

    @property
    def after_gap(self) -> bool:
        """True if a file has nothing to show for so long before this that the faces
        are to be held meanwhile."""
        return self.image is not None and self.image.after_gap


class Times(Protocol):
    """Says when a frame is; `protocols.timecode.Timeline` does for a file, and
    `bridge.time_of_day.LiveTimeline` for a camera."""

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of one instant; instants come in order."""


class Solves(Protocol):
    """Turns one actor's face into frames; `bridge.solve.actor.Actor` does."""

    @property
    def guarded(self) -> int:
        """How often geometry had to take over from a network."""

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Return the solved frame of a face that was found in the image."""

    def meet(self, person: int) -> None:
        """Take the frames of this person from now on, and keep nothing of another's."""


class SolvedBy(Protocol):
    """What solves the faces of a feed; `bridge.solve.open.OpenedSolver` is one."""

    @property
    def name(self) -> str:
        """One word: learned, geometric, mediapipe or sender."""

    @property
    def reason(self) -> str:
        """Why this one, and on what, for people."""


@dataclass(frozen=True, slots=True)
class OtherSolver:
    """Implements `SolvedBy` for faces that another program has solved."""

    name: str
    reason: str


class Feed(Protocol):
    """Somewhere solved faces come from. One thread reads; any thread may close."""

    name: str
    """As a person would say it: `camera:0`, `livelink:127.0.0.1:11112`."""

    own_time: bool
    """True where `captured_ns` is a file's own timeline from 0, not the clock's."""

    solver: SolvedBy

    actors: Sequence[Solves]
    """One a place; none where faces come solved."""

    timelines: Sequence[Times]
    """One a place: the timecode of instants that carry none of their own."""

    @property
    def dropped(self) -> int:
        """Images or packets that a newer one overtook before they were used."""

    @property
    def missing(self) -> int:
        """Images that should have come and could not be decoded, as far as is known."""

    @property
    def ended(self) -> bool:
        """True once nothing more will come: the file is over, or it was closed."""

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the newest faces that were not read yet, solved.

        None after `timeout_s` without any, soon after `close`, and at the end. It has
        begun the pass in the stopwatch and timed all stages up to `solve`.
        """

    def close(self) -> None:
        """Stop a waiting `read` and release camera or port. Safe to call twice."""
