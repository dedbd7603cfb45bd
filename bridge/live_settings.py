"""Applies changes of the settings file while the daemon runs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Final, Protocol

from .config import Config, Shape
from .errors import ConfigError
from .orders.order import (
    Answer,
    FaceOrder,
    SetIdle,
    SetLead,
    SetMirror,
    SetProfile,
    SetSteadiness,
    SetStyle,
)
from .shape.profile import Profile, load_profile

logger = logging.getLogger(__name__)

LIVE: Final = ("steadiness", "lead_ms", "style", "idle", "mirror", "profile")
"""The live settings, all in `[shape]`. All other settings apply at the next start."""


class TakesOrders(Protocol):
    """Executes orders. Implemented by `bridge.orders.desk.OrderDesk`."""

    def post(self, order: FaceOrder) -> Future[Answer]:
        """Add an order, without waiting for its answer."""


class LiveSettings:
    """Watches one settings file. An invalid file changes nothing."""

    def __init__(
        self,
        path: Path | None,
        load: Callable[[], Config],
        now: Config,
        desk: TakesOrders,
    ) -> None:
        """Start from the settings in use.

        Args:
            path: the file; None if there is no file to watch.
            load: reads the file, flags and `--set` again; raises ConfigError.
            now: the settings in use.
            desk: gets an order for each changed live setting.
        """
        self._path = path
        self._load = load
        self._now = now
        self._desk = desk
        self._written = self._stamp()
        self._given: list[Future[Answer]] = []

    def look(self) -> None:
        """Give orders if the file was saved since the last call; log their results.

        Never blocks: a later call logs orders that are not finished yet.
        """
        if self._path is None:
            return
        stamp = self._stamp()
        if stamp is not None and stamp != self._written:
            self._written = stamp
            self._read(self._path)
        self._report(self._path)

    def _read(self, path: Path) -> None:
        try:
            new = self._load()
            orders = _orders(self._now.shape, new.shape)
        except ConfigError as error:
            logger.warning("x %s; nothing was changed", error)
            return
        self._given += [self._desk.post(order) for order in orders]
        if _rest(new) != _rest(self._now):
            logger.info("- %s: the other changes apply at the next start", path.name)
        self._now = new

    def _report(self, path: Path) -> None:
        done = [answer for answer in self._given if answer.done()]
        self._given = [answer for answer in self._given if not answer.done()]
        answers = [answer.result() for answer in done]
        if changed := [answer.sentence for answer in answers if answer.ok]:
            logger.info("- %s: %s", path.name, ", ".join(changed))
        for answer in answers:
            if not answer.ok:
                logger.warning("x %s: %s", path.name, answer.sentence)

    def _stamp(self) -> tuple[int, int] | None:
        """Return a value that changes when the file is saved; None without a file."""
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def _orders(before: Shape, now: Shape) -> list[FaceOrder]:
    """Return an order for each changed live setting; read a changed profile."""
    orders: list[FaceOrder] = []
    if now.steadiness != before.steadiness:
        orders.append(SetSteadiness(now.steadiness))
    if now.lead_ms != before.lead_ms:
        orders.append(SetLead(now.lead_ms))
    if now.style != before.style:
        orders.append(SetStyle(now.style))
    if now.idle != before.idle:
        orders.append(SetIdle(now.idle))
    if now.mirror != before.mirror:
        orders.append(SetMirror(now.mirror))
    if now.profile != before.profile:
        if now.profile is None:
            orders.append(SetProfile(Profile()))
        else:
            profile = load_profile(now.profile)
            orders.append(SetProfile(profile, str(now.profile.absolute())))
    return orders


def _rest(config: Config) -> Config:
    """Return the settings with the live settings at their defaults."""
    still = {name: Shape.model_fields[name].default for name in LIVE}
    return config.model_copy(update={"shape": config.shape.model_copy(update=still)})
