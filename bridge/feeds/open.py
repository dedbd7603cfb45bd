"""Opens a feed from the settings."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction

from bridge.capture.open import open_source, parse_spec
from bridge.capture.source import CaptureSettings, Source
from bridge.clock import ClockNs, read_offset
from bridge.config import Config
from bridge.metrics import Stopwatch
from bridge.shape.profile import Profile
from bridge.solve.actor import Actor
from bridge.solve.expression import expression_reader
from bridge.solve.identities import Identities
from bridge.solve.open import OpenedSolver, make_actor, open_solver, open_tracker
from bridge.solve.tracker import Tracker
from bridge.time_of_day import LiveTimeline
from protocols.timecode import Timeline

from .camera import CameraFeed
from .feed import Feed, Times
from .names import SenderNames
from .packets import PacketFeed
from .report import Setup
from .spec import Spec
from .table import is_packets, kind_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Given:
    """Parts to use instead of those in the settings; closed with the other parts."""

    tracker: Tracker | None = None
    solver: OpenedSolver | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """The stacks that close the parts of a feed."""

    edges: ExitStack
    """Source or port. Any thread may close them."""
    engines: ExitStack
    """Tracker and networks: native objects. Close them when no thread uses one."""


def check_source(config: Config, given: Given) -> None:
    """Check the name of the source. Opens nothing.

    Raises:
        ConfigError: it names no source, or one that a sink would send to.
        CaptureError: its host cannot be found.
    """
    spec = config.capture.source
    if given.source is not None:
        return
    if is_packets(spec):
        packets = Spec.of(spec)
        kind = kind_of(packets)
        packets.options(kind.options)
        kind.check(packets, config.sinks)
    else:
        parse_spec(spec)


def open_feed(
    config: Config,
    subjects: tuple[str, ...],
    profile: Profile,
    watch: Stopwatch,
    given: Given,
    closing: Closing,
    clock_ns: ClockNs,
) -> Feed:
    """Open the source and the parts that solve its faces.

    Args:
        config: the settings.
        subjects: names of the faces.
        profile: the profile of one person.
        watch: measures the stages.
        given: parts that are already open.
        closing: gets every opened part, even if this function raises.
        clock_ns: monotonic nanoseconds.

    Raises:
        BridgeError: a part cannot be opened.
    """
    if given.source is None and is_packets(config.capture.source):
        return _open_packets(config, subjects, watch, closing, clock_ns)
    return _open_camera(config, subjects, profile, watch, given, closing, clock_ns)


def _open_packets(
    config: Config,
    subjects: tuple[str, ...],
    watch: Stopwatch,
    closing: Closing,
    clock_ns: ClockNs,
) -> PacketFeed:
    """Open a port. Packets need no tracker, solver or expression network."""
    spec = Spec.of(config.capture.source)
    kind = kind_of(spec)
    options = spec.options(kind.options)
    asked = kind.asks(spec) if kind.asks is not None else ()
    name, inlet = kind.open(spec, config.sinks)
    neck_share = config.solve.neck_share
    feed = PacketFeed(
        name,
        inlet,
        subjects,
        lambda peer: kind.reader(Setup(peer, neck_share, options, spec.place)),
        watch,
        timelines=[live_timeline(config.timecode.rate, clock_ns) for _ in subjects],
        asked=asked,
        # Who sets names wants these; otherwise senders keep theirs.
        names=None if "subjects" in config.model_fields_set else SenderNames(subjects),
        clock_ns=clock_ns,
    )
    closing.edges.callback(feed.close)
    if config.solve.calibrate_s > 0.0:
        logger.warning(
            "x %s: solve.calibrate_s has no effect, because the sender solves the "
            "faces; calibrate in the sending program",
            name,
        )
    if config.record.video:
        logger.warning("x %s: no video is recorded, because there are no images", name)
    return feed


def _open_camera(
    config: Config,
    subjects: tuple[str, ...],
    profile: Profile,
    watch: Stopwatch,
    given: Given,
    closing: Closing,
    clock_ns: ClockNs,
) -> CameraFeed:
    source = given.source or open_source(
        config.capture.source, capture_settings(config), clock_ns=clock_ns
    )
    closing.edges.callback(source.close)
    # A file must replay to equal bytes, so the runtime must not change during it.
    live = not source.own_time
    tracker = given.tracker or open_tracker(config, background=live)
    closing.engines.callback(tracker.close)
    read = expression_reader(config, background=live)
    if read is not None:
        closing.engines.callback(read.close)
    solver = given.solver or open_solver(config, timer=watch.network, background=live)
    closing.engines.callback(solver.close)
    if solver.fallback:
        logger.warning("x %s", solver.reason)
    actors = [
        open_actor(config, subject, solver, profile, first=not place)
        for place, subject in enumerate(subjects)
    ]
    timeline: Times = (
        live_timeline(config.timecode.rate, clock_ns)
        if live
        # A file has its own timeline, so that it replays to equal bytes.
        else Timeline(config.timecode.rate)
    )
    return CameraFeed(
        source,
        tracker,
        Identities(config.track.faces),
        actors,
        watch,
        read,
        timeline=timeline,
        solver=solver,
        # A file at full speed has no latency to save.
        express_later=live or config.capture.pace != "fast",
    )


def live_timeline(rate: Fraction, clock_ns: ClockNs) -> LiveTimeline:
    """Return the time of day as timecode at a rate."""
    return LiveTimeline(rate, lambda: read_offset(clock_ns))


def open_actor(
    config: Config, subject: str, solver: OpenedSolver, profile: Profile, *, first: bool
) -> Actor:
    """Return the actor of one face.

    Args:
        config: the settings.
        subject: the face's name.
        solver: solves it.
        profile: the profile of one person.
        first: True for the first face, which uses the profile's neutral face. The
            neutral faces of the others are found automatically.
    """
    actor = make_actor(config, subject, solver)
    neutral = profile.neutral_points()
    if neutral is not None and first:
        actor.know_neutral(neutral)
        actor.know_rest(profile.rest_expression())
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
    """Return the capture settings for the sources."""
    capture = config.capture
    return CaptureSettings(
        width=capture.width,
        height=capture.height,
        fps=capture.fps,
        fourcc="MJPG" if capture.mjpg else "",
        pace=capture.pace,
        loop=capture.loop,
    )
