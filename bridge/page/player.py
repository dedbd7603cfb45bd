"""Plays a take to one page: frames, postures, and the pictures of its video.

    clock ── position in the take ── its face's frame, newest picture ── page

Each instant shows what belongs to it, so that seeking, holding and any speed are the
same thing. A page that is slow misses frames and stays in time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import TakeError
from bridge.takes.frames import frame_at
from bridge.takes.mp4_pictures import Pictures
from bridge.takes.read import Contents
from bridge.takes.take import Take
from protocols.page import (
    FRAME,
    MOST_FACES,
    PICTURE,
    POSTURE,
    encode_frame,
    encode_picture,
)
from protocols.page_posture import OF_TAKE

from .poser import Poser
from .staged import Staged
from .visitor import Visitor

LOOK_S: Final = 0.2
"""Longest time between two looks at the character, which a page may change."""
SHORTEST_S: Final = 1.0 / 120.0
"""Shortest time between two instants that are shown."""
TELL_S: Final = 0.25
"""Time between two messages about the position."""
JOIN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Playing:
    """What is played, and how. Times are seconds after the take's first frame."""

    file: str
    length: float
    begin: float = 0.0
    end: float = 0.0
    loop: bool = False
    speed: float = 1.0
    held: bool = False


class Player:
    """Plays in a thread of its own until `close`."""

    def __init__(
        self,
        visitor: Visitor,
        contents: Contents,
        pictures: Pictures | None,
        playing: Playing,
        now: Callable[[], Staged],
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Start to play.

        Args:
            visitor: the page.
            contents: of the take.
            pictures: its video, which `close` closes; None without one.
            playing: what is played, and how.
            now: returns the character on stage.
            clock_ns: monotonic nanoseconds.
        """
        self._visitor = visitor
        self._takes = contents.recording.takes[:MOST_FACES]
        self._first_ns = min(int(take.captured_ns[0]) for take in self._takes)
        self._pictures = pictures
        shown = contents.pictures[: len(pictures)] if pictures is not None else ()
        self._picture_ns = np.array([one.captured_ns for one in shown], np.int64)
        self._picture_at = [one.picture for one in shown]
        self._now = now
        self._pose = Poser(now, OF_TAKE)
        self._clock_ns = clock_ns
        self._changed = threading.Condition()
        self._playing = playing
        self._at_s = playing.begin
        self._since_ns = clock_ns()
        self._closed = False
        self._fresh = True
        self._seq = 0
        self._frame: tuple[int, int] | None = None
        self._picture: int | None = None
        self._staged: Staged | None = None
        visitor.held = True
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()

    def seek(self, at_s: float) -> None:
        """Go to an instant."""
        with self._changed:
            self._move(min(max(at_s, 0.0), self._playing.length))

    def hold(self, held: bool) -> None:
        """Hold, or go on; at the end, from the begin."""
        with self._changed:
            at_s = self._position()
            if not held and at_s >= self._playing.end:
                at_s = self._playing.begin
            self._playing = replace(self._playing, held=held)
            self._move(at_s)

    def close(self) -> None:
        """Stop, and send live frames to the page again. Safe to call twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)
        self._visitor.held = False

    def message(
        self, playing: Playing, at_s: float, *, closed: bool = False
    ) -> dict[str, Any]:
        """Return the message `play` for a position."""
        return {
            "type": "play",
            "file": "" if closed else playing.file,
            "at": round(at_s, 3),
            "length": round(playing.length, 3),
            "from": playing.begin,
            "to": playing.end,
            "playing": not (playing.held or closed),
            "loop": playing.loop,
            "speed": playing.speed,
            "video": self._pictures is not None,
            "faces": [take.subject for take in self._takes],
        }

    def _run(self) -> None:
        told_ns = 0
        try:
            while True:
                with self._changed:
                    if self._closed:
                        break
                    at_s, fresh = self._step()
                    playing, self._fresh = self._playing, False
                self._show(at_s, everything=fresh)
                if self._fresh:
                    continue  # Somebody has moved on: this position is old.
                now_ns = self._clock_ns()
                if fresh or now_ns - told_ns > TELL_S * 1e9:
                    told_ns = now_ns
                    self._visitor.tell(self.message(playing, at_s))
                with self._changed:
                    if not (self._closed or self._fresh):
                        self._changed.wait(self._wait_s(at_s))
        except TakeError as error:
            told = self.message(self._playing, 0.0)
            self._visitor.tell({**told, "problem": str(error)})
        finally:
            if self._pictures is not None:
                self._pictures.close()
            self._visitor.tell(self.message(self._playing, 0.0, closed=True))

    def _step(self) -> tuple[float, bool]:
        """Return the position, and True if everything must be shown again."""
        playing, at_s = self._playing, self._position()
        if not playing.held and at_s >= playing.end:
            if playing.loop and playing.end > playing.begin:
                self._move(playing.begin)
            else:
                self._playing = replace(playing, held=True)
                self._move(playing.end)
            at_s = self._at_s
        return at_s, self._fresh

    def _position(self) -> float:
        if self._playing.held:
            return self._at_s
        gone_s = (self._clock_ns() - self._since_ns) / 1e9
        return self._at_s + gone_s * self._playing.speed

    def _move(self, at_s: float) -> None:
        self._at_s, self._since_ns, self._fresh = at_s, self._clock_ns(), True
        self._changed.notify_all()

    def _show(self, at_s: float, *, everything: bool) -> None:
        """Show what belongs to an instant and was not shown yet."""
        staged = self._now()
        if staged is not self._staged or everything:
            self._staged, self._frame, self._picture = staged, None, None
        at_ns = self._first_ns + round(at_s * 1e9)
        # The page shows what is of its face, also where the take has fewer faces.
        watched = self._visitor.face
        times = self._take(watched).captured_ns
        frame = watched, max(int(np.searchsorted(times, at_ns, "right")) - 1, 0)
        if frame != self._frame:
            self._frame = frame
            self._show_frame(*frame)
        picture = max(int(np.searchsorted(self._picture_ns, at_ns, "right")) - 1, 0)
        if len(self._picture_at) and picture != self._picture:
            self._picture = picture
            self._show_picture(picture)

    def _take(self, watched: int) -> Take:
        return self._takes[watched if watched < len(self._takes) else 0]

    def _show_frame(self, watched: int, at: int) -> None:
        now_ns = self._clock_ns()
        # Emotions and charts go on in the daemon's time, whatever the take's is.
        frame = replace(frame_at(self._take(watched), at), captured_ns=now_ns)
        now_ms = now_ns / 1e6
        self._seq += 1
        self._visitor.show(
            FRAME,
            encode_frame(
                frame,
                watched,
                seq=self._seq,
                captured_ms=now_ms,
                sent_ms=now_ms,
                played=True,
            ),
        )
        self._visitor.show(POSTURE, self._pose(frame, watched))

    def _show_picture(self, at: int) -> None:
        if self._pictures is None:
            return
        self._visitor.show(
            PICTURE,
            encode_picture(
                self._pictures.picture(self._picture_at[at]),
                self._pictures.size,
                seq=at,
                captured_ms=self._clock_ns() / 1e6,
                of_a_take=True,
            ),
        )

    def _wait_s(self, at_s: float) -> float:
        """Return how long nothing new is to be shown, seconds."""
        if self._playing.held:
            return LOOK_S
        at_ns = self._first_ns + round(at_s * 1e9)
        times = [take.captured_ns for take in self._takes]
        nexts = [
            int(rows[at])
            for rows in (*times, self._picture_ns)
            if (at := int(np.searchsorted(rows, at_ns, "right"))) < len(rows)
        ]
        ends_ns = self._first_ns + round(self._playing.end * 1e9)
        left_ns = min([*nexts, max(ends_ns, at_ns)]) - at_ns
        return min(max(left_ns / 1e9 / self._playing.speed, SHORTEST_S), LOOK_S)
