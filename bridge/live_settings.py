"""Knobs that turn while the daemon runs: save the settings file, and they follow."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from engines.motion.style import Style

from .config import Config, Shape
from .errors import ConfigError

logger = logging.getLogger(__name__)

LIVE = ("steadiness", "lead_ms", "style")
"""Of `[shape]`; everything else is for the next start."""


class Performs(Protocol):
    """Has the knobs; `bridge.daemon.Daemon` does."""

    def perform(
        self, *, steadiness: float | None, lead_ms: float | None, style: Style | None
    ) -> None:
        """Turn them; None leaves one as it is."""


class Knobs:
    """Watches one settings file. A file that cannot be read changes nothing."""

    def __init__(
        self,
        path: Path | None,
        load: Callable[[], Config],
        now: Config,
        performer: Performs,
    ) -> None:
        """Start from the settings in use.

        Args:
            path: the file; None watches nothing.
            load: reads it again, flags and `--set` on top; raises ConfigError.
            now: the settings in use.
            performer: gets the knobs.
        """
        self._path = path
        self._load = load
        self._now = now
        self._performer = performer
        self._written = self._stamp()

    def look(self) -> None:
        """Turn the knobs if the file was saved since the last look, and say so."""
        stamp = self._stamp()
        if self._path is None or stamp is None or stamp == self._written:
            return
        self._written = stamp
        try:
            new = self._load()
        except ConfigError as error:
            logger.warning("x %s; nothing was changed", error)
            return
        shape = new.shape
        turned = [k for k in LIVE if getattr(shape, k) != getattr(self._now.shape, k)]
        if turned:
            self._performer.perform(
                steadiness=shape.steadiness, lead_ms=shape.lead_ms, style=shape.style
            )
            told = ", ".join(f"{name} = {getattr(shape, name)}" for name in turned)
            logger.info("- %s: %s", self._path.name, told)
        if _rest(new) != _rest(self._now):
            logger.info("- %s: what else changed, the next start has", self._path.name)
        self._now = new

    def _stamp(self) -> tuple[int, int] | None:
        """Return what changes when the file is saved; None while it is away."""
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def _rest(config: Config) -> Config:
    """Return the settings but for the live ones."""
    still = {name: Shape.model_fields[name].default for name in LIVE}
    return config.model_copy(update={"shape": config.shape.model_copy(update=still)})
