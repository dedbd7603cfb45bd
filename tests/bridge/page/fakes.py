"""A daemon's parts and a page, for tests of the desk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.config import Config
from bridge.config_file import load_config
from bridge.orders.character import Wears
from bridge.orders.face import FaceSettings
from bridge.orders.order import Answer, Order, SetGain, SetProfile
from bridge.page.visitor import Reply, Request
from bridge.shape.gains import gains_of, with_gain
from bridge.shape.profile import Profile
from bridge.takes.status import Status
from tests.bridge.fakes import PATIENCE_S


class Page:
    """A page that keeps what it is sent."""

    def __init__(self) -> None:
        self.face = 0
        self.held = False
        self.told: list[dict[str, Any]] = []
        self.shown: list[tuple[int, bytes]] = []
        self._changed = threading.Condition()

    def tell(self, message: dict[str, Any]) -> None:
        with self._changed:
            self.told.append(message)
            self._changed.notify_all()

    def show(self, kind: int, data: bytes) -> None:
        with self._changed:
            self.shown.append((kind, data))
            self._changed.notify_all()

    def wait(self, reached: Callable[[Page], object]) -> None:
        """Wait until something has arrived."""
        with self._changed:
            assert self._changed.wait_for(lambda: reached(self), PATIENCE_S)

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.told if message["type"] == kind]


@dataclass
class Orders:
    """Notes orders; carries out those on profiles."""

    settings: tuple[FaceSettings, ...]
    profiles: tuple[Profile, ...]
    given: list[Order] = field(default_factory=list)
    refuses: str = ""

    def ask(self, order: Order) -> Answer:
        self.given.append(order)
        if self.refuses:
            return Answer(False, self.refuses)
        subject = getattr(order, "subject", None)
        for place, face in enumerate(self.settings):
            if subject not in (None, face.subject):
                continue
            if isinstance(order, SetProfile):
                self._set(place, order.profile, order.file)
            if isinstance(order, SetGain):
                profile = with_gain(self.profiles[place], order.curve, order.gain)
                self._set(place, profile, face.profile)
        return Answer(True, f"did {type(order).__name__}", {"file": "a.mcap"})

    def _set(self, place: int, profile: Profile, file: str) -> None:
        profiles, settings = list(self.profiles), list(self.settings)
        profiles[place] = profile
        settings[place] = replace(
            settings[place], profile=file, gains=gains_of(profile)
        )
        self.profiles, self.settings = tuple(profiles), tuple(settings)


@dataclass
class FakeRecorder:
    """Says what a test says."""

    now: Status = field(default_factory=Status)

    def status(self) -> Status:
        return self.now


@dataclass
class FakeDaemon:
    """Two faces; its routes and settings are what a test says."""

    config: Config
    orders: Orders
    routes: Sequence[Wears] = ()
    subjects: tuple[str, ...] = ("anna", "ben")
    recorder: FakeRecorder = field(default_factory=FakeRecorder)


def daemon(folder: Path, routes: Sequence[Wears] = ()) -> FakeDaemon:
    """A daemon that records takes into a folder."""
    config = load_config(
        settings=[f"record.folder='{folder}'", "subjects=['anna','ben']"]
    )
    settings = tuple(
        FaceSettings(name, False, steadiness=0.75, lead_ms=0.0, style="natural")
        for name in ("anna", "ben")
    )
    settings = tuple(replace(one, idle=True) for one in settings)
    return FakeDaemon(config, Orders(settings, (Profile(), Profile())), routes)


def ask(desk: Any, page: Page, do: str, **arguments: Any) -> Reply:
    """Ask a desk, and return its reply."""
    reply: Reply = desk.handle(Request(1, do, arguments), page)
    return reply
