"""The guided calibration of a page: what to do, a countdown, and a profile at the end.

It sees the pictures and landmarks that the pipeline has made, and solves them with an
actor of its own, in a thread of its own. The stream goes on as before.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

from bridge.calibration.fit import Fitted, fit
from bridge.calibration.live import unseen
from bridge.calibration.report import summary
from bridge.calibration.script import script
from bridge.calibration.session import PATIENCE_S, WAIT_S, Moment, Session
from bridge.calibration.take import Solves, check_motion, profile_of
from bridge.clock import ClockNs, monotonic_ns
from bridge.config import Config
from bridge.errors import BridgeError
from bridge.feeds.feed import Solved
from bridge.latest import Latest
from bridge.shape.profile import CurveRange, Profile
from bridge.solve.expression import expression_reader
from bridge.solve.open import make_actor, open_solver
from protocols.wording import shown

from .visitor import Visitor

logger = logging.getLogger(__name__)

TELL_S: Final = 0.1
"""Shortest time between two messages, unless the move or the problem changes."""
JOIN_S: Final = 2.0

OpenActor = Callable[[Config, str, ExitStack], tuple[Solves, str]]
"""Returns a new actor and the solver's name; the stack closes what was opened."""


def open_actor(config: Config, subject: str, stack: ExitStack) -> tuple[Solves, str]:
    """Return an actor with a solver of its own, as `facewire calibrate` has one.

    Raises:
        EngineError: the runtime that `[engines]` names cannot run the solver.
    """
    solver = open_solver(config)
    stack.callback(solver.close)
    return make_actor(config, subject, solver), solver.name


@dataclass(frozen=True, slots=True, eq=False)
class Guided:
    """The result of a calibration."""

    profile: Profile
    rows: tuple[Fitted, ...]
    comment: str
    """For the head of the profile's file."""


class Guide:
    """Guides one person, in a thread of its own, until the end or `close`."""

    def __init__(
        self,
        visitor: Visitor,
        place: int,
        subject: str,
        config: Config,
        seconds: float,
        open_actor: OpenActor = open_actor,
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Start.

        Args:
            visitor: the page that is told what to do.
            place: of the face, from 0.
            subject: its name.
            config: of the run; has the solver and the name of the source.
            seconds: for all moves together.
            open_actor: solves the face.
            clock_ns: monotonic nanoseconds.
        """
        self.visitor, self.place, self.subject = visitor, place, subject
        self.result: Guided | None = None
        """Once it has succeeded."""
        self._config, self._seconds = config, seconds
        self._open_actor, self._clock_ns = open_actor, clock_ns
        self._solved: Latest[Solved] = Latest()
        self._told: tuple[object, ...] = ()
        self._told_ns = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="guide", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """True until it has ended, in whatever way."""
        return self._thread.is_alive() and not self._over.is_set()

    def see(self, solved: Solved) -> None:
        """Take what the pipeline has solved. Never blocks."""
        if solved.image is not None:
            self._solved.put(solved)

    def close(self) -> None:
        """End. Safe to call twice."""
        self._solved.close()
        if self._thread is not threading.current_thread():
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        problem = ""
        try:
            with ExitStack() as stack:
                self.result = self._guide(stack)
        except BridgeError as error:
            problem = "; ".join(str(error).splitlines())
        except Exception as error:
            logger.exception("x monitor: the calibration failed")
            problem = f"it failed: {error or type(error).__name__}"
        # Before the page is told, because it may start the next one at once.
        self._over.set()
        if not self._solved.closed:
            self.visitor.tell(_ended(self.result, problem))

    def _guide(self, stack: ExitStack) -> Guided | None:
        """Return the result; None if the guide was closed."""
        config, source = self._config, self._config.capture.source
        actor, solver = self._open_actor(config, self.subject, stack)
        read = expression_reader(config)
        if read is not None:
            stack.callback(read.close)
        session = Session(source, actor, script(self._seconds), read)
        seen_ns = self._clock_ns()
        while not session.walk.done:
            solved = self._solved.take(WAIT_S)
            if self._solved.closed:
                return None
            if solved is None or solved.image is None:
                moment = session.miss()
            else:
                landmarks = solved.landmarks.get(self.place)
                faces = [] if landmarks is None else [landmarks]
                moment = session.see(solved.image, faces)
            if session.seen:
                seen_ns = self._clock_ns()
            self._tell(moment)
            if self._clock_ns() - seen_ns > PATIENCE_S * 1e9:
                raise unseen(source)
        take = session.take()
        rows = fit(take.neutral, take.motion, take.asked)
        check_motion(source, rows)
        comment = (
            f"Written by facewire's monitor page from {source}.\n"
            f"Fitted to the {solver} solver; calibrate again for another one."
        )
        return Guided(profile_of(take, rows, self.subject), rows, comment)

    def _tell(self, moment: Moment) -> None:
        """Tell the page what to do, not more often than people can read it."""
        what, now_ns = (moment.walk.at, moment.problem), self._clock_ns()
        if what == self._told and now_ns - self._told_ns < TELL_S * 1e9:
            return
        self._told, self._told_ns = what, now_ns
        self.visitor.tell(guide_message(moment))


def guide_message(moment: Moment) -> dict[str, Any]:
    """Return the message `guide` while a calibration runs."""
    walk = moment.walk
    later = walk.moves[walk.at + 1 : walk.at + 2]
    whole = sum(move.seconds for move in walk.moves)
    return {
        "type": "guide",
        "prompt": walk.move.text,
        "hint": f"Next: {later[0].text}" if later else "This is the last move",
        "seconds": round(walk.left_s, 2),
        "share": round(min(walk.elapsed_s / whole, 1.0), 3),
        "curve": walk.move.curves[0] if walk.move.curves else "",
        "curves": list(walk.move.curves),
        "problem": moment.problem,
        "done": False,
    }


def _ended(result: Guided | None, problem: str) -> dict[str, Any]:
    """Return the message `guide` at the end: before and after, or why it failed."""
    rows = () if result is None else result.rows
    return {
        "type": "guide",
        "prompt": "Done" if result is not None else "The calibration has ended",
        "hint": summary(rows) if rows else "",
        "seconds": 0.0,
        "share": 1.0,
        "curve": "",
        "curves": [],
        "problem": shown(problem, 400),
        "done": True,
        "rows": [_row(row) for row in rows if row.range != CurveRange()],
    }


def _row(row: Fitted) -> dict[str, Any]:
    """Return what a curve read from rest to its maximum, before and after."""
    return {
        "curve": row.curve,
        "before": f"{row.rest_before:.2f} to {row.reach_before:.2f}",
        "after": f"{row.rest_after:.2f} to {row.reach_after:.2f}",
        "gain": row.range.gain,
        "note": row.note,
    }
