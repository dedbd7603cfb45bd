"""Simulated sources of one actor: each with its rate, delay, jitter, noise and range.

Nothing here waits or reads a clock: events come in the order of their instants.
"""

from __future__ import annotations

import csv
import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bridge.feeds.feed import OtherSolver, Solved, SolvedBy, Solves, Times
from bridge.metrics import Stopwatch
from bridge.mix.blend import Mixed
from bridge.mix.face import FaceMixer, Told
from bridge.mix.part import Heard, Part
from bridge.mix.regions import mask_of
from bridge.mix.weights import Rank
from protocols.channels import CHANNELS, INDEX, Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

NS = 1_000_000_000
DEMO = Path(__file__).parents[3] / "bridge" / "assets" / "demo.csv"
START_NS = 1_000 * NS

Act = Callable[[float], Vector]
"""Returns the (85,) vector of the actor at an instant in seconds."""


CLOCK = INDEX["headPosition.z"]
"""The channel in which the demo tells its instant."""

CLOCK_SPEED = 0.1
"""Metres per second."""


@cache
def _recorded() -> tuple[Any, Any]:
    with DEMO.open() as file:
        names, *rows = csv.reader(file)
    table = np.array([[float(cell or 0) for cell in row] for row in rows])
    vectors = np.zeros((len(table), len(CHANNELS)))
    turned = {"headPitch": "head.x", "headYaw": "head.y", "headRoll": "head.z"}
    for i, name in enumerate(names):
        if (channel := turned.get(name, name)) in INDEX:
            vectors[:, INDEX[channel]] = table[:, i]
    return table[:, names.index("time_s")], vectors


def demo(at_s: float) -> Vector:
    """The actor of the bundled clip, over and over; see `CLOCK`."""
    times, vectors = _recorded()
    at = at_s % float(times[-1])
    after = int(np.searchsorted(times, at, "right").clip(1, len(times) - 1))
    part = (at - times[after - 1]) / (times[after] - times[after - 1])
    row = vectors[after - 1] + part * (vectors[after] - vectors[after - 1])
    row[CLOCK] = CLOCK_SPEED * at_s
    return np.asarray(row, dtype=np.float32)


def still(value: float) -> Act:
    """An actor who holds all curves at a value."""
    vector = np.zeros(len(CHANNELS), dtype=np.float32)
    vector[:52] = value
    return lambda at_s: vector


class NoFeed:
    """A feed whose faces are given to its part directly."""

    own_time = False
    ended = False
    dropped = missing = 0
    solver: SolvedBy = OtherSolver("fake", "a fake")
    actors: Sequence[Solves] = ()
    timelines: Sequence[Times] = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, timeout_s: float | None = None) -> Solved | None:
        return None

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Sender:
    """How a source shows the actor."""

    rate: float = 30.0
    delay_s: float = 0.0
    jitter_s: float = 0.0
    """Its packets come up to this much later than its delay."""
    phase: float = 0.0
    noise: float = 0.0
    gain: float = 1.0
    timecode: bool = False
    act: Act = demo
    regions: tuple[str, ...] = ("all",)
    priority: int = 0
    dead: tuple[tuple[float, float], ...] = ()
    """Seconds during which it sends nothing."""
    doubt: float | None = None
    delay_ms: float | None = None
    """As told by the settings; None to measure it."""


@dataclass
class Stage:
    """Simulated senders, and a mixer of what they send."""

    senders: Sequence[Sender]
    wait_ms: float = 200.0
    take_over: bool = True
    seed: int = 1
    parts: list[Part] = field(init=False)
    mixer: FaceMixer = field(init=False)

    def __post_init__(self) -> None:
        self.now_ns = START_NS
        self._rng = np.random.default_rng(self.seed)
        self.parts = []
        for i, sender in enumerate(self.senders):
            delay = sender.delay_ms
            self.parts.append(
                Part(
                    f"sender{i}",
                    NoFeed(f"fake:{i}"),
                    Rank(sender.priority, mask_of(sender.regions)),
                    Stopwatch(),
                    delay_ns=None if delay is None else round(delay * 1e6),
                    moves=self.parts[0].history.moves if i else None,
                    clock_ns=lambda: self.now_ns,
                )
            )
        ranks = [part.rank for part in self.parts]
        wait_ns = round(self.wait_ms * 1e6)
        self.mixer = FaceMixer(ranks, wait_ns=wait_ns, take_over=self.take_over)
        self.heard: list[Heard | None] = [None] * len(self.parts)

    def arrivals(self, until_s: float) -> Iterator[tuple[float, int, Solved]]:
        """Yield arrival, sender and faces, in the order of arrival."""
        return heapq.merge(
            *(self._of(i, until_s) for i in range(len(self.senders))),
            key=lambda each: each[0],
        )

    def _of(self, i: int, until_s: float) -> Iterator[tuple[float, int, Solved]]:
        sender = self.senders[i]
        rng = np.random.default_rng((self.seed, i))
        last_s = 0.0
        for n in range(math.floor(until_s * sender.rate)):
            at_s = (n + sender.phase) / sender.rate
            if any(a <= at_s < b for a, b in sender.dead):
                continue
            vector = sender.act(at_s).copy()
            vector[:52] *= np.float32(sender.gain)
            if sender.noise:
                spread = np.full(len(CHANNELS), sender.noise)
                spread[52:] *= 0.3
                spread[INDEX["headPosition.z"]] = 0.0
                vector = (vector + rng.normal(0.0, spread)).astype(np.float32)
                vector[:52] = vector[:52].clip(0.0, 1.0)
            came_s = at_s + sender.delay_s + rng.random() * sender.jitter_s
            last_s = came_s = max(came_s, last_s + 1e-4)
            came_ns = START_NS + round(came_s * NS)
            doubt = None
            if sender.doubt is not None:
                doubt = np.full(52, sender.doubt, dtype=np.float32)
            time = None
            if sender.timecode:
                frame, sub = divmod(3600.0 * 60 + at_s * 60, 1.0)
                time = Timecode(int(frame), sub, 60)
            frames = {0: FaceFrame(n, came_ns, "one", vector, doubt=doubt)}
            yield came_s, i, Solved(n, came_ns, came_ns, frames, time)

    def take(self, i: int, solved: Solved) -> None:
        """Let a source say something."""
        self.now_ns = solved.arrived_ns
        self.heard[i] = self.parts[i].take(solved)
        self.parts[i].measure()

    def told(self) -> list[Told]:
        return [
            Told(heard, part.delay_ns)
            for heard, part in zip(self.heard, self.parts, strict=True)
        ]

    def show(self, leader: int = 0) -> tuple[int, Mixed | None]:
        """Return the instant and the mixed face now."""
        told = self.told()
        at_ns = self.mixer.instant(leader, told, self.now_ns)
        return at_ns, self.mixer.mix(told, at_ns, self.now_ns)

    def run(self, until_s: float) -> Iterator[tuple[float, int, Mixed | None]]:
        """Yield now in seconds, the instant and the face, for each frame of the first
        source that is not dead, else of the second."""
        for came_s, i, solved in self.arrivals(until_s):
            self.take(i, solved)
            first = any(a + 0.1 <= came_s < b for a, b in self.senders[0].dead)
            if i == int(first):
                yield came_s, *self.show(i)
