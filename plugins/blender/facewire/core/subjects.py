"""The newest faces of each actor of a stream, and which one to show."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import Final

from .clock import PlaybackClock
from .face import NS_PER_S, Face, between

MAX_SUBJECTS: Final = 16
"""Actors of one stream; more are refused."""
KEPT: Final = 64
"""Frames that are kept of each: half a second at 120 Hz."""
SILENCE_NS: Final = 500_000_000
"""A sender that was silent for so long may count from anywhere."""
MOST_LOST: Final = 1_000_000
RATE_SHARE: Final = 0.05

NEWEST, BUFFERED, TIMECODE = "NEWEST", "BUFFERED", "TIMECODE"
"""How faces are played: the newest; all after a fixed delay; the same by timecode."""


class Subject:
    """One actor."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.newest: Face | None = None
        self.arrived_ns = 0
        """When the newest face arrived."""
        self.lost = 0
        """Frames that did not arrive."""
        self._gap_ns = 0.0
        self._clock = PlaybackClock()
        self._waiting: deque[tuple[int, Face]] = deque(maxlen=KEPT)

    @property
    def rate_hz(self) -> float:
        """Frames a second; 0 before the second frame."""
        return NS_PER_S / self._gap_ns if self._gap_ns > 0.0 else 0.0

    def take(self, face: Face, now_ns: int, playback: str) -> bool:
        """Take a face; return False if it is late or arrived before."""
        newest, again = self.newest, False
        if newest is not None and face.seq > newest.seq:
            self.lost += min(face.seq - newest.seq - 1, MOST_LOST)
            gap_ns = now_ns - self.arrived_ns
            known = self._gap_ns > 0.0
            self._gap_ns += (gap_ns - self._gap_ns) * (RATE_SHARE if known else 1.0)
        elif newest is not None:
            # A sender that started again counts from 0, but its clock goes on.
            again = (
                face.sent_ns > newest.sent_ns or now_ns - self.arrived_ns > SILENCE_NS
            )
            if not again:
                return False
        self.newest, self.arrived_ns = face, now_ns
        media_ns = _media_ns(face, playback)
        steady = self._clock.follow(media_ns, now_ns)
        if again or not steady or (self._waiting and media_ns <= self._waiting[-1][0]):
            # Time goes back a little, as at midnight: begin again.
            self._waiting.clear()
        self._waiting.append((media_ns, face))
        return True

    def due(self, now_ns: int, delay_ns: int) -> Face | None:
        """Return the face that is due now, after a delay."""
        return self._at(now_ns - delay_ns - self._clock.offset_ns)

    def forget(self) -> None:
        """Forget all faces but the newest one."""
        self._waiting.clear()
        self._clock = PlaybackClock()

    def _at(self, media_ns: int) -> Face | None:
        times = [at for at, _ in self._waiting]
        after = bisect_right(times, media_ns)
        if after == len(times):
            return self.newest
        if after == 0:
            return self._waiting[0][1]
        whole = times[after] - times[after - 1]
        part = (media_ns - times[after - 1]) / whole
        return between(self._waiting[after - 1][1], self._waiting[after][1], part)


def _media_ns(face: Face, playback: str) -> int:
    """Return the time by which a face is played."""
    if playback == TIMECODE:
        return round(face.timecode.seconds * NS_PER_S)
    return face.display_ns


class Subjects:
    """All actors of one stream."""

    def __init__(self) -> None:
        self._by_name: dict[str, Subject] = {}
        self._playback = NEWEST
        self.late = 0
        """Faces that arrived twice, or after newer ones."""

    def all(self) -> list[Subject]:
        """Return the actors, in the order in which they were seen."""
        return list(self._by_name.values())

    def play(self, playback: str) -> None:
        """Choose how faces are played; a change forgets the waiting ones."""
        if playback != self._playback:
            self._playback = playback
            for subject in self._by_name.values():
                subject.forget()

    def take(self, face: Face, now_ns: int) -> bool:
        """Take a face that arrived; return False if there are too many actors."""
        subject = self._by_name.get(face.subject)
        if subject is None:
            if len(self._by_name) >= MAX_SUBJECTS:
                return False
            subject = self._by_name[face.subject] = Subject(face.subject)
        self.late += not subject.take(face, now_ns, self._playback)
        return True

    def find(self, name: str) -> Subject | None:
        """Return an actor; the first one that was seen for an empty name."""
        if name:
            return self._by_name.get(name)
        return next(iter(self._by_name.values()), None)

    def show(self, name: str, now_ns: int, delay_ns: int) -> Face | None:
        """Return the face of an actor to show now; None before the first."""
        subject = self.find(name)
        if subject is None:
            return None
        if self._playback == NEWEST:
            return subject.newest
        return subject.due(now_ns, delay_ns)
