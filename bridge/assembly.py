"""Opens the parts of a daemon in order, and closes them in reverse order.

If a part cannot be opened, the parts before it are closed, and the error says which
part failed and why.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .characters.open_live import open_live
from .clock import ClockNs
from .config import Config
from .feeds.feed import Feed
from .feeds.open import Closing, Given
from .metrics import Stopwatch
from .mix.asked import has_images, names_of
from .mix.open import check_sources, open_sources
from .remote.targets import RemoteTargets
from .shape.motion import Motion, open_motion
from .shape.profile import Profile, load_profile
from .sinks.open import Route, open_routes, route_of
from .takes.provenance import about_run
from .takes.recorder import Recorder, take_settings
from .timecode.open import OpenTimecode, open_timecode
from .wires.livelink import LiveLink
from .wires.settings import Target
from .wires.table import WIRES

if TYPE_CHECKING:
    from .characters.live import LiveCharacter

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """All open parts of a daemon."""

    profile: Profile
    character: LiveCharacter | None
    """The one that the settings name."""
    routes: list[Route]
    feed: Feed
    motion: Motion
    recorder: Recorder
    targets: RemoteTargets | None
    """Sends to the addresses that remote controllers add; None without them."""
    timecode: OpenTimecode
    edges: ExitStack
    """Closes sinks, source and recorder. Any thread may close them."""
    engines: ExitStack
    """Closes tracker and networks: native objects. No thread may use them then."""

    def close(self, *, in_use: bool = False) -> None:
        """Close everything, the edges first. Safe to call twice.

        Args:
            in_use: True if a thread may still use an engine: the engines stay open
                until another call or the end of the process.
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
        config: the settings.
        subjects: names of the faces.
        watch: measures the networks.
        given: parts of the feed that are already open.
        motion: the motion stage, if it is already open; closed with the other parts.
        clock_ns: monotonic nanoseconds.

    Raises:
        BridgeError: a part cannot be opened; all open parts are closed.
    """
    with ExitStack() as engines, ExitStack() as edges:
        profile = Profile()
        if config.shape.profile is not None:
            profile = load_profile(config.shape.profile)
        # A mistake in the settings is told before a port that is in use.
        check_sources(config, given)
        character = open_live(config.character, config.mood.rule())
        routes: list[Route] = open_routes(config.sinks, subjects, character)
        for route in routes:
            edges.callback(route.close)
        targets = None
        if config.remote.enabled:
            targets = RemoteTargets(subjects)
            routes.append(route_of(targets, LiveLink(), subjects, character))
            edges.callback(routes[-1].close)
        feed = open_sources(
            config, subjects, profile, watch, given, Closing(edges, engines), clock_ns
        )
        keep_names(feed, config.sinks, routes)
        timecode = open_timecode(config.timecode, feed, clock_ns)
        edges.callback(timecode.close)
        # A file must replay to equal bytes, so the runtime must not change during it.
        motion = motion or open_motion(
            config, timer=watch.motion, background=not feed.own_time
        )
        engines.callback(motion.close)
        if motion.fallback:
            logger.warning("x %s", motion.reason)
        # Do this now, because it takes milliseconds, too long during the stream.
        about = about_run(config, feed.name, feed.solver.name, motion.name)
        if not has_images(feed):
            config = _without_pictures(config)
        recorder = Recorder(take_settings(config), about)
        edges.callback(recorder.close)
        if config.record.at_start:
            recorder.start()
        return Parts(
            profile,
            character,
            routes,
            feed,
            motion,
            recorder,
            targets,
            timecode,
            edges.pop_all(),
            engines.pop_all(),
        )


def keep_names(feed: Feed, targets: Sequence[Target], routes: Sequence[Route]) -> None:
    """Send faces of other programs under the names that these give them.

    Args:
        feed: the feed; nothing changes unless it keeps names.
        targets: the settings of the sinks.
        routes: theirs, in the same order; others may follow.
    """
    names = names_of(feed)
    if names is None:
        return
    for target, route in zip(targets, routes, strict=False):
        if WIRES[target.kind].named:
            route.named = names.named


def _without_pictures(config: Config) -> Config:
    """Return the settings without the video, for a feed without images."""
    record = config.record.model_copy(update={"video": False})
    return config.model_copy(update={"record": record})
