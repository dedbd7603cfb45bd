"""Feeds that give what a test puts into them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from bridge.clock import monotonic_ns
from bridge.feeds.feed import OtherSolver, Solved, SolvedBy, Solves, Times
from bridge.latest import Latest
from bridge.metrics import Stopwatch
from bridge.mix.face import FaceMixer
from bridge.mix.feed import MixFeed
from bridge.mix.part import Part
from bridge.mix.regions import mask_of
from bridge.mix.weights import Rank
from protocols.channels import Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode, Timeline
from tests.bridge.faces import vector

TIMELINE = Timeline(Fraction(60))


class FakeFeed:
    """Gives the newest of what was put into it; `None` in `script` ends a read."""

    own_time = False
    dropped = missing = 0
    solver: SolvedBy = OtherSolver("fake", "a fake")
    actors: Sequence[Solves] = ()
    timelines: Sequence[Times] = (TIMELINE,)

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.ended = False
        self.box: Latest[Solved] = Latest()
        self.error: Exception | None = None
        self.reads = 0
        self.stuck = threading.Event()
        self.stuck.set()

    def read(self, timeout_s: float | None = None) -> Solved | None:
        self.reads += 1
        self.stuck.wait()
        if self.error is not None:
            raise self.error
        return self.box.take(timeout_s)

    def close(self) -> None:
        self.ended = True
        self.stuck.set()
        self.box.close()


def solved(
    value: float | Vector | None,
    index: int = 0,
    *,
    at_ns: int | None = None,
    places: tuple[int, ...] | None = (0,),
    time: Timecode | None = None,
    held: bool = False,
    changed: tuple[int, ...] = (),
) -> Solved:
    """One face with an open jaw and closed eyes; None is no face."""
    at_ns = monotonic_ns() if at_ns is None else at_ns
    frames = {}
    if value is not None:
        face = value
        if not isinstance(face, np.ndarray):
            face = vector(jawOpen=face, eyeBlinkLeft=face)
        frames[0] = FaceFrame(index, at_ns, "one", face)
    return Solved(
        *(index, at_ns, at_ns, frames, time, places), changed=changed, held=held
    )


def mix_of(
    *feeds: FakeFeed,
    regions: Sequence[str] = ("eyes",),
    watch: Stopwatch | None = None,
    take_over: bool = True,
) -> MixFeed:
    """A mix: the first feed is the base, the others are layers of the same regions."""
    parts: list[Part] = []
    for i, feed in enumerate(feeds):
        rank = Rank(i, mask_of(regions if i else ("all",)))
        moves = parts[0].history.moves if i else None
        own = watch if watch and not i else Stopwatch()
        parts.append(Part(f"part{i}", feed, rank, own, moves=moves))
    ranks = [part.rank for part in parts]
    return MixFeed(
        parts,
        "one",
        FaceMixer(ranks, wait_ns=200_000_000, take_over=take_over),
        watch or Stopwatch(),
        timelines=[TIMELINE],
    )
