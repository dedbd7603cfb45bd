"""Opens what moves the faces, from the settings. All commands use it.

motion      moved by                               if that is not available
lstm        the network in engines/weights         one_euro, with a reason
one_euro    a filter, and a hold in gaps           -
off         nothing: solved values, held in gaps   -
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bridge.config import Config
from bridge.feeds.table import is_packets
from bridge.inference import open_network
from engines.motion.generator import MotionGenerator
from engines.motion.performer import Performer
from engines.runtime.engine import Engine, GraphError, Tensors
from engines.runtime.graphs import MOTION
from engines.runtime.weights import FOLDER, find_weights

from .finish import finishes
from .profile import Profile
from .shaper import Shaper, ShapeStyle


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves the faces of one pipeline."""

    name: str
    """lstm, one_euro or off."""
    reason: str
    """Why it was chosen and where it runs, for people."""
    fallback: bool
    """True if the settings ask for another one."""
    shaper: Callable[[str, Profile], Shaper]
    """Creates a shaper for the named face, with the ranges of a profile."""
    close: Callable[[], None]
    """Frees the engine that the shapers share. Safe to call twice."""


class Timed:
    """Measures the time that an engine runs."""

    def __init__(
        self, engine: Engine, timer: AbstractContextManager[object] | None
    ) -> None:
        self._engine = engine
        self._timer = nullcontext() if timer is None else timer
        self.device = engine.device
        self.inputs, self.outputs = engine.inputs, engine.outputs

    def run(self, feeds: Tensors) -> Tensors:
        """Implement `Engine`."""
        with self._timer:
            results = self._engine.run(feeds)
        self.device = self._engine.device  # The device may have changed.
        return results

    def close(self) -> None:
        """Implement `Engine`."""
        self._engine.close()


def open_motion(
    config: Config,
    *,
    folder: Path = FOLDER,
    timer: AbstractContextManager[object] | None = None,
    background: bool = False,
) -> Motion:
    """Open what the settings ask for, or One-Euro if the network cannot be used.

    Args:
        config: the settings.
        folder: the folder of the weights.
        timer: entered while the network runs.
        background: see `open_network`.

    Raises:
        EngineError: a runtime that `[engines]` names cannot run the network.
    """
    match config.shape.mover:
        case "off":
            return _plain(config, "off", "curves are sent as solved")
        case "one_euro":
            return _plain(config, "one_euro", "a filter, no network")
    try:
        weights = find_weights(MOTION.name, folder)
        network = open_network(MOTION, weights, config.engines, background=background)
    except GraphError as error:
        told = f"{error}; One-Euro is used instead"
        return _plain(config, "one_euro", told, fallback=True)
    engine = Timed(network.engine, timer)
    return learned_motion(config, engine, f"{weights.path.name} on {network.told}")


def learned_motion(config: Config, engine: Engine, reason: str) -> Motion:
    """Return the generator, with an engine that meets the contract `MOTION`."""

    def shaper(subject: str, profile: Profile) -> Shaper:
        shape = config.shape
        performer = Performer(
            MotionGenerator(
                engine, steadiness=shape.steadiness, tunings=shape.smooth.tunings()
            ),
            absence=shape.absence(),
            style=shape.style,
            lead_s=shape.lead_ms / 1e3,
            neck_share=config.solve.neck_share,
            # The seed depends on the name, so that a replayed take gives equal bytes.
            seed=zlib.crc32(subject.encode("utf-8")) % 1000,
        )
        return Shaper(subject, _style(config, profile), performer)

    return Motion("lstm", reason, False, shaper, engine.close)


def _plain(config: Config, name: str, reason: str, *, fallback: bool = False) -> Motion:
    def shaper(subject: str, profile: Profile) -> Shaper:
        return Shaper(subject, _style(config, profile, smooth=name == "one_euro"))

    return Motion(name, reason, fallback, shaper, _nothing)


def _style(config: Config, profile: Profile, *, smooth: bool = True) -> ShapeStyle:
    return ShapeStyle(
        smooth=smooth,
        settle=not is_packets(config.capture.source),
        rule=config.mood.rule(),
        tunings=config.shape.smooth.tunings(),
        hold=config.shape.hold.timing(),
        finish=finishes(profile, mirror=config.shape.mirror),
    )


def _nothing() -> None:
    """Do nothing: the shapers share nothing."""
