"""Opens the feed of a run: one source, or a mix of several."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from bridge.address import masked
from bridge.clock import ClockNs
from bridge.config import Config
from bridge.errors import ConfigError
from bridge.feeds.camera import CameraFeed
from bridge.feeds.feed import Feed, Solves
from bridge.feeds.open import Closing, Given, check_source, live_timeline, open_feed
from bridge.feeds.table import is_packets
from bridge.metrics import Stopwatch
from bridge.shape.profile import Profile
from bridge.solve.actor import Actor

from .actor import JointActor, LockedActor
from .face import FaceMixer
from .feed import MixFeed
from .part import Part
from .regions import REGIONS, mask_of
from .settings import Layer
from .weights import Rank

logger = logging.getLogger(__name__)

BASE = "base"
"""Name of `capture.source` in a mix."""

NS_PER_MS = 1_000_000


def check_sources(config: Config, given: Given) -> None:
    """Check the names of all sources. Opens nothing.

    Raises:
        ConfigError: a name is wrong, a source is named twice, or a file is to be read
            at full speed beside other sources.
        CaptureError: a host cannot be found.
    """
    check_source(config, given)
    layers = config.mix.layers
    if not layers:
        return
    if config.capture.pace == "fast":
        raise ConfigError(
            'mix: a file at capture.pace = "fast" has no time in common with other '
            'sources; use "real", or no layers'
        )
    known = {config.capture.source.strip(): "capture.source"}
    for name, layer in layers.items():
        spec = layer.source.strip()
        if spec in known:
            raise ConfigError(
                f"mix.layers.{name}: the source {masked(spec)} is already used by "
                f"{known[spec]}; put all regions of one source into one layer"
            )
        known[spec] = f"mix.layers.{name}"
        check_source(_config_of(config, layer), Given())


def open_sources(
    config: Config,
    subjects: tuple[str, ...],
    profile: Profile,
    watch: Stopwatch,
    given: Given,
    closing: Closing,
    clock_ns: ClockNs,
) -> Feed:
    """Open the source of the settings, and its layers if there are any.

    The arguments and errors are those of `bridge.feeds.open.open_feed`.
    """
    first = open_feed(config, subjects, profile, watch, given, closing, clock_ns)
    if not config.mix.layers:
        return first
    base = Part(BASE, first, Rank(0, REGIONS["all"]), watch, clock_ns=clock_ns)
    parts = [base]
    for name, layer in config.mix.layers.items():
        own = Stopwatch(clock_ns)
        feed = open_feed(
            *(_config_of(config, layer), subjects[:1], profile, own),
            *(Given(), closing, clock_ns),
        )
        covers = mask_of(layer.regions) * np.float32(layer.share)
        rank = Rank(layer.priority, covers)
        delay_ns = None
        if layer.delay_ms != "measured":
            delay_ns = round(layer.delay_ms * NS_PER_MS)
        parts.append(
            Part(
                *(name, feed, rank, own),
                delay_ns=delay_ns,
                moves=base.history.moves,
                clock_ns=clock_ns,
            )
        )
    mix = MixFeed(
        parts,
        subjects[0],
        FaceMixer(
            [part.rank for part in parts],
            wait_ns=round(config.mix.wait_ms * NS_PER_MS),
            take_over=config.mix.take_over,
        ),
        watch,
        timelines=(
            [live_timeline(config.timecode.rate, clock_ns) for _ in subjects]
            if first.own_time
            else first.timelines
        ),
        actors=_actors(parts, len(subjects)),
        clock_ns=clock_ns,
    )
    closing.edges.callback(mix.close)
    logger.info(
        "- mixing %s", ", ".join(f"{part.name} from {part.feed.name}" for part in parts)
    )
    return mix


def _actors(parts: Sequence[Part], places: int) -> list[Solves]:
    """Lock the actors of all cameras; return one per place, or none.

    The mixed face may be solved by several actors, which then act as one.
    """
    mixed: list[LockedActor] = []
    others: list[Solves] = []
    for i, part in enumerate(parts):
        feed = part.feed
        if not isinstance(feed, CameraFeed):
            continue
        locked = [
            LockedActor(actor) if isinstance(actor, Actor) else actor
            for actor in feed.actors
        ]
        feed.actors = locked
        mixed += [one for one in locked[:1] if isinstance(one, LockedActor)]
        if i == 0:
            others = list(locked[1:places])
    return [JointActor(mixed), *others] if mixed else []


def _config_of(config: Config, layer: Layer) -> Config:
    """Return the settings with which the source of a layer is opened."""
    capture = config.capture.model_copy(update={"source": layer.source})
    track = config.track.model_copy(update={"faces": 1})
    told = _without_pictures(config)
    if is_packets(layer.source):
        solve = config.solve.model_copy(update={"calibrate_s": 0.0})
        told = told.model_copy(update={"solve": solve})
    # The mixed face has the base's name, whatever a layer's sender calls it.
    subjects = list(config.subject_names()[:1])
    return told.model_copy(
        update={"capture": capture, "track": track, "subjects": subjects}
    )


def _without_pictures(config: Config) -> Config:
    """Return the settings without the video, which a mix records of its base only."""
    record = config.record.model_copy(update={"video": False})
    return config.model_copy(update={"record": record})
