"""Several sources as one feed: the first face is mixed of all of them.

base ─────────────────────┐
layer ── thread ── slot ──┼── MixFeed.read, on the pipeline's thread ── Solved
layer ── thread ── slot ──┘

The base defines the time: each of its images or packets gives one mixed face. While it
is silent, the next layer that is heard sets the pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.feeds.feed import Solved, SolvedBy, Solves, Times
from bridge.metrics import Stopwatch
from protocols.frame import NO_EXPRESSION, FaceFrame

from .face import FaceMixer, Told
from .figures import PartFigures, figures_of
from .history import NS
from .part import Heard, Part, mixes
from .steady import moved

LATE_NS: Final = 100_000_000
"""A source that is silent for longer does not set the pace, unless it is slow."""

SLOW: Final = 2.5
"""A slow source may be silent for this many of its intervals."""

SLICE_S: Final = 0.05
"""Longest wait for one source, before all others are looked at."""


@dataclass(slots=True)
class _Listened:
    """What the mix knows of one part."""

    heard: Heard | None = None
    fresh: bool = False
    """True until `heard` was used to make a face."""


class MixFeed:
    """Implements `Feed` for several sources. `read` is not thread-safe."""

    own_time = False

    def __init__(
        self,
        parts: Sequence[Part],
        subject: str,
        mixer: FaceMixer,
        watch: Stopwatch,
        *,
        timelines: Sequence[Times],
        actors: Sequence[Solves] = (),
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Use these parts; their threads start with the first `read`.

        Args:
            parts: the first one defines the time.
            subject: name of the mixed face.
            mixer: mixes it, with the ranks of the parts.
            watch: measures the stages of the base and of the mix.
            timelines: one per place.
            actors: one per place, if facewire solves any of the faces.
            clock_ns: monotonic nanoseconds.
        """
        self.name = " + ".join(part.feed.name for part in parts)
        self.solver: SolvedBy = parts[0].feed.solver
        self.timelines, self.actors = timelines, actors
        self.parts = parts
        self._subject, self._mixer, self._watch = subject, mixer, watch
        self._clock_ns = clock_ns
        self._listened = [_Listened() for _ in parts]
        # Layers of high priority are the first to set the pace for a silent source.
        layers = range(1, len(parts))
        self._order = [
            0,
            *sorted(layers, key=lambda i: -parts[i].rank.priority),
        ]
        self._passing: Solved | None = None
        """Faces of the base in other places, which are not mixed."""
        self._leader = 0
        self._count = self._base = 0
        self._started = self._closed = False

    @property
    def dropped(self) -> int:
        """Images or packets of all sources that a newer one replaced."""
        return sum(part.feed.dropped for part in self.parts)

    @property
    def missing(self) -> int:
        """Images of all sources that could not be decoded."""
        return sum(part.feed.missing for part in self.parts)

    @property
    def ended(self) -> bool:
        """True if the first source has ended, or `close` was called."""
        return self._closed or (
            self.parts[0].feed.ended and not self._listened[0].fresh
        )

    def figures(self) -> tuple[PartFigures, ...]:
        """Return rate, delay, state and shares of each source. From any thread."""
        now_ns, weights = self._clock_ns(), self._mixer.weights
        return tuple(
            figures_of(part, listened.heard, row, now_ns)
            for part, listened, row in zip(
                self.parts, self._listened, weights, strict=True
            )
        )

    @property
    def wait_ns(self) -> int:
        """How far faster sources are held back now."""
        return self._mixer.wait_ns

    def read(self, timeout_s: float | None = None) -> Solved | None:
        """Return the mixed face of the newest instant; see `Feed.read`.

        Raises:
            Exception: what has ended the first source.
        """
        if not self._started:
            self._started = True
            for part in self.parts[1:]:
                part.start()
        now_ns = self._clock_ns()
        end_ns = None if timeout_s is None else now_ns + round(timeout_s * NS)
        wait_s = 0.0
        while not self.ended:
            self._listen(wait_s)
            now_ns = self._clock_ns()
            if (solved := self._next(now_ns)) is not None:
                return solved
            wait_s = SLICE_S
            if end_ns is not None:
                wait_s = min(wait_s, (end_ns - now_ns) / NS)
                if wait_s <= 0.0:
                    return None
        return None

    def close(self) -> None:
        """Close all sources and end their threads. Safe to call twice."""
        self._closed = True
        for part in self.parts:
            part.close()

    def join(self) -> bool:
        """Wait a moment for the threads of the sources; return True if all ended."""
        ended = [part.join() for part in self.parts]
        return all(ended)

    def _listen(self, wait_s: float) -> None:
        """Take what all sources have said; wait only for the one that sets the pace."""
        leader, parts = self._leader, self.parts
        self._hear(0, parts[0].pull(0.0 if leader else wait_s))
        for i in range(1, len(parts)):
            self._hear(i, parts[i].box.take(wait_s if i == leader else 0.0))

    def _hear(self, i: int, heard: Heard | None) -> None:
        if heard is None:
            return
        if i == 0 and not mixes(heard.solved):
            self._passing = heard.solved
            return
        self._listened[i].heard, self._listened[i].fresh = heard, True

    def _next(self, now_ns: int) -> Solved | None:
        """Return the face that the leader's newest gives, if it was not used yet."""
        if self._passing is not None:
            passing, self._passing = self._passing, None
            return passing
        leader = self._listened[self._leader]
        # A base that has just spoken leads on.
        if self._leader or not leader.fresh or _is_held(leader):
            self._lead(now_ns)
            leader = self._listened[self._leader]
        if leader.heard is None or not leader.fresh:
            return None
        leader.fresh = False
        if leader.heard.solved.held:
            return leader.heard.solved if self._leader == 0 else None
        return self._mixed(leader.heard, now_ns)

    def _lead(self, now_ns: int) -> None:
        """Choose who sets the pace: the first source that is heard."""
        leader = next((i for i in self._order if self._is_heard(i, now_ns)), 0)
        if leader != self._leader:
            self._leader = leader
            heard = self._listened[leader].heard
            # The index goes on without a gap.
            if heard is not None:
                self._base = self._count + 1 - heard.solved.index

    def _is_heard(self, i: int, now_ns: int) -> bool:
        heard = self._listened[i].heard
        if heard is None or heard.solved.held or self.parts[i].box.closed:
            return False
        silent_ns = now_ns - heard.solved.arrived_ns
        rate_hz = self.parts[i].rate_hz
        return silent_ns < LATE_NS or 0.0 < silent_ns * rate_hz < SLOW * NS

    def _mixed(self, heard: Heard, now_ns: int) -> Solved:
        """Return the mixed face, with the leader's other faces, image and time."""
        if heard.passed is not None:
            self._watch.take_over(heard.passed)
        told = [
            Told(one.heard, part.delay_ns)
            for one, part in zip(self._listened, self.parts, strict=True)
        ]
        solved, mixer = heard.solved, self._mixer
        at_ns = mixer.instant(self._leader, told, now_ns)
        mixed = mixer.mix(told, at_ns, now_ns)
        index = self._count = max(self._base + solved.index, 0)
        frames, first = {}, self._leader == 0
        if first:
            frames = {place: f for place, f in solved.frames.items() if place}
        if mixed is not None:
            expression = mixed.expression
            frames[0] = FaceFrame(
                index,
                at_ns,
                self._subject,
                mixed.vector,
                NO_EXPRESSION if expression is None else expression,
                mixed.confidence,
                doubt=mixed.doubt,
            )
        if not first:
            return Solved(index, at_ns, solved.arrived_ns, frames, places=(0,))
        time = solved.time
        if time is not None and mixer.wait_ns:
            time = moved(time, -mixer.wait_ns)
        return Solved(
            index,
            at_ns,
            solved.arrived_ns,
            frames,
            time,
            solved.places,
            solved.changed,
            solved.image,
            solved.landmarks,
        )


def _is_held(listened: _Listened) -> bool:
    return listened.heard is not None and listened.heard.solved.held
