"""What a daemon is put together of: opened in order, closed in reverse.

A part that cannot be opened closes those before it; the sentence says which and why.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass

from .capture.open import open_source
from .capture.source import CaptureSettings, Source
from .clock import ClockNs
from .config import Config
from .errors import ModelError
from .metrics import Stopwatch
from .shape.motion import Motion, open_motion
from .shape.profile import Profile, load_profile
from .sinks.open import Route, open_routes
from .solve.actor import Actor
from .solve.expression import ExpressionReader, open_expression
from .solve.open import Solver, make_actor, open_solver, open_tracker
from .solve.tracker import Tracker
from .takes.provenance import about_run
from .takes.recorder import Recorder, orders_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """Parts to use instead of those that the settings name; closed with the rest."""

    tracker: Tracker | None = None
    solver: Solver | None = None
    motion: Motion | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a daemon has opened."""

    profile: Profile
    routes: list[Route]
    source: Source
    tracker: Tracker
    read: ExpressionReader | None
    solver: Solver
    motion: Motion
    recorder: Recorder
    edges: ExitStack
    """Closes sinks, source and recorder, each from any thread."""
    engines: ExitStack
    """Closes tracker and networks: native objects, which no thread may be using."""

    def close(self, *, in_use: bool = False) -> None:
        """Close everything, the edges first. Safe to call twice.

        Args:
            in_use: a thread may still be in an engine: those stay open, until they
                are closed by another call, or with the process.
        """
        with ExitStack() as stack:
            if not in_use:
                stack.push(self.engines.pop_all())
            stack.push(self.edges.pop_all())


def open_parts(
    config: Config,
    subjects: tuple[str, ...],
    watch: Stopwatch,
    given: Given,
    clock_ns: ClockNs,
) -> Parts:
    """Open sinks, source, tracker, networks and recorder.

    Args:
        config: what to open.
        subjects: names of the faces.
        watch: times the networks.
        given: what is open already.
        clock_ns: monotonic nanoseconds.

    Raises:
        BridgeError: a part cannot be opened; what was, is closed.
    """
    with ExitStack() as engines, ExitStack() as edges:
        profile = Profile()
        if config.shape.profile is not None:
            profile = load_profile(config.shape.profile)
        routes: list[Route] = open_routes(config.sinks, subjects)
        for route in routes:
            edges.callback(route.close)
        source = given.source or open_source(
            config.capture.source, capture_settings(config), clock_ns=clock_ns
        )
        edges.callback(source.close)
        tracker = given.tracker or open_tracker(config)
        engines.callback(tracker.close)
        # A file replays to the same bytes: no other runtime takes over in it.
        live = not source.own_time
        read = _expression_reader(config, background=live)
        if read is not None:
            engines.callback(read.close)
        solver = given.solver or open_solver(
            config, timer=watch.network, background=live
        )
        engines.callback(solver.close)
        motion = given.motion or open_motion(
            config, timer=watch.motion, background=live
        )
        engines.callback(motion.close)
        for part in (solver, motion):
            if part.fallback:
                logger.warning("x %s", part.reason)
        # Now: it takes milliseconds that a start in mid-stream has not.
        about = about_run(config, source.name, solver.name, motion.name)
        recorder = Recorder(orders_of(config), about)
        edges.callback(recorder.close)
        if config.record.at_start:
            recorder.start()
        return Parts(
            profile,
            routes,
            source,
            tracker,
            read,
            solver,
            motion,
            recorder,
            edges.pop_all(),
            engines.pop_all(),
        )


def open_actor(
    config: Config, subject: str, solver: Solver, profile: Profile, *, first: bool
) -> Actor:
    """Return what follows one face.

    Args:
        config: settings.
        subject: its name.
        solver: what solves it.
        profile: one person's.
        first: of the faces: whose profile it is. The others are found out as ever.
    """
    actor = make_actor(config, subject, solver)
    neutral = profile.neutral_points()
    if neutral is not None and first:
        actor.know_neutral(neutral)
    seconds = config.solve.calibrate_s
    if seconds > 0.0:
        actor.calibrate(seconds)
        logger.info(
            "- %s: look neutral for %g s, from when your face is seen",
            subject,
            seconds,
        )
    return actor


def capture_settings(config: Config) -> CaptureSettings:
    """Return the capture section as the sources want it."""
    capture = config.capture
    return CaptureSettings(
        width=capture.width,
        height=capture.height,
        fps=capture.fps,
        fourcc="MJPG" if capture.mjpg else "",
        pace=capture.pace,
        loop=capture.loop,
    )


def _expression_reader(config: Config, *, background: bool) -> ExpressionReader | None:
    """Open the expression network, as far as it is wanted and can be used."""
    if config.expression == "off":
        return None
    try:
        return open_expression(engines=config.engines, background=background)
    except ModelError as error:
        if config.expression == "on":
            raise
        logger.warning("x expressions are off: %s", error)
        return None
