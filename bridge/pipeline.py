"""The data path of the daemon.

feed ── Solved ── shape ── publish ── sinks
                    │         │
              one Shaper   one frame per `Solved`, or frames at a
              per face     rate of their own (`pacer.py`)

A feed is a camera with a solver, or the packets of another program (`feeds/`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Protocol

from protocols.frame import FaceFrame
from protocols.timecode import Timecode

from .feeds.feed import Solved, Times
from .metrics import Stopwatch


class Shapes(Protocol):
    """Shapes one face's frames. Implemented by `bridge.shape.shaper.Shaper`."""

    def take(self, frame: FaceFrame) -> None:
        """Take a solved frame."""

    def lose(self, captured_ns: int) -> None:
        """Take an instant without a face."""

    def meet(self) -> None:
        """Expect another person's frames from now on."""

    def show(self, index: int, captured_ns: int) -> FaceFrame:
        """Return the frame to send for an instant at or after the last taken one."""


class Publishes(Protocol):
    """Sends finished frames. Implemented by `bridge.sinks.open.Route`."""

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame."""


class Pipeline:
    """Shapes solved faces and sends each face's frame to every sink. One thread.

    If it is paced (`shape.rate` is set), solved faces only update the shapers, and
    `tick` sends. One other thread may call `tick`.
    """

    def __init__(
        self,
        shapers: Sequence[Shapes],
        timelines: Sequence[Times],
        routes: Sequence[Publishes],
        watch: Stopwatch,
        *,
        paced: bool = False,
        senders: bool = True,
    ) -> None:
        """Use these parts; all of them are open.

        Args:
            shapers: one per place.
            timelines: one per place: the timecode of frames without their own timecode.
            routes: get every frame.
            watch: measures the stages from `shape` on.
            paced: True if `tick` sends instead of `show`.
            senders: False to send the timecode of `timelines` even if a frame has its
                sender's own.
        """
        self._senders = senders
        self._shapers = shapers
        self._timelines = timelines
        self._routes = routes
        self._watch = watch
        # Send the first face even before it is seen, so that receivers find their
        # subject. The other faces are sent once they have been seen.
        self._seen: tuple[int, ...] = (0,)
        self._last = (0, 0)
        self.now_ns = 0
        """The newest instant that the shapers know, on the feed's timeline."""
        self._paced = paced
        self._ticks = 0
        # For `show` and `tick`; never held while a network of the solver runs.
        self._shaping = threading.Lock()
        self._shown: dict[int, FaceFrame] = {}

    @property
    def shaping(self) -> threading.Lock:
        """The lock of the shapers; hold it to change a shaper."""
        return self._shaping

    @property
    def shown(self) -> tuple[FaceFrame, ...]:
        """The newest frame of each face, for display."""
        shown = self._shown.copy()
        return tuple(shown[place] for place in sorted(shown))

    def show(self, solved: Solved) -> tuple[FaceFrame, ...]:
        """Shape and send solved faces; return the sent frames (none if paced)."""
        watch = self._watch
        self._last = (solved.index, solved.captured_ns)
        self.now_ns = solved.captured_ns
        if solved.held:
            own = self._own(solved.time)
            return self._hold(self._told(solved), solved.index, own)
        with self._shaping:
            watch.shape()
            places = self._told(solved)
            for place in solved.changed:
                self._shapers[place].meet()
            for place in places:
                frame = solved.frames.get(place)
                if frame is None:
                    self._shapers[place].lose(solved.captured_ns)
                else:
                    self._shapers[place].take(frame)
            if self._paced:
                watch.hold(tracked=bool(solved.frames))
                return ()
            frames = self._show(places, solved.index, solved.captured_ns)
        watch.lap()
        self._publish(frames, self._own(solved.time))
        watch.lap()
        watch.finish(tracked=bool(solved.frames))
        return tuple(frames.values())

    def begin(self, now_ns: int) -> None:
        """Say when a live feed begins, so that frames before its first face have the
        right timecode."""
        self._last = (0, now_ns)
        self.now_ns = now_ns

    def idle(self, since_last_ns: int) -> tuple[FaceFrame, ...]:
        """Send held faces while the feed gives nothing.

        Args:
            since_last_ns: time since the last image or packet.
        """
        index, captured_ns = self._last
        self.now_ns = captured_ns + since_last_ns
        return self._hold(self._seen, index)

    def tick(
        self, captured_ns: int, time: Timecode | None = None
    ) -> tuple[FaceFrame, ...]:
        """Send every face at an instant. Call it with rising instants.

        The index of these frames counts ticks, not images.

        Args:
            captured_ns: the instant.
            time: its timecode; None is that of `timelines`.
        """
        watch = self._watch
        with self._shaping:
            watch.tick()
            frames = self._show(self._seen, self._ticks, captured_ns)
            self._ticks += 1
            watch.shown()
        self._publish(frames, time)
        watch.sent()
        return tuple(frames.values())

    def _hold(
        self, places: Iterable[int], index: int, own: Timecode | None = None
    ) -> tuple[FaceFrame, ...]:
        """Send faces that are not seen now. The stopwatch does not count this."""
        frames: dict[int, FaceFrame] = {}
        with self._shaping:
            self._watch.forget()
            for place in places:
                self._shapers[place].lose(self.now_ns)
            if not self._paced:
                frames = self._show(places, index, self.now_ns)
        self._publish(frames, own)
        return tuple(frames.values())

    def _own(self, time: Timecode | None) -> Timecode | None:
        return time if self._senders else None

    def _told(self, solved: Solved) -> Iterable[int]:
        """Return the places to update; include new ones."""
        told = solved.frames if solved.places is None else solved.places
        for place in told:
            if place not in self._seen:
                self._seen = tuple(sorted({*self._seen, place}))
        return self._seen if solved.places is None else solved.places

    def _show(
        self, places: Iterable[int], index: int, captured_ns: int
    ) -> dict[int, FaceFrame]:
        return {
            place: self._shapers[place].show(index, captured_ns) for place in places
        }

    def _publish(
        self, frames: dict[int, FaceFrame], own: Timecode | None = None
    ) -> None:
        """Send frames, with the sender's timecode if there is one."""
        for place, frame in frames.items():
            time = own
            if time is None:
                time = self._timelines[place].at(frame.captured_ns)
            for route in self._routes:
                route.publish(frame, time)
        self._shown.update(frames)
