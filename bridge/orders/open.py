"""Creates the order desk of a daemon from its parts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from bridge.config import Config
from bridge.feeds.feed import Feed
from bridge.shape.gains import gains_of
from bridge.shape.profile import Profile
from bridge.shape.shaper import Shaper
from bridge.takes.recorder import Recorder

from .character import Wears
from .desk import OrderDesk
from .face import Calibrates, FaceParts, FaceSettings
from .handler import OrderHandler


def open_orders(
    config: Config,
    profile: Profile,
    shapers: Sequence[Shaper],
    feed: Feed,
    shaping: AbstractContextManager[object],
    recorder: Recorder,
    *,
    motion: str,
    routes: Sequence[Wears] = (),
) -> OrderDesk:
    """Return a desk for the faces of one daemon.

    Args:
        config: the settings of the run.
        profile: the profile of `shape.profile`.
        shapers: one per face.
        feed: has the actors that solve the faces, if facewire solves them.
        shaping: the lock to hold while shapers are changed.
        recorder: starts and stops takes.
        motion: the name of the motion stage.
        routes: send the frames, fitted to a character.
    """
    faces = [
        FaceParts(
            _settings(config, subject, shaper, profile),
            profile,
            shaper,
            _actor(feed, place),
        )
        for place, (subject, shaper) in enumerate(
            zip(config.subject_names(), shapers, strict=True)
        )
    ]
    handler = OrderHandler(
        faces, shaping, solver=feed.solver.name, motion=motion, routes=routes
    )
    return OrderDesk(handler, recorder)


def _actor(feed: Feed, place: int) -> Calibrates | None:
    actor = feed.actors[place] if place < len(feed.actors) else None
    return actor if isinstance(actor, Calibrates) else None


def _settings(
    config: Config, subject: str, shaper: Shaper, profile: Profile
) -> FaceSettings:
    shape = config.shape
    file = "" if shape.profile is None else str(shape.profile.absolute())
    found = FaceSettings(subject, shape.mirror, file, gains=gains_of(profile))
    if shaper.performer is None:
        return found
    return replace(
        found,
        steadiness=shape.steadiness,
        lead_ms=shape.lead_ms,
        style=shape.style,
        idle=shape.idle,
    )
