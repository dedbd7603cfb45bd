"""The interface of all feeds: they provide solved faces, each with its instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bridge.capture.source import Image
from bridge.solve.tracker import Landmarks
from protocols.channels import Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .report import Mask


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The faces of one instant, before motion and ranges."""

    index: int
    """Number of the image, or of one sender's packet; a gap is a dropped frame."""

    captured_ns: int
    """Monotonic ns of its arrival; for a file, its own timeline from 0."""

    arrived_ns: int
    """Monotonic ns of its arrival, for all feeds. Latency starts here."""

    frames: Mapping[int, FaceFrame]
    """The seen faces, by place from 0."""

    time: Timecode | None = None
    """The sender's timecode; None if the daemon's timeline provides it."""

    places: tuple[int, ...] | None = None
    """The places that `frames` covers; other places are unchanged. None: all places,
    so a face that is missing in `frames` was not seen."""

    changed: Sequence[int] = ()
    """Places that now have another person."""

    image: Image | None = None
    """The image of the faces, if there is one."""

    landmarks: Mapping[int, Landmarks] = field(default_factory=dict)
    """The points of the seen faces in `image`, by place."""

    given: Mapping[int, Mask] = field(default_factory=dict)
    """The channels that a frame's sender provides, by place; the others of its vector
    are 0. A place that is missing here has all channels."""

    held: bool = False
    """True while a sender is silent: its face is held, and no packet is counted."""

    @property
    def after_gap(self) -> bool:
        """True if the file has a gap before this that is so long that faces must be
        held."""
        return self.image is not None and self.image.after_gap


class Times(Protocol):
    """Provides timecode. Implemented by `protocols.timecode.Timeline` for a file, and
    by `bridge.time_of_day.LiveTimeline` for a camera."""

    def at(self, captured_ns: int) -> Timecode:
        """Return the timecode of an instant. Call it with rising instants."""


class Solves(Protocol):
    """Turns one actor's face into frames. See `bridge.solve.actor.Actor`."""

    @property
    def guarded(self) -> int:
        """Number of times that the geometric solver has replaced the network."""

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        """Return the solved frame of a face in the image."""

    def meet(self, person: int) -> None:
        """Solve this person from now on, and forget the state of the previous one."""


class SolvedBy(Protocol):
    """Describes the solver of a feed. See `bridge.solve.open.OpenedSolver`."""

    @property
    def name(self) -> str:
        """One word: learned, geometric, mediapipe or sender."""

    @property
    def reason(self) -> str:
        """Why it was chosen and where it runs, for people."""


@dataclass(frozen=True, slots=True)
class OtherSolver:
    """Implements `SolvedBy` for faces that another program has solved."""

    name: str
    reason: str


class Feed(Protocol):
    """Provides solved faces. One thread reads; any thread may close."""

    name: str
    """The source, for people: `camera:0`, `livelink:127.0.0.1:11112`."""

    own_time: bool
    """True if `captured_ns` is a file's own timeline from 0, not the clock."""

    solver: SolvedBy

    actors: Sequence[Solves]
    """One per place; empty if another program solves the faces."""

    timelines: Sequence[Times]
    """One per place: the timecode of instants without their own timecode."""

    @property
    def dropped(self) -> int:
        """Images or packets that a newer one replaced before they were used."""

    @property
    def missing(self) -> int:
        """Known number of images that could not be decoded."""

    @property
    def ended(self) -> bool:
        """True if nothing more will come: the file has ended, or `close` was called."""

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the newest solved faces that were not read yet.

        Return None after `timeout_s` without faces, soon after `close`, and at the
        end. Start a measurement of the stopwatch and measure all stages up to `solve`.
        """

    def close(self) -> None:
        """End a waiting `read` and release the camera or port. Safe to call twice."""
