"""What a daemon is put together of: opened in order, closed in reverse.

A part that cannot be opened closes those before it; the sentence says which and why.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass

from .clock import ClockNs
from .config import Config
from .feeds.feed import Feed
from .feeds.open import Closing, Given, open_feed
from .metrics import Stopwatch
from .shape.motion import Motion, open_motion
from .shape.profile import Profile, load_profile
from .sinks.open import Route, open_routes
from .takes.provenance import about_run
from .takes.recorder import Recorder, take_settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """All that a daemon has opened."""

    profile: Profile
    routes: list[Route]
    feed: Feed
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
    motion: Motion | None,
    clock_ns: ClockNs,
) -> Parts:
    """Open sinks, feed, motion and recorder.

    Args:
        config: what to open.
        subjects: names of the faces.
        watch: times the networks.
        given: parts of the feed that are open already.
        motion: what moves the faces, if that is open already; closed with the rest.
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
        feed = open_feed(
            config, subjects, profile, watch, given, Closing(edges, engines), clock_ns
        )
        # A file replays to the same bytes: no other runtime takes over in it.
        motion = motion or open_motion(
            config, timer=watch.motion, background=not feed.own_time
        )
        engines.callback(motion.close)
        if motion.fallback:
            logger.warning("x %s", motion.reason)
        # Now: it takes milliseconds that a start in mid-stream has not.
        about = about_run(config, feed.name, feed.solver.name, motion.name)
        if not feed.actors:
            config = _without_pictures(config)
        recorder = Recorder(take_settings(config), about)
        edges.callback(recorder.close)
        if config.record.at_start:
            recorder.start()
        return Parts(
            profile,
            routes,
            feed,
            motion,
            recorder,
            edges.pop_all(),
            engines.pop_all(),
        )


def _without_pictures(config: Config) -> Config:
    """Return the settings of a run whose feed has no pictures to record."""
    record = config.record.model_copy(update={"video": False})
    return config.model_copy(update={"record": record})
